/* The pthread calls as a recorded program makes them: for each row of calls.def a function of that name, which calls
 * the real one and says before and after what the row says is to be said.
 *
 * What can be had at once is one event: a lock is tried first, and only who must wait says so, and for whom.  Who gives
 * something back (unlock, post, signal) says so before, so that it stands before what the next one does with it.
 *
 * Built twice: as functions of a preloaded library, which stand before those of the C library, and (THREADS_WRAP) as
 * the
 * __wrap_ functions that the linker's --wrap puts in place of them, in static programs, too.
 */
#include "tracer/threads/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnu/libc-version.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CALLER ((uintptr_t)__builtin_return_address(0))
#define INLINE static inline __attribute__((always_inline))

/* ---- the real functions ---- */

#ifdef THREADS_WRAP
#define WRAPPER(name) __wrap_##name
#define CALL(name, result, parameters, ...) extern result __real_##name parameters;
#include "tracer/threads/calls.def"
#define CALL(name, result, parameters, ...) static result(*const real_##name) parameters = __real_##name;
#include "tracer/threads/calls.def"

void threads_find_functions(void)
{
    threads_real_create = __real_pthread_create;
}

void *threads_find_private(const char *name)
{
    (void)name;
    return NULL;
}
#else
#define WRAPPER(name) name
#define CALL(name, result, parameters, ...) static result(*real_##name) parameters;
#include "tracer/threads/calls.def"

/* Before 2.36 the plain look-up gives condition functions of another age, which know another pthread_cond_t. */
static bool looks_up_old_conditions(void)
{
    const char *version = gnu_get_libc_version();

    return strncmp(version, "2.", 2) == 0 && atoi(version + 2) < 36;
}

static void *find(const char *name, bool old)
{
    void *found = NULL;

    if (old && strncmp(name, "pthread_cond_", strlen("pthread_cond_")) == 0)
        found = dlvsym(RTLD_NEXT, name, "GLIBC_2.3.2");
    return found != NULL ? found : dlsym(RTLD_NEXT, name);
}

void threads_find_functions(void)
{
    bool old = looks_up_old_conditions();

#define CALL(name, ...) *(void **)&real_##name = find(#name, old);
#include "tracer/threads/calls.def"
    threads_real_create = real_pthread_create;
}

void *threads_find_private(const char *name)
{
    return dlvsym(RTLD_DEFAULT, name, "GLIBC_PRIVATE");
}
#endif

/* From here on a thread is created with our lines around its life. */
#define real_pthread_create threads_create

/* ---- what the columns of calls.def mean here ---- */

/* A try that shows whether the lock can be had at once. */
#define TRY_NOTHING(object) EBUSY
#define TRY_THREAD(object) EBUSY
#define TRY_CONDITION(object) EBUSY
#define TRY_BARRIER(object) EBUSY
#define TRY_ONCE(object) EBUSY
#define TRY_SIGNAL(object) EBUSY
#define TRY_RWLOCK(object) EBUSY
#define TRY_MUTEX(object) real_pthread_mutex_trylock(object)
#define TRY_RWLOCK_READ(object) real_pthread_rwlock_tryrdlock(object)
#define TRY_RWLOCK_WRITE(object) real_pthread_rwlock_trywrlock(object)
#define TRY_SPIN(object) real_pthread_spin_trylock(object)
#define TRY_SEMAPHORE(object) try_semaphore(object)

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

/* sem_wait is where a thread may be cancelled even if it need not wait; a try is not. */
INLINE int try_semaphore(sem_t *semaphore)
{
    int program_errno = errno, result;

    pthread_testcancel();
    result = real_sem_trywait(semaphore);
    errno = program_errno;
    return result;
}

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

INLINE int error_of(int result, unsigned kind)
{
    return result == -1 && kind != OBJECT_BARRIER ? errno : result;
}

/* The table of threads learns who is not needed there any more. */
INLINE void note_fate(enum event_kind after, uintptr_t object)
{
    if (after == EVENT_JOIN_DONE)
        threads_forget((pthread_t)object);
    else if (after == EVENT_DETACH)
        threads_will_be_forgotten((pthread_t)object);
}

/* While we start, on the only thread there is, the loader's own allocations may come by. */
#define START(name)                                                                                                    \
    if (__builtin_expect(threads.state != THREADS_READY, 0)) {                                                         \
        threads_start();                                                                                               \
        if (real_##name == NULL)                                                                                       \
            return 0;                                                                                                  \
    }

/* ---- one call ---- */

#define IS(event, wanted) (EVENT_##event == EVENT_##wanted)
/* It may be had at once, and then there was no wait. */
#define TRIES(before) (IS(before, LOCK_WAIT) || IS(before, SEM_WAIT))
#define WAITS(before)                                                                                                  \
    (TRIES(before) || IS(before, JOIN_WAIT) || IS(before, COND_WAIT) || IS(before, BARRIER_WAIT) ||                    \
     IS(before, ONCE_ENTER))
/* Only known once the call is done, where nothing is said before it. */
#define LATE_OWNER(kind, event, object)                                                                                \
    (OBJECT_##kind == OBJECT_THREAD || (event) == EVENT_LOCK_TRY_FAIL ? OWNER_##kind(object) : 0)

#define BODY_int(name, arguments, object_of, kind, before, after, failed)                                              \
    START(name)                                                                                                        \
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
        return result;                                                                                                 \
    }                                                                                                                  \
    if (early && !(IS(before, ONCE_ENTER) && is_done((uintptr_t)(object_of)))) {                                       \
        sync.object = (uintptr_t)(object_of);                                                                          \
        sync.object2 = SECOND_##before;                                                                                \
        sync.other_tid = WAITS(before) ? OWNER_##kind(object_of) : 0;                                                  \
        since = threads_append(EVENT_##before, &sync, 0);                                                              \
        told = true;                                                                                                   \
    }                                                                                                                  \
    result = real_##name arguments;                                                                                    \
    good = is_good(result, OBJECT_##kind);                                                                             \
    /* What was given back, but was not ours to give, is said again, with the error. */                                \
    event = good ? EVENT_##after : IS(before, LOCK_RELEASE) ? EVENT_##before : EVENT_##failed;                         \
    if (event != EVENT_NONE && told == early) {                                                                        \
        sync.object = (uintptr_t)(object_of);                                                                          \
        if (!early)                                                                                                    \
            sync.other_tid = LATE_OWNER(kind, event, object_of);                                                       \
        sync.result = error_of(result, OBJECT_##kind);                                                                 \
        threads_append(event, &sync, WAITS(before) ? since : 0);                                                       \
    }                                                                                                                  \
    if (good && (IS(after, JOIN_DONE) || IS(after, DETACH)))                                                           \
        note_fate(EVENT_##after, sync.object);                                                                         \
    return result;

#define BODY_unsigned(name, arguments, object_of, kind, before, after, failed)                                         \
    START(name)                                                                                                        \
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

#define CALL(name, result_type, parameters, arguments, object, kind, before, after, failed)                            \
    __attribute__((visibility("default"))) result_type WRAPPER(name) parameters                                        \
    {                                                                                                                  \
        BODY_##result_type(name, arguments, object, kind, before, after, failed)                                       \
    }
#include "tracer/threads/calls.def"
