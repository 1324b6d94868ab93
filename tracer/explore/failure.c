/* What becomes of a run that failed: its schedule is shortened, a race is followed to what it can lead to, the witness
 * is replayed in a fresh process before anybody is blamed.  Does not choose what to explore.
 */
#include "tracer/explore/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CONSEQUENCE_RUNS = 20000, CONSEQUENCE_SECONDS = 60, SHORTEN_RUNS = 200 };

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
    return exploration_run(e, 10) == 0 && exploration_outcome(e)->status == OUTCOME_FOUND &&
           exploration_outcome(e)->finding == finding;
}

/* Are all of these the default already? */
static bool is_plain(const uint8_t *choices, uint32_t count)
{
    while (count > 0 && choices[count - 1] == 0)
        count--;
    return count == 0;
}

/* A sampled failure has many switches that do not matter.  Leave out whatever can be left out: all, then halves, then
 * quarters, down to single ones, the last first. */
static void shorten(struct exploration *e, enum explore_finding finding)
{
    static uint8_t best[CHANNEL_CHOICES], kept[CHANNEL_CHOICES];
    struct channel *channel = e->session.channel;
    uint32_t count = channel->config.choices, tries = 0;
    memcpy(best, channel->choices, sizeof best);
    for (uint32_t size = count; size > 0; size /= 2)
        for (uint32_t end = count; end > 0 && tries < SHORTEN_RUNS; end -= end < size ? end : size) {
            uint32_t start = end < size ? 0 : end - size;
            if (is_plain(best + start, end - start))
                continue;
            memcpy(kept, best, sizeof kept);
            memset(best + start, 0, end - start);
            memcpy(channel->choices, best, sizeof best);
            channel->config.choices = count;
            tries++;
            if (!replays(e, finding, false))
                memcpy(best, kept, sizeof best);
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
    for (uint32_t watches = 0; watches < CHANNEL_WATCHES; party = &exploration_outcome(e)->party[1]) {
        watch[watches++] = (struct channel_watch){party->object, party->size};
        session_configure(&e->session, &e->options, &e->build);
        memcpy(config->watch, watch, watches * sizeof *watch);
        config->watches = watches;
        config->ignore_races = 1;
        config->strategy = STRATEGY_EXHAUSTIVE;
        config->schedules_max = CONSEQUENCE_RUNS;
        if (exploration_run(e, CONSEQUENCE_SECONDS) != 0 || exploration_outcome(e)->status != OUTCOME_FOUND)
            return false;
        if (exploration_outcome(e)->finding != FINDING_RACE) {
            config->choices = exploration_outcome(e)->choices;
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

void exploration_fail(struct exploration *e)
{
    struct channel *channel = e->session.channel;
    struct verdict *v = &e->verdict;
    uint8_t choices[CHANNEL_CHOICES];
    struct lines *lines = lines_open(e->build.program, e->session.channel);
    enum explore_finding shown = v->finding = (enum explore_finding)exploration_outcome(e)->finding;
    e->found = *exploration_outcome(e);
    channel->config.choices = e->found.choices;
    memcpy(choices, channel->choices, sizeof choices);
    if (channel->config.strategy == STRATEGY_PCT || channel->config.strategy == STRATEGY_RANDOM)
        shorten(e, shown);
    memcpy(choices, channel->choices, sizeof choices);
    uint32_t count = channel->config.choices;
    if (shown == FINDING_RACE && !e->options.replay) {
        if (find_consequence(e)) {
            shown = v->consequence = (enum explore_finding)exploration_outcome(e)->finding;
        } else {
            channel->config.watches = channel->config.ignore_races = 0;
            channel->config.choices = count;
            memcpy(channel->choices, choices, sizeof choices);
        }
    }
    witness_write(v->witness, &e->build, channel, channel->config.choices);
    bool again = replays(e, shown, true);
    snprintf(v->output, sizeof v->output, "%.*s", (int)exploration_outcome(e)->output_size, channel->output);
    if (v->consequence) { /* the race in its own words first */
        struct channel_outcome kept = *exploration_outcome(e);
        *exploration_outcome(e) = e->found;
        exploration_outcome(e)->steps = 0;
        exploration_outcome(e)->blocks = kept.blocks;
        report_message(v, channel, lines, &e->options);
        *strstr(v->message, "    ask yourself") = '\0';
        *exploration_outcome(e) = kept;
    }
    report_message(v, channel, lines, &e->options);
    if (e->options.trace && draw_log(e->options.trace, channel, &e->found, lines, v, program_words(e), e->error) != 0)
        fprintf(stderr, "trapflow explore: %s\n", e->error);
    lines_close(lines);
    snprintf(v->proof, sizeof v->proof, "%s after %" PRIu64 " run%s",
             again ? "found" : "seen once, but its witness does not replay,", v->runs, v->runs == 1 ? "" : "s");
    if (again || v->finding == FINDING_FORGERY)
        exploration_decide(e, "FAIL", EXPLORE_FAILED);
    else
        exploration_decide(e, "INCONCLUSIVE", EXPLORE_INCONCLUSIVE);
}
