/* Linked into a graded program: makes its calls of pthreads take longer, or shorter, than they would by themselves.
 * Around each call the thread may hand its CPU over or nap for some microseconds, and a wait for a condition may end
 * without a signal, as POSIX allows: whatever a right program prints is the same.  Drawn from a seed,
 * $TRAPBOOK_PERTURB; without it nothing is perturbed.  The list of calls is tracer/threads/calls.def.  Refuses to know
 * what is graded. */
#include "tracer/threads/calls.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { NAP_NS_MAX = 60000, YIELDS_MAX = 8 };

static uint64_t seed; /* 0: leave everything as it is */
static _Atomic uint64_t threads_seen;
static _Thread_local uint64_t state;

__attribute__((constructor)) static void read_seed(void)
{
    const char *text = getenv("TRAPBOOK_PERTURB");
    seed = text ? strtoull(text, NULL, 10) : 0;
}

/* The next number of this thread's own sequence (xorshift: any sequence will do that is not the same for all). */
static uint64_t draw(void)
{
    if (state == 0)
        state = (seed + 1) * 0x9e3779b97f4a7c15ull + (atomic_fetch_add(&threads_seen, 1) + 1) * 0xbf58476d1ce4e5b9ull;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

#define CALL(name, result, parameters, arguments, ...) result __real_##name parameters;
#include "tracer/threads/calls.def"

static void perturb(void)
{
    if (seed == 0)
        return;
    int kept = errno;
    uint64_t number = draw();
    if (number % 4 == 0)
        __real_nanosleep(&(struct timespec){.tv_nsec = (long)(number >> 8) % NAP_NS_MAX}, NULL);
    else if (number % 4 == 1)
        for (uint64_t i = 0; i <= (number >> 8) % YIELDS_MAX; i++)
            __real_sched_yield();
    errno = kept;
}

/* A wait that ends at once: unlocked in between, like any other. */
static bool wakes_spuriously(pthread_mutex_t *mutex)
{
    if (seed == 0 || draw() % 3 != 0 || __real_pthread_mutex_unlock(mutex) != 0)
        return false;
    perturb();
    return __real_pthread_mutex_lock(mutex) == 0;
}

/* SPURIOUS(before): for calls whose event before is COND_WAIT, and only for those, wakes_spuriously(mutex). */
#define PROBE_COND_WAIT ~, wakes_spuriously(mutex)
#define SECOND(first, second, ...) second
#define PICK(...) SECOND(__VA_ARGS__, false, ~)
#define SPURIOUS(before) PICK(PROBE_##before)

#define WRAP_int(name, parameters, arguments, before)                                                                  \
    int __wrap_##name parameters;                                                                                      \
    int __wrap_##name parameters                                                                                       \
    {                                                                                                                  \
        perturb();                                                                                                     \
        if (SPURIOUS(before))                                                                                          \
            return 0;                                                                                                  \
        int outcome_ = __real_##name arguments;                                                                        \
        perturb();                                                                                                     \
        return outcome_;                                                                                               \
    }
#define WRAP_unsigned(name, parameters, arguments, before)                                                             \
    unsigned __wrap_##name parameters;                                                                                 \
    unsigned __wrap_##name parameters                                                                                  \
    {                                                                                                                  \
        perturb();                                                                                                     \
        return __real_##name arguments;                                                                                \
    }
#define WRAP_void(name, parameters, arguments, before)                                                                 \
    void __wrap_##name parameters;                                                                                     \
    void __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        perturb();                                                                                                     \
        __real_##name arguments;                                                                                       \
    }
#define CALL(name, result, parameters, arguments, object, kind, before, after, failed)                                 \
    WRAP_##result(name, parameters, arguments, before)
#include "tracer/threads/calls.def"
