/* `trapflow explore`: builds a program for the explorer's runtime, lets it run under a strategy, and judges from
 * outside what came back.  A failure counts only if its witness replays in a fresh process.
 *
 *     options → build → explore → (a failure: shorten, show what the race leads to, replay and record) → report
 */
#include "tracer/explore/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

struct channel_outcome *exploration_outcome(struct exploration *e)
{
    return &e->session.channel->outcome;
}

void exploration_decide(struct exploration *e, const char *name, int exit_status)
{
    e->verdict.name = name;
    e->verdict.exit_status = exit_status;
}

int exploration_run(struct exploration *e, double seconds)
{
    if (session_run(&e->session, &e->options, &e->build, seconds, e->error) != 0)
        return -1;
    e->verdict.engine = e->session.channel->config.engine == ENGINE_FORK ? "fork" : "fibres";
    struct channel_outcome *o = exploration_outcome(e);
    if (!e->session.lost)
        return 0;
    /* It ended without its last word: killed by our watchdog, by a signal of its own, or by itself, which is cheating.
     */
    o->status = e->session.channel->config.stop ? OUTCOME_LIMIT : OUTCOME_FOUND;
    o->finding = e->session.channel->config.stop  ? FINDING_NONE
                 : WIFSIGNALED(e->session.status) ? FINDING_CRASH
                                                  : FINDING_FORGERY;
    snprintf(o->text, sizeof o->text,
             e->session.channel->config.stop  ? "the time limit was reached within a run"
             : WIFSIGNALED(e->session.status) ? "the process died of a signal"
                                              : "the process ended behind the explorer's back");
    o->parties = o->choices = o->steps = 0;
    return 0;
}

static void keep_figures(struct exploration *e)
{
    const struct channel_outcome *o = exploration_outcome(e);
    e->verdict.schedules = o->schedules;
    e->verdict.runs += o->runs;
    e->verdict.seconds += e->session.seconds;
    e->verdict.bound = o->bound_done;
    e->verdict.relaxed = o->relaxed;
    e->verdict.schedule_hash = o->schedule_hash;
    e->verdict.states = o->states;
    e->verdict.states_hash = o->states_hash;
    e->verdict.decisions = o->decisions_most;
    e->verdict.threads = o->threads_most;
}

/* ---- passing, and not knowing ---- */

static bool enumerates(const struct exploration *e)
{
    uint32_t strategy = e->session.channel->config.strategy;
    return strategy == STRATEGY_EXHAUSTIVE || strategy == STRATEGY_DELAY;
}

static const char *deviations(const struct exploration *e, int bound)
{
    if (e->options.strategy == STRATEGY_DELAY)
        return bound == 1 ? "delay of a round-robin scheduler" : "delays of a round-robin scheduler";
    return bound == 1 ? "preemption" : "preemptions";
}

/* A mutex that nobody has initialized, in memory that calloc has set to zero, is one for this C library.  No order of
 * turns makes it fail here: no failure, but worth a word.  Static memory is zero by itself; on the stack `= {0}` and
 * the initializer are the same bytes, so that nothing is said. */
static void note_zeros(struct exploration *e)
{
    const uint64_t pc = exploration_outcome(e)->zero_pc;
    struct lines *lines = pc ? lines_open(e->build.program, e->session.channel) : NULL;
    char place[128];
    if (!lines)
        return;
    lines_place(lines, pc, place, sizeof place, NULL);
    snprintf(e->verdict.note, sizeof e->verdict.note,
             "what is used at %s was never initialized: it is zero from calloc, which only this C library takes for an "
             "initialized one; call its _init function",
             place);
    lines_close(lines);
}

/* What has been enumerated, and of what.  "Fair": threads that span or yielded had to let others go first. */
static void prove(struct exploration *e)
{
    struct verdict *v = &e->verdict;
    const struct channel_outcome *o = exploration_outcome(e);
    char within[96] = "whatever the number of preemptions";
    v->complete = enumerates(e) && !o->relaxed;
    v->unbounded = v->complete && o->unbounded;
    exploration_decide(e, "PASS", EXPLORE_PASSED);
    if (!v->complete) {
        snprintf(v->proof, sizeof v->proof, "%" PRIu64 " schedules sampled, none failed; not a proof%s", v->schedules,
                 o->relaxed ? " (relaxed atomics can behave in ways that no interleaving shows)" : "");
        return;
    }
    if (!o->unbounded)
        snprintf(within, sizeof within, "with at most %d %s", v->bound, deviations(e, v->bound));
    snprintf(v->proof, sizeof v->proof,
             "all %" PRIu64 " sequentially consistent%s interleavings %s pass; each stands for all that differ only "
             "between its decisions (pthread calls and atomics)",
             v->schedules, o->forced ? " and fair" : "", within);
    if (v->threads < 2)
        snprintf(v->proof, sizeof v->proof,
                 "it passes, and starts no thread: the only schedule there is, sequentially consistent of itself");
    else if (v->schedules == 1)
        snprintf(v->proof, sizeof v->proof,
                 "one schedule passes and stands for every sequentially consistent%s interleaving %s: "
                 "wherever else its threads take turns, no pthread call and no atomic can tell",
                 o->forced ? " and fair" : "", within);
    if (e->sampled)
        snprintf(v->proof + strlen(v->proof), sizeof v->proof - strlen(v->proof),
                 "; %" PRIu64 " more schedules, with any number of preemptions, were sampled, and none failed",
                 e->sampled);
}

