/* Virtual time: it stands still while anybody can run, and jumps to the next deadline when nobody can (or when the
 * strategy lets a sleeper wake early, which costs a deviation).  No sleep of the program takes real time. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <sys/time.h>

enum { NS_PER_READING = 1000 }; /* so that a loop that polls the clock gets somewhere */

static uint64_t to_ns(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
}

uint64_t deadline_of(const struct timespec *until)
{
    uint64_t epoch = (uint64_t)VIRTUAL_EPOCH_S * 1000000000u;
    uint64_t at = to_ns(until);
    return at > epoch ? at - epoch : 0;
}

/* Until the object can be had, or, where there is one, until the deadline. */
bool wait_at(enum wait_kind kind, struct object *object, const struct timespec *until)
{
    const struct wait wait = {.kind = kind,
                              .object = object,
                              .call = THIS_CALL,
                              .pc = PC,
                              .timed = until,
                              .deadline = until ? deadline_of(until) : 0};
    return decide(&wait) != RESUME_TIMEOUT;
}

static void step_aside(void)
{
    step_back();
    decide_freely(THIS_CALL, PC);
}

static void sleep_until(uint64_t deadline)
{
    if (deadline <= S->now)
        step_aside();
    else
        decide(&(struct wait){.kind = WAIT_SLEEP, .call = THIS_CALL, .pc = PC, .timed = true, .deadline = deadline});
    cancel_point();
}

int semantics_sched_yield(void)
{
    step_aside();
    return 0;
}

int semantics_nanosleep(const struct timespec *length, struct timespec *rest)
{
    (void)rest; /* nothing interrupts a sleep here */
    sleep_until(S->now + to_ns(length));
    return 0;
}

int semantics_clock_nanosleep(clockid_t clock, int flags, const struct timespec *length, struct timespec *rest)
{
    (void)clock, (void)rest;
    sleep_until(flags & TIMER_ABSTIME ? deadline_of(length) : S->now + to_ns(length));
    return 0;
}

int semantics_usleep(useconds_t length)
{
    sleep_until(S->now + (uint64_t)length * 1000);
    return 0;
}

unsigned semantics_sleep(unsigned length)
{
    sleep_until(S->now + (uint64_t)length * 1000000000u);
    return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    (void)clock;
    S->now += NS_PER_READING;
    access_check((uintptr_t)time, sizeof *time, true, false, CALLER);
    time->tv_sec = (time_t)(VIRTUAL_EPOCH_S + (long long)(S->now / 1000000000u));
    time->tv_nsec = (long)(S->now % 1000000000u);
    return 0;
}

time_t __wrap_time(time_t *result)
{
    time_t now = (time_t)(VIRTUAL_EPOCH_S + (long long)(S->now / 1000000000u));
    if (result) {
        access_check((uintptr_t)result, sizeof now, true, false, CALLER);
        *result = now;
    }
    return now;
}

int __wrap_gettimeofday(struct timeval *time, void *zone)
{
    (void)zone;
    S->now += NS_PER_READING;
    access_check((uintptr_t)time, sizeof *time, true, false, CALLER);
    time->tv_sec = (time_t)(VIRTUAL_EPOCH_S + (long long)(S->now / 1000000000u));
    time->tv_usec = (suseconds_t)(S->now / 1000 % 1000000);
    return 0;
}
