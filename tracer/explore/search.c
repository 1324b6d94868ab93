/* Searching on, where the enumeration that was asked for is not the last word: after it has hit a limit, and, with the
 * time that is left, beyond its bound.  What is found counts as any failure does; what is not found proves nothing
 * more.
 *
 * How far it goes beyond is counted in runs, not in seconds: a verdict does not depend on how fast the machine is.
 */
#include "tracer/explore/command.h"

#include <string.h>

enum { BEYOND_BOUND = 16, BEYOND_RUNS = 20000, BEYOND_SAMPLES = 1000, FORK_SHARE = 8 };

/* Returns 1 when it found something, 0 when not, −1 for an error. */
static int search(struct exploration *e, enum explore_strategy strategy, double seconds)
{
    e->session.channel->config.strategy = strategy;
    if (exploration_run(e, seconds) != 0)
        return -1;
    e->verdict.runs += exploration_outcome(e)->runs;
    e->verdict.seconds += e->session.seconds;
    return exploration_outcome(e)->status != OUTCOME_DONE && exploration_outcome(e)->status != OUTCOME_LIMIT;
}

static struct channel_config *configure(struct exploration *e)
{
    session_configure(&e->session, &e->options, &e->build);
    return &e->session.channel->config;
}

/* So many runs, or fewer of a program that needs a process for each. */
static uint64_t runs(const struct channel_config *config, uint64_t wanted)
{
    return config->engine == ENGINE_FORK ? wanted / FORK_SHARE : wanted;
}

int search_after_limit(struct exploration *e)
{
    static const enum explore_strategy strategies[] = {STRATEGY_DELAY, STRATEGY_PCT, STRATEGY_RANDOM};
    char why[CHANNEL_TEXT];
    memcpy(why, exploration_outcome(e)->text, sizeof why);
    for (unsigned i = 0; i < sizeof strategies / sizeof *strategies; i++) {
        struct channel_config *config = configure(e);
        if (i > 0 && !e->options.schedules)
            config->schedules_max = SAMPLES_DEFAULT;
        int found = search(e, strategies[i], e->options.seconds * 0.1);
        if (found)
            return found;
        if (i == 0)
            e->delays = exploration_outcome(e)->bound_done;
        else
            e->sampled += exploration_outcome(e)->schedules + exploration_outcome(e)->cut;
    }
    exploration_outcome(e)->status = OUTCOME_LIMIT; /* which remains the answer */
    memcpy(exploration_outcome(e)->text, why, sizeof why);
    return 0;
}

/* More preemptions, as far as they can be enumerated with few runs. */
static int deepen(struct exploration *e, struct channel_outcome *best, double seconds)
{
    struct channel_config *config = configure(e);
    config->bound_first = config->bound + 1;
    config->bound = BEYOND_BOUND;
    config->schedules_max = runs(config, BEYOND_RUNS);
    int found = search(e, STRATEGY_EXHAUSTIVE, seconds);
    const struct channel_outcome *o = exploration_outcome(e);
    if (found == 0 && o->bound_done > best->bound_done) {
        best->bound_done = e->verdict.bound = o->bound_done;
        best->unbounded = o->unbounded;
        e->verdict.schedules = o->completed;
    }
    return found;
}

/* Any order at all, a few at random. */
static int sample(struct exploration *e, enum explore_strategy strategy, double seconds)
{
    struct channel_config *config = configure(e);
    config->depth += 2; /* the shallow ones have been enumerated */
    config->schedules_max = runs(config, BEYOND_SAMPLES);
    int found = search(e, strategy, seconds);
    e->sampled += exploration_outcome(e)->schedules;
    return found;
}

int search_beyond(struct exploration *e)
{
    struct channel_outcome best = *exploration_outcome(e);
    const double seconds = e->options.seconds * 0.1;
    int found = deepen(e, &best, seconds);
    if (found == 0 && !best.unbounded) {
        found = sample(e, STRATEGY_RANDOM, seconds);
        if (found == 0)
            found = sample(e, STRATEGY_PCT, seconds);
    }
    if (found == 0) {
        *exploration_outcome(e) = best;
        configure(e)->strategy = STRATEGY_EXHAUSTIVE; /* whose words the proof has */
        *exploration_outcome(e) = best;
    }
    return found;
}
