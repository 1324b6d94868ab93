/* Strategies: which candidate to take at each decision, and which schedule to run next.
 *
 *   exhaustive  depth first over all schedules with at most k deviations (a preemption, a timeout while others could
 *               run, a spurious wake-up), k = 0, 1, … bound: the shortest explanation is found first
 *   delay       the same, but a deviation is a delay: to pass over the thread whose turn it is, in a scheduler that
 * goes round: far fewer schedules with many threads, since choices at a wait are no longer free pct         random
 * priorities and d−1 random points where the running thread falls to the lowest: a bug that needs d ordering
 * constraints is met with probability at least 1/(n·k^(d−1)) a run random      any candidate, all alike replay      the
 * choices given, then always the first candidate
 *
 * Knows candidates by number only.  Deterministic: the seed is the only source of chance.
 */
#include "tracer/explore/runtime/runtime.h"

static uint64_t random_next(void)
{
    uint64_t x = S->random; /* xorshift64* */
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    S->random = x;
    return x * 0x2545f4914f6cdd1dull;
}

static uint32_t random_below(uint32_t n)
{
    return (uint32_t)((random_next() >> 32) * n >> 32);
}

static void pct_begin_run(void)
{
    for (uint32_t i = 0; i < THREADS_MAX; i++) /* a shuffle, from the inside out */
    {
        uint32_t j = random_below(i + 1);
        S->priority[i] = S->priority[j];
        S->priority[j] = THREADS_MAX + i;
    }
    S->priority_floor = THREADS_MAX - 1;
    for (uint32_t i = 0; i + 1 < S->config.depth && i < 16; i++)
        S->change[i] = random_below(S->length ? S->length : 1);
}

static uint32_t pct_choose(uint32_t count)
{
    for (uint32_t i = 0; i + 1 < S->config.depth && i < 16; i++)
        if (S->change[i] == S->decisions)
            S->priority[S->current] = S->priority_floor--;
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (S->priority[S->candidate[i].thread] > S->priority[S->candidate[best].thread])
            best = i;
    return best;
}

void strategy_start(void)
{
    S->random = S->config.seed * 0x9e3779b97f4a7c15ull + 0x1234567;
    if (S->random == 0)
        S->random = 1;
    S->prefix = 0;
    if (S->config.strategy == STRATEGY_PCT)
        pct_begin_run();
}

/* `turn`: the candidates are threads, in candidate[]; otherwise equals, such as the waiters that a signal may wake. */
/* Deviations that a choice takes from the bound: candidates before `free` can be had without a preemption; the first
 * `ready` stand in the order of a round, each one delay further. */
static uint32_t cost_of(const struct branch *branch, uint32_t choice)
{
    if (S->config.strategy == STRATEGY_DELAY)
        return choice < branch->ready ? choice : 1;
    return choice >= branch->free;
}

uint32_t strategy_choose(uint32_t count, uint32_t free, uint32_t ready, bool turn)
{
    uint32_t at = S->branches;
    uint32_t chosen = 0;
    if (at >= CHANNEL_CHOICES)
        run_cut("a run has more choices than the explorer can keep (65,536)");
    if (count > UINT8_MAX)
        count = UINT8_MAX;
    switch ((enum explore_strategy)S->config.strategy) {
    case STRATEGY_EXHAUSTIVE:
    case STRATEGY_DELAY:
        if (at < S->prefix)
            chosen = S->branch[at].chosen;
        else if (turn && S->config.reduce &&
                 history_is_known(S->config.strategy == STRATEGY_DELAY || S->candidate[0].thread == S->current))
            run_known();
        break;
    case STRATEGY_REPLAY:
        if (at < S->config.choices)
            chosen = S->channel->choices[at];
        break;
    case STRATEGY_PCT:
        chosen = turn ? pct_choose(count) : random_below(count);
        break;
    default:
        chosen = random_below(count);
    }
    if (chosen >= count) /* not the program that this schedule was made for, or one that is not deterministic */
        run_refused("the schedule names a thread that cannot run here: is the program's behaviour random?");
    S->branch[at] = (struct branch){(uint8_t)chosen, (uint8_t)count, (uint8_t)free, (uint8_t)ready};
    S->branches++;
    S->cost += cost_of(&S->branch[at], chosen);
    return chosen;
}

/* To the last decision that has an untried alternative within the bound. */
static bool backtrack(void)
{
    uint32_t cost = 0; /* of all the choices before the decision we look at */
    for (uint32_t i = 0; i < S->branches; i++)
        cost += cost_of(&S->branch[i], S->branch[i].chosen);
    for (uint32_t i = S->branches; i-- > 0;) {
        struct branch *branch = &S->branch[i];
        cost -= cost_of(branch, branch->chosen);
        for (uint32_t next = branch->chosen + 1u; next < branch->count; next++) {
            if (cost + cost_of(branch, next) <= S->config.bound) {
                branch->chosen = (uint8_t)next;
                S->prefix = i + 1;
                return true;
            }
            S->left_out = true;
        }
    }
    return false;
}

bool strategy_next(void)
{
    if (S->decisions > S->length)
        S->length = S->decisions;
    switch ((enum explore_strategy)S->config.strategy) {
    case STRATEGY_EXHAUSTIVE:
    case STRATEGY_DELAY:
        return backtrack();
    case STRATEGY_REPLAY:
        return false;
    case STRATEGY_PCT:
        pct_begin_run();
        return true;
    default:
        return true;
    }
}
