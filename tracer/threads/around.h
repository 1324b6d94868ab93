/* One call of a recorded program, with what is said before and after it: the function that each row of calls.def and of
 * c11.def becomes.
 *
 * What can be had at once is one event: a lock is tried first, and only who must wait says so, and for whom.  Who gives
 * something back (unlock, post, signal) says so before, so that it stands before what the next one does with it.
 *
 * Whoever includes this defines WRAPPER(name), by what name the function is made, for each row a real_NAME, which is
 * the function behind it, TRY_KIND(object) for each kind of object, and ERROR_OF(result, kind), the errno that a result
 * stands for.
 */
#ifndef TRACER_THREADS_AROUND_H
#define TRACER_THREADS_AROUND_H

#include "tracer/threads/library.h"

#include <errno.h>

#define CALLER ((uintptr_t)__builtin_return_address(0))
#define INLINE static inline __attribute__((always_inline))

/* ---- what the columns mean here ---- */

/* The tid of the thread that one would wait for, where it can be known. */
#define OWNER_NOTHING(object) 0
#define OWNER_THREAD(object) threads_tid_of(object)
#define OWNER_CONDITION(object) 0
#define OWNER_BARRIER(object) 0
#define OWNER_ONCE(object) 0
#define OWNER_SPIN(object) 0
#define OWNER_SIGNAL(object) 0
#define OWNER_SEMAPHORE(object) 0
#define OWNER_MUTEX(object) ((uint32_t) * (volatile int *)&(object)->__data.__owner)
#define OWNER_RWLOCK(object) ((uint32_t) * (volatile int *)&(object)->__data.__cur_writer)
#define OWNER_RWLOCK_READ OWNER_RWLOCK
#define OWNER_RWLOCK_WRITE OWNER_RWLOCK

/* The second object: a condition's mutex, known by its parameter's name. */
#define SECOND_COND_WAIT (uintptr_t) mutex
#define SECOND_NONE 0
#define SECOND_THREAD_EXIT 0
#define SECOND_JOIN_WAIT 0
#define SECOND_LOCK_WAIT 0
#define SECOND_LOCK_RELEASE 0
#define SECOND_COND_SIGNAL 0
#define SECOND_COND_BROADCAST 0
#define SECOND_SEM_WAIT 0
#define SECOND_SEM_POST 0
#define SECOND_BARRIER_WAIT 0
#define SECOND_ONCE_ENTER 0
#define SECOND_YIELD 0
#define SECOND_SLEEP 0
#define SECOND_SIGNAL_SEND 0

/* glibc's own number for a pthread_once that is over: then there is nothing to tell. */
INLINE bool is_done(uintptr_t once)
{
    return *(const volatile pthread_once_t *)once == 2;
}

/* A pthread function returns the error, one for semaphores −1; a barrier tells one of its threads −1, which is none. */
INLINE bool is_good(int result, unsigned kind)
{
    return result == 0 || (result == EOWNERDEAD && kind == OBJECT_MUTEX) ||
           (result == PTHREAD_BARRIER_SERIAL_THREAD && kind == OBJECT_BARRIER);
}

/* The table of threads learns who is not needed there any more. */
INLINE void note_fate(enum event_kind after, uintptr_t object)
{
    if (after == EVENT_JOIN_DONE)
        threads_forget((pthread_t)object);
    else if (after == EVENT_DETACH)
        threads_will_be_forgotten((pthread_t)object);
}

/* ---- one call ---- */

/* The real call, and how its answer is passed on, by the type of its result. */
#define RUN_int(name, arguments) result = real_##name arguments
#define RUN_nothing(name, arguments) (real_##name arguments, result = 0)
#define ANSWER_int(value) return value
#define ANSWER_unsigned(value) return value
#define ANSWER_nothing(value) return