/* Why there is no verdict, what was seen all the same, and what to try. */
static void give_up(struct exploration *e)
{
    struct verdict *v = &e->verdict;
    const struct channel_outcome *o = exploration_outcome(e);
    char covered[256] = "no bound completed", sampled[64] = "";
    const char *try = "fewer threads, fewer items or turns of a loop: few show what many do; or --time";
    if (v->bound >= 0)
        snprintf(covered, sizeof covered, "complete with at most %d %s", v->bound, deviations(e, v->bound));
    if (e->delays >= 0)
        snprintf(covered + strlen(covered), sizeof covered - strlen(covered),
                 " and with at most %d delay%s of a round-robin scheduler (a pass of --strategy delay -k %d)",
                 e->delays, e->delays == 1 ? "" : "s", e->delays);
    if (e->sampled)
        snprintf(sampled, sizeof sampled, "; %" PRIu64 " schedules sampled", e->sampled);
    if (e->cut)
        try = "loops of 2 or 3 turns instead of thousands: they show what more do";
    snprintf(v->proof, sizeof v->proof, "%s: %" PRIu64 " runs, none failed; %s%s; not a proof; try: %s", o->text,
             v->runs, covered, sampled, try);
    exploration_decide(e, "INCONCLUSIVE", EXPLORE_INCONCLUSIVE);
}

/* ---- the flow ---- */

static int judge(struct exploration *e)
{
    switch ((enum outcome_status)exploration_outcome(e)->status) {
    case OUTCOME_DONE:
        note_zeros(e);
        prove(e);
        break;
    case OUTCOME_FOUND:
        exploration_fail(e);
        break;
    case OUTCOME_REFUSED:
        snprintf(e->error, sizeof e->error, "cannot explore it: %s", exploration_outcome(e)->text);
        return -1;
    default:
        give_up(e);
    }
    return 0;
}

/* Who names a bound, a strategy or a number gets that and no more. */
static bool may_go_beyond(const struct exploration *e)
{
    return !e->options.strategy_given && !e->options.bound_given && !e->options.schedules && !e->options.states &&
           !e->options.plain && !e->options.all_orders && !e->session.channel->outcome.unbounded;
}

static int explore(struct exploration *e)
{
    double share = e->options.strategy_given ? 1.0 : 0.7; /* of the time: the rest is for searching on, if need be */
    session_configure(&e->session, &e->options, &e->build);
    if (!enumerates(e) && !e->options.schedules)
        e->session.channel->config.schedules_max = SAMPLES_DEFAULT;
    if (exploration_run(e, e->options.seconds * share) != 0)
        return -1;
    keep_figures(e);
    e->cut = exploration_outcome(e)->cut > 0;
    e->verdict.bounded_by = deviations(e, 2);
    int found = 0;
    if (exploration_outcome(e)->status == OUTCOME_LIMIT && !e->options.strategy_given && !e->session.lost)
        found = search_after_limit(e);
    else if (exploration_outcome(e)->status == OUTCOME_DONE && may_go_beyond(e))
        found = search_beyond(e);
    if (found < 0)
        return -1;
    return judge(e);
}

static int replay(struct exploration *e)
{
    session_configure(&e->session, &e->options, &e->build);
    if (witness_read(e->options.replay, &e->build, e->session.channel, e->error) != 0)
        return -1;
    struct channel_config *config = &e->session.channel->config;
    config->strategy = STRATEGY_REPLAY;
    config->record = e->options.trace != NULL;
    for (uint32_t i = 0; i < e->options.repeat; i++) {
        uint32_t status = exploration_outcome(e)->status, finding = exploration_outcome(e)->finding;
        memset(exploration_outcome(e), 0, sizeof *exploration_outcome(e));
        if (exploration_run(e, e->options.seconds) != 0)
            return -1;
        keep_figures(e);
        if (i > 0 && (exploration_outcome(e)->status != status || exploration_outcome(e)->finding != finding)) {
            snprintf(e->error, sizeof e->error, "cannot replay it: run %u ended in another way than those before",
                     i + 1);
            return -1;
        }
    }
    if (exploration_outcome(e)->status == OUTCOME_DONE) {
        snprintf(e->verdict.proof, sizeof e->verdict.proof, "this one schedule passes; that says nothing about others");
        exploration_decide(e, "PASS", EXPLORE_PASSED);
        return 0;
    }
    return judge(e);
}

int trapflow_explore(int argc, char **argv)
{
    static struct exploration e;
    int status = EXPLORE_BAD_INPUT;
    memset(&e, 0, sizeof e);
    e.verdict.bound = e.delays = -1;
    if (explore_options_read(&e.options, argc, argv, e.error) != 0) {
        fprintf(stderr, "trapflow explore: %s\n", e.error);
        return status;
    }
    if (e.options.help) {
        explore_options_help();
        return 0;
    }
    bool built = build_program(&e.build, &e.options, e.error) == 0;
    if (built && e.options.build_only) {
        build_free(&e.build);
        return EXPLORE_PASSED;
    }
    if (built && session_open(&e.session, &e.build, e.error) == 0) {
        if ((e.options.replay ? replay(&e) : explore(&e)) == 0) {
            status = e.verdict.exit_status;
            report_print(&e.verdict, &e.options);
        }
        session_close(&e.session);
    }
    if (status == EXPLORE_BAD_INPUT) {
        fprintf(stderr, "trapflow explore: %s\n", e.error);
        if (e.options.json) {
            exploration_decide(&e, "REFUSED", status);
            snprintf(e.verdict.message, sizeof e.verdict.message, "%s", e.error);
            report_print(&e.verdict, &e.options);
        }
    }
    build_free(&e.build);
    return status;
}
