/* Folding: what repeats is shown once, with how often and how long.
 *
 *   a b c a b c a b c d   →   a b c ⟨3 times⟩ d
 *
 * A fold is itself a row, so the next pass folds folds: a loop in a loop comes out as one.  First passes fold
 * what reads the same, later ones what differs in arguments only, and those only when they are many.  For
 * every period up to a bound the end of its present run of equalities is remembered, so that no pair of rows
 * is compared twice: time is linear in rows.  Knows rows by their signatures only.
 */
#include "tracer/render/flow.h"

#include <stdlib.h>

enum { PERIOD_MAX = 128, LOOSE_FACTOR = 4 };

/* Short periods first, so that a loop in a loop is folded from the inside. */
static const size_t period_limits[] = {1, 12, PERIOD_MAX};
enum { LIMITS = sizeof period_limits / sizeof *period_limits };

struct pass {
    struct row *rows; /* folded in place: `made` of them are final */
    size_t count, made;
    bool loose;                     /* compare what rows are, not how they read */
    size_t least;                   /* repeats worth a fold */
    size_t limit;                   /* longest period of this pass */
    size_t run_end[PERIOD_MAX + 1]; /* by period: the first row known to differ from the one a period later */
    uint64_t *times;                /* room for a median over all rows */
};

static bool alike(const struct pass *pass, size_t a, size_t b)
{
    return pass->loose ? pass->rows[a].shape == pass->rows[b].shape : pass->rows[a].exact == pass->rows[b].exact;
}

static size_t repeats_at(struct pass *pass, size_t at, size_t period)
{
    size_t *end = &pass->run_end[period];
    if (*end < at)
        *end = at;
    while (*end + period < pass->count && alike(pass, *end, *end + period))
        ++*end;
    return (*end - at) / period + 1;
}

/* A fold row speaks of the rows above it: both or neither must lie inside the period. */
static bool cuts_a_fold(const struct pass *pass, size_t at, size_t period)
{
    for (size_t i = 0; i < period; i++)
        if ((pass->rows[at + i].repeats != 0 && pass->rows[at + i].period > i) ||
            pass->rows[at + i].fold_ahead >= period - i)
            return true;
    return false;
}

/* A loop of traps should read from its trap on, not from the end of the trap before.  True if the period
 * has a better first row than this and enough repeats remain from there. */
static bool better_start_ahead(const struct pass *pass, size_t at, size_t period)
{
    if (pass->rows[at].kind == EVENT_TRAP)
        return false;
    for (size_t i = 1; i < period; i++)
        if (pass->rows[at + i].kind == EVENT_TRAP)
            return (pass->run_end[period] - at - i) / period + 1 >= pass->least;
    return false;
}

/* The shortest period that repeats often enough from here, or 0. */
static size_t period_at(struct pass *pass, size_t at)
{
    for (size_t period = 1; period <= pass->limit && at + period < pass->count; period++) {
        if (!alike(pass, at, at + period))
            continue;
        if (repeats_at(pass, at, period) >= pass->least && !cuts_a_fold(pass, at, period) &&
            !better_start_ahead(pass, at, period))
            return period;
    }
    return 0;
}

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static uint64_t median(uint64_t *times, size_t count)
{
    if (count == 0)
        return 0;
    qsort(times, count, sizeof *times, by_size);
    return times[count / 2];
}

/* How long one repeat takes: a lone call its own time, anything else from start to start. */
static uint64_t median_length(struct pass *pass, size_t at, size_t period, size_t repeats)
{
    const struct row *rows = &pass->rows[at];
    if (period == 1 && rows->end != FLOW_NOTHING) {
        for (size_t i = 0; i < repeats; i++)
            pass->times[i] = rows[i].length_ns;
        return median(pass->times, repeats);
    }
    for (size_t i = 0; i + 1 < repeats; i++)
        pass->times[i] = rows[(i + 1) * period].t_ns - rows[i * period].t_ns;
    return median(pass->times, repeats - 1);
}

/* Median of the cost of this row over all repeats but the first, which others led to. */
static uint64_t median_cost(struct pass *pass, const struct row *row, size_t period, size_t repeats)
{
    for (size_t i = 1; i < repeats; i++)
        pass->times[i - 1] = row[i * period].cost_ns;
    return median(pass->times, repeats - 1);
}

/* Writes one period and its fold row behind what is made; returns the rows that this stands for. */
static size_t fold(struct pass *pass, size_t at, size_t period)
{
    size_t repeats = repeats_at(pass, at, period), all = repeats * period;
    const struct row *last = &pass->rows[at + all - 1];
    struct row sum = {
        .entry = last->entry,
        .end = last->end,
        .t_ns = last->t_ns,
        .lane = FLOW_NO_LANE,
        .loose = pass->loose,
        .repeats = (uint32_t)repeats,
        .period = (uint32_t)period,
        .shape = period * 0x9e3779b97f4a7c15u,
        .exact = (period << 32 ^ repeats) * 0x9e3779b97f4a7c15u,
        .length_ns = median_length(pass, at, period, repeats),
    };
    for (size_t i = 0; i < period; i++) {
        uint64_t cost = median_cost(pass, &pass->rows[at + i], period, repeats);
        struct row row = pass->rows[at + i];
        row.cost_ns = cost;
        row.fold_ahead = (uint32_t)(period - i);
        pass->rows[pass->made++] = row;
    }
    pass->rows[pass->made++] = sum;
    return all;
}

/* In place: what is written never overtakes what is read, for a fold takes at least two repeats. */
static void run_pass(struct flow *flow, uint64_t *times, size_t least, bool loose, size_t limit)
{
    struct pass pass = {
        .rows = flow->rows, .count = flow->count, .least = least, .limit = limit, .loose = loose, .times = times};
    for (size_t at = 0; at < pass.count;) {
        size_t period = pass.rows[at].repeats != 0 ? 0 : period_at(&pass, at);
        if (period != 0) {
            at += fold(&pass, at, period);
        } else {
            struct row row = pass.rows[at++];
            pass.rows[pass.made++] = row;
        }
    }
    flow->count = pass.made;
}

int fold_rows(struct flow *flow, unsigned least)
{
    if (least < 2)
        return 0;
    uint64_t *times = malloc((flow->count + 1) * sizeof *times);
    if (times == NULL)
        return -1;
    for (unsigned i = 0; i < LIMITS; i++)
        run_pass(flow, times, least, false, period_limits[i]);
    for (unsigned i = 0; i < LIMITS; i++)
        run_pass(flow, times, (size_t)least * LOOSE_FACTOR, true, period_limits[i]);
    free(times);
    return 0;
}