/* While we start, on the only thread there is, the loader's own allocations may come by. */
#define START(name, answer)                                                                                            \
    if (__builtin_expect(threads.state != THREADS_READY, 0)) {                                                         \
        threads_start();                                                                                               \
        if (real_##name == NULL)                                                                                       \
            answer(0);                                                                                                 \
    }

#define IS(event, wanted) (EVENT_##event == EVENT_##wanted)
/* It may be had at once, and then there was no wait. */
#define TRIES(before) (IS(before, LOCK_WAIT) || IS(before, SEM_WAIT))
#define WAITS(before)                                                                                                  \
    (TRIES(before) || IS(before, JOIN_WAIT) || IS(before, COND_WAIT) || IS(before, BARRIER_WAIT) ||                    \
     IS(before, ONCE_ENTER))
/* Only known once the call is done, where nothing is said before it. */
#define LATE_OWNER(kind, event, object)                                                                                \
    (OBJECT_##kind == OBJECT_THREAD || (event) == EVENT_LOCK_TRY_FAIL ? OWNER_##kind(object) : 0)

#define AROUND(name, run, answer, object_of, kind, before, after, failed)                                              \
    START(name, answer)                                                                                                \
    struct event_sync sync = {.pc = CALLER, .call = CALL_##name, .object_kind = OBJECT_##kind};                        \
    bool early = EVENT_##before != EVENT_NONE, told = false, good;                                                     \
    enum event_kind event;                                                                                             \
    uint64_t since = 0;                                                                                                \
    int result;                                                                                                        \
                                                                                                                       \
    if (TRIES(before) && is_good(result = TRY_##kind(object_of), OBJECT_##kind)) {                                     \
        sync.object = (uintptr_t)(object_of);                                                                          \
        sync.result = result;                                                                                          \
        threads_append(EVENT_##after, &sync, 0);                                                                       \
        answer(result);                                                                                                \
    }                                                                                                                  \
    if (early && !(IS(before, ONCE_ENTER) && is_done((uintptr_t)(object_of)))) {                                       \
        sync.object = (uintptr_t)(object_of);                                                                          \
        sync.object2 = SECOND_##before;                                                                                \
        sync.other_tid = WAITS(before) ? OWNER_##kind(object_of) : 0;                                                  \
        since = threads_append(EVENT_##before, &sync, 0);                                                              \
        told = true;                                                                                                   \
    }                                                                                                                  \
    run;                                                                                                               \
    good = is_good(result, OBJECT_##kind);                                                                             \
    /* What was given back, but was not ours to give, is said again, with the error. */                                \
    event = good ? EVENT_##after : IS(before, LOCK_RELEASE) ? EVENT_##before : EVENT_##failed;                         \
    if (event != EVENT_NONE && told == early) {                                                                        \
        sync.object = (uintptr_t)(object_of);                                                                          \
        if (!early)                                                                                                    \
            sync.other_tid = LATE_OWNER(kind, event, object_of);                                                       \
        sync.result = ERROR_OF(result, OBJECT_##kind);                                                                 \
        threads_append(event, &sync, WAITS(before) ? since : 0);                                                       \
    }                                                                                                                  \
    if (good && (IS(after, JOIN_DONE) || IS(after, DETACH)))                                                           \
        note_fate(EVENT_##after, sync.object);                                                                         \
    answer(result);

#define BODY_int(name, arguments, ...) AROUND(name, RUN_int(name, arguments), ANSWER_int, __VA_ARGS__)
#define BODY_nothing(name, arguments, ...) AROUND(name, RUN_nothing(name, arguments), ANSWER_nothing, __VA_ARGS__)

/* sleep: what it returns is no error. */
#define BODY_unsigned(name, arguments, object_of, kind, before, after, failed)                                         \
    START(name, ANSWER_unsigned)                                                                                       \
    struct event_sync sync = {.pc = CALLER, .call = CALL_##name, .object_kind = OBJECT_##kind};                        \
                                                                                                                       \
    threads_append(EVENT_##before, &sync, 0);                                                                          \
    return real_##name arguments;

/* pthread_exit: by its own thread, and it never comes back. */
#define BODY_void(name, arguments, object_of, kind, before, after, failed)                                             \
    struct event_sync sync = {.pc = CALLER,                                                                            \
                              .object = (uintptr_t)(object_of),                                                        \
                              .other_tid = threads_own_tid(),                                                          \
                              .call = CALL_##name,                                                                     \
                              .object_kind = OBJECT_##kind};                                                           \
                                                                                                                       \
    if (threads.state != THREADS_READY)                                                                                \
        threads_start();                                                                                               \
    if (threads_ending())                                                                                              \
        threads_append(EVENT_##before, &sync, 0);                                                                      \
    real_##name arguments;                                                                                             \
    __builtin_unreachable();

#define WRAPPER_OF(name, result_type, parameters, arguments, ...)                                                      \
    __attribute__((visibility("default"))) result_type WRAPPER(name) parameters                                        \
    {                                                                                                                  \
        BODY_##result_type(name, arguments, __VA_ARGS__)                                                               \
    }

#endif
