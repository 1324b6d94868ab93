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

enum { SAMPLES_DEFAULT = 10000, CONSEQUENCE_RUNS = 20000, CONSEQUENCE_SECONDS = 60, SHORTEN_RUNS = 150 };

struct exploration {
    struct options options;
    struct build build;
    struct session session;
    struct verdict verdict;
    struct channel_outcome found; /* of the first failing run */
    int delays; /* enumerated completely, after the enumeration by preemptions had hit a limit; or −1 */
    char error[EXPLORE_ERROR_MAX];
};

static struct channel_outcome *outcome(struct exploration *e)
{
    return &e->session.channel->outcome;
}

static void set_verdict(struct exploration *e, const char *name, int exit_status)
{
    e->verdict.name = name;
    e->verdict.exit_status = exit_status;
}

static int run(struct exploration *e, double seconds)
{
    if (session_run(&e->session, &e->options, &e->build, seconds, e->error) != 0)
        return -1;
    e->verdict.engine = e->session.channel->config.engine == ENGINE_FORK ? "fork" : "fibres";
    struct channel_outcome *o = outcome(e);
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
    const struct channel_outcome *o = outcome(e);
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
    if (e->session.channel->config.strategy == STRATEGY_DELAY)
        return bound == 1 ? "delay of a round-robin scheduler" : "delays of a round-robin scheduler";
    return bound == 1 ? "preemption" : "preemptions";
}

/* What has been enumerated, and of what.  "Fair": threads that span or yielded had to let others go first. */
static void prove(struct exploration *e)
{
    struct verdict *v = &e->verdict;
    const struct channel_outcome *o = outcome(e);
    char within[96] = "whatever the number of preemptions";
    v->complete = enumerates(e) && !o->relaxed;
    v->unbounded = v->complete && o->unbounded;
    set_verdict(e, "PASS", EXPLORE_PASSED);
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
    if (v->schedules == 1)
        snprintf(v->proof, sizeof v->proof,
                 "one schedule passes and stands for every sequentially consistent%s interleaving %s: "
                 "wherever else its threads take turns, no pthread call and no atomic can tell",
                 o->forced ? " and fair" : "", within);
}

static void give_up(struct exploration *e)
{
    struct verdict *v = &e->verdict;
    char enumerated[128] = "no bound completed";
    if (v->bound >= 0)
        snprintf(enumerated, sizeof enumerated, "complete with at most %d %s", v->bound, v->bounded_by);
    if (e->delays >= 0)
        snprintf(enumerated + strlen(enumerated), sizeof enumerated - strlen(enumerated),
                 " and with at most %d delays of a round-robin scheduler", e->delays);
    snprintf(v->proof, sizeof v->proof, "%s: %" PRIu64 " runs, none failed; %s; not a proof", outcome(e)->text, v->runs,
             enumerated);
    set_verdict(e, "INCONCLUSIVE", EXPLORE_INCONCLUSIVE);
}

/* ---- a failure ---- */

/* Runs the choices in the channel once.  True: the same finding again. */
static bool replays(struct exploration *e, enum explore_finding finding, bool record)
{
    struct channel_config *config = &e->session.channel->config;
    struct channel_config kept = *config;
    session_configure(&e->session, &e->options, &e->build);
    config->strategy = STRATEGY_REPLAY;
    config->record = record;
    config->choices = kept.choices;
    config->watches = kept.watches;
    config->ignore_races = kept.ignore_races;
    memcpy(config->watch, kept.watch, sizeof kept.watch);
    return run(e, 10) == 0 && outcome(e)->status == OUTCOME_FOUND && outcome(e)->finding == finding;
}

/* A sampled failure has many switches that do not matter: leave out each that can be left out. */
static void shorten(struct exploration *e, enum explore_finding finding)
{
    struct channel *channel = e->session.channel;
    uint8_t best[CHANNEL_CHOICES];
    uint32_t count = channel->config.choices, tries = 0;
    memcpy(best, channel->choices, sizeof best);
    for (uint32_t i = count; i-- > 0 && tries < SHORTEN_RUNS;) {
        if (best[i] == 0)
            continue;
        uint8_t choice = best[i];
        best[i] = 0;
        memcpy(channel->choices, best, sizeof best);
        channel->config.choices = count;
        tries++;
        if (!replays(e, finding, false))
            best[i] = choice;
    }
    memcpy(channel->choices, best, sizeof best);
    channel->config.choices = count;
}

