/* Time, real and virtual.  Fairness is by the CPU time that each guest used, not by the wall: the host may run
 * others while a guest has its turn.  Does not know whose turn it is. */
#include "lde-model/support/clock.h"

#include "lde-model/engine/seats.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#define SECOND 1000000000
enum { CLOSE_ENOUGH_NS = 100000, JUMP_NS = 10000000, AGAIN_NS = 1000000 };

uint64_t clock_real_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
}

int clock_start(struct clock *clock, uint64_t slice_ns, uint64_t slice_traps, uint64_t patience_ns, unsigned seats)
{
    *clock = (struct clock){
        .is_virtual = slice_traps != 0,
        .repeatable = slice_traps != 0,
        .slice_ns = slice_ns,
        .slice_traps = slice_traps,
        .patience_ns = patience_ns,
        .start_ns = clock_real_ns(),
    };
    if (seats_create(seats) != 0)
        return -1;
    for (unsigned i = 0; clock->is_virtual && i < seats; i++)
        seats_alarm_set(i, patience_ns / 4, patience_ns / 4);
    return 0;
}

void clock_stop(void)
{
    seats_destroy();
}

uint64_t clock_now(const struct clock *clock)
{
    return clock->is_virtual ? clock->now_ns : clock_real_ns() - clock->start_ns;
}

void clock_begin_turn(struct clock *clock, struct turn *turn, uint64_t cpu_ns)
{
    turn->traps = 0;
    turn->begun = true;
    if (clock->is_virtual)
        return;
    turn->cpu_start_ns = cpu_ns;
    turn->allowance_ns = (int64_t)clock->slice_ns - turn->overdrawn_ns; /* after a long delay, less than nothing */
    turn->overdrawn_ns = 0;
    seats_alarm_seen(turn->seat); /* what rang before was not for this turn */
    seats_alarm_set(turn->seat, turn->allowance_ns < CLOSE_ENOUGH_NS ? CLOSE_ENOUGH_NS : (uint64_t)turn->allowance_ns,
                    0);
}

bool clock_count_trap(struct clock *clock, struct turn *turn)
{
    turn->all_traps++;
    clock->now_ns += CLOCK_TRAP_NS;
    return ++turn->traps >= clock->slice_traps && clock->is_virtual;
}

/* Virtual time: has the running guest computed for too long without a trap? */
static bool watchdog(struct clock *clock, struct turn *turn, uint64_t cpu_ns)
{
    if (turn->watched_traps != turn->all_traps || cpu_ns < turn->watched_cpu_ns) {
        turn->watched_traps = turn->all_traps;
        turn->watched_cpu_ns = cpu_ns;
        return false;
    }
    if (cpu_ns - turn->watched_cpu_ns < clock->patience_ns)
        return false;
    turn->watched_cpu_ns = cpu_ns;
    clock->repeatable = false;
    clock->now_ns += JUMP_NS; /* so that virtual timers, too, see that time has passed */
    return true;
}

bool clock_alarm(struct clock *clock, struct turn *turn, uint64_t cpu_ns, int signo)
{
    if (seats_stop_asked())
        clock->over = true;
    if (signo != SIGALRM) {
        clock->repeatable = false;
        clock->now_ns += clock->slice_traps * CLOCK_TRAP_NS;
        return true;
    }
    if (clock->is_virtual)
        return watchdog(clock, turn, cpu_ns);
    const int64_t left = turn->allowance_ns - (int64_t)(cpu_ns - turn->cpu_start_ns);
    if (left > CLOSE_ENOUGH_NS) {
        seats_alarm_set(turn->seat, (uint64_t)left, 0);
        return false;
    }
    turn->overdrawn_ns = -left;
    return true;
}

void clock_end_turn(struct clock *clock, struct turn *turn, bool used_up)
{
    turn->begun = false;
    if (used_up && ++turn->slices == clock->last_slice)
        clock->over = true;
}

void clock_idle(struct clock *clock, uint64_t until_ns)
{
    if (clock->is_virtual) {
        if (clock->now_ns < until_ns)
            clock->now_ns = until_ns;
        return;
    }
    const uint64_t until = clock->start_ns + until_ns;
    const struct timespec when = {.tv_sec = (time_t)(until / SECOND), .tv_nsec = (long)(until % SECOND)};
    while (!clock->over && clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL) == EINTR)
        clock->over = seats_stop_asked();
}

void clock_wake_seat(const struct clock *clock, unsigned seat, uint64_t until_ns)
{
    const uint64_t now = clock_now(clock);
    if (!clock->is_virtual)
        seats_alarm_set(seat, until_ns < now ? 0 : until_ns - now, AGAIN_NS);
}