/* What does the race lead to?  Its memory's accesses become decisions, and the race itself no longer ends a run.  Where
 * that meets another race, of the member beside it perhaps, the same is done with that memory, too. */
static bool find_consequence(struct exploration *e)
{
    struct channel_config *config = &e->session.channel->config;
    struct channel_watch watch[CHANNEL_WATCHES];
    const struct channel_party *party = &e->found.party[1];
    if (e->options.bound == 0 || e->options.schedules)
        return false;
    for (uint32_t watches = 0; watches < CHANNEL_WATCHES; party = &outcome(e)->party[1]) {
        watch[watches++] = (struct channel_watch){party->object, party->size};
        session_configure(&e->session, &e->options, &e->build);
        memcpy(config->watch, watch, watches * sizeof *watch);
        config->watches = watches;
        config->ignore_races = 1;
        config->strategy = STRATEGY_EXHAUSTIVE;
        config->schedules_max = CONSEQUENCE_RUNS;
        if (run(e, CONSEQUENCE_SECONDS) != 0 || outcome(e)->status != OUTCOME_FOUND)
            return false;
        if (outcome(e)->finding != FINDING_RACE) {
            config->choices = outcome(e)->choices;
            return true;
        }
    }
    return false;
}

/* What was explored, as one would name it. */
static const char *program_words(const struct exploration *e)
{
    for (int i = 0; i < e->options.cc_count; i++)
        if (e->options.cc_arguments[i][0] != '-')
            return e->options.cc_arguments[i];
    return e->build.program;
}

static void fail(struct exploration *e)
{
    struct channel *channel = e->session.channel;
    struct verdict *v = &e->verdict;
    uint8_t choices[CHANNEL_CHOICES];
    struct lines *lines = lines_open(e->build.program, e->session.channel);
    enum explore_finding shown = v->finding = (enum explore_finding)outcome(e)->finding;
    e->found = *outcome(e);
    channel->config.choices = e->found.choices;
    memcpy(choices, channel->choices, sizeof choices);
    if (channel->config.strategy == STRATEGY_PCT || channel->config.strategy == STRATEGY_RANDOM)
        shorten(e, shown);
    memcpy(choices, channel->choices, sizeof choices);
    uint32_t count = channel->config.choices;
    if (shown == FINDING_RACE && !e->options.replay) {
        if (find_consequence(e)) {
            shown = v->consequence = (enum explore_finding)outcome(e)->finding;
        } else {
            channel->config.watches = channel->config.ignore_races = 0;
            channel->config.choices = count;
            memcpy(channel->choices, choices, sizeof choices);
        }
    }
    witness_write(v->witness, &e->build, channel, channel->config.choices);
    bool again = replays(e, shown, true);
    snprintf(v->output, sizeof v->output, "%.*s", (int)outcome(e)->output_size, channel->output);
    if (v->consequence) { /* the race in its own words first */
        struct channel_outcome kept = *outcome(e);
        *outcome(e) = e->found;
        outcome(e)->steps = 0;
        outcome(e)->blocks = kept.blocks;
        report_message(v, channel, lines, &e->options);
        *strstr(v->message, "    ask yourself") = '\0';
        *outcome(e) = kept;
    }
    report_message(v, channel, lines, &e->options);
    if (e->options.trace && draw_log(e->options.trace, channel, &e->found, lines, v, program_words(e), e->error) != 0)
        fprintf(stderr, "trapflow explore: %s\n", e->error);
    lines_close(lines);
    snprintf(v->proof, sizeof v->proof, "%s after %" PRIu64 " runs",
             again ? "found" : "seen once, but its witness does not replay,", v->runs);
    if (again || v->finding == FINDING_FORGERY)
        set_verdict(e, "FAIL", EXPLORE_FAILED);
    else
        set_verdict(e, "INCONCLUSIVE", EXPLORE_INCONCLUSIVE);
}

/* ---- the flow ---- */

static int judge(struct exploration *e)
{
    switch ((enum outcome_status)outcome(e)->status) {
    case OUTCOME_DONE:
        prove(e);
        break;
    case OUTCOME_FOUND:
        fail(e);
        break;
    case OUTCOME_REFUSED:
        snprintf(e->error, sizeof e->error, "cannot explore it: %s", outcome(e)->text);
        return -1;
    default:
        give_up(e);
    }
    return 0;
}

/* Another strategy, in search of a failure that the enumeration did not live to see.  1: it found one. */
static int search(struct exploration *e, enum explore_strategy strategy, double seconds)
{
    session_configure(&e->session, &e->options, &e->build);
    e->session.channel->config.strategy = strategy;
    if (strategy == STRATEGY_PCT && !e->options.schedules)
        e->session.channel->config.schedules_max = SAMPLES_DEFAULT;
    if (run(e, seconds) != 0)
        return -1;
    e->verdict.runs += outcome(e)->runs;
    e->verdict.seconds += e->session.seconds;
    if (strategy == STRATEGY_DELAY)
        e->delays = outcome(e)->bound_done;
    return outcome(e)->status != OUTCOME_DONE && outcome(e)->status != OUTCOME_LIMIT;
}

static int search_on(struct exploration *e)
{
    char why[CHANNEL_TEXT];
    memcpy(why, outcome(e)->text, sizeof why);
    int found = search(e, STRATEGY_DELAY, e->options.seconds * 0.15);
    if (found == 0)
        found = search(e, STRATEGY_PCT, e->options.seconds * 0.15);
    if (found == 0) { /* the limit remains the answer */
        outcome(e)->status = OUTCOME_LIMIT;
        memcpy(outcome(e)->text, why, sizeof why);
    }
    return found < 0 ? -1 : 0;
}

static int explore(struct exploration *e)
{
    double share = e->options.strategy_given ? 1.0 : 0.7; /* of the time: the rest is for searching on, if need be */
    session_configure(&e->session, &e->options, &e->build);
    if (!enumerates(e) && !e->options.schedules)
        e->session.channel->config.schedules_max = SAMPLES_DEFAULT;
    if (run(e, e->options.seconds * share) != 0)
        return -1;
    keep_figures(e);
    e->verdict.bounded_by = deviations(e, 2);
    if (outcome(e)->status == OUTCOME_LIMIT && !e->options.strategy_given && !e->session.lost && search_on(e) != 0)
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
        uint32_t status = outcome(e)->status, finding = outcome(e)->finding;
        memset(outcome(e), 0, sizeof *outcome(e));
        if (run(e, e->options.seconds) != 0)
            return -1;
        keep_figures(e);
        if (i > 0 && (outcome(e)->status != status || outcome(e)->finding != finding)) {
            snprintf(e->error, sizeof e->error, "cannot replay it: run %u ended in another way than those before",
                     i + 1);
            return -1;
        }
    }
    if (outcome(e)->status == OUTCOME_DONE) {
        snprintf(e->verdict.proof, sizeof e->verdict.proof, "this one schedule passes; that says nothing about others");
        set_verdict(e, "PASS", EXPLORE_PASSED);
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
    if (built && session_open(&e.session, e.error) == 0) {
        if ((e.options.replay ? replay(&e) : explore(&e)) == 0) {
            status = e.verdict.exit_status;
            report_print(&e.verdict, &e.options);
        }
        session_close(&e.session);
    }
    if (status == EXPLORE_BAD_INPUT) {
        fprintf(stderr, "trapflow explore: %s\n", e.error);
        if (e.options.json) {
            set_verdict(&e, "REFUSED", status);
            snprintf(e.verdict.message, sizeof e.verdict.message, "%s", e.error);
            report_print(&e.verdict, &e.options);
        }
    }
    build_free(&e.build);
    return status;
}
