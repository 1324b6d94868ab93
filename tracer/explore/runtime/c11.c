/* C11's threads, as glibc has them: pthreads by other names.  What a name stands for is a row of c11.def; the few that
 * are more than a name are here.  Knows nothing of what the calls mean. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <threads.h>

/* A thread's function returns an int here, in the same register as a pointer's lower half. */
static void *(*start_of(thrd_start_t start))(void *)
{
    __extension__ union {
        thrd_start_t c11;
        void *(*posix)(void *);
    } function = {.c11 = start};
    return function.posix;
}

static int c11_result(int error)
{
    switch (error) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

#define BEFORE(event, object) (EVENT_##event == EVENT_NONE ? 0 : (uintptr_t)(object))
#define RUN(same_as, arguments, object, kind, before, after, failed)                                                   \
    call_begin(CALL_##same_as, CALLER, EVENT_##before, BEFORE(before, object), OBJECT_##kind);                         \
    int error = semantics_##same_as arguments;                                                                         \
    call_end(CALL_##same_as, CALLER, error ? EVENT_##failed : EVENT_##after, (uintptr_t)(object), OBJECT_##kind, error)

#define C11(name, same_as, parameters, arguments, object, kind, before, after, failed)                                 \
    int __wrap_##name parameters;                                                                                      \
    int __wrap_##name parameters                                                                                       \
    {                                                                                                                  \
        RUN(same_as, arguments, object, kind, before, after, failed);                                                  \
        return c11_result(error);                                                                                      \
    }
#define C11_VOID(name, same_as, parameters, arguments, object, kind, before, after, failed)                            \
    void __wrap_##name parameters;                                                                                     \
    void __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        RUN(same_as, arguments, object, kind, before, after, failed);                                                  \
    }
#include "tracer/explore/runtime/c11.def"

int __wrap_thrd_join(thrd_t thread, int *result)
{
    void *value;
    call_begin(CALL_pthread_join, CALLER, EVENT_JOIN_WAIT, thread, OBJECT_THREAD);
    int error = semantics_pthread_join(thread, &value);
    call_end(CALL_pthread_join, CALLER, EVENT_JOIN_DONE, thread, OBJECT_THREAD, error);
    if (!error && result) {
        access_check((uintptr_t)result, sizeof *result, true, false, CALLER);
        *result = (int)(intptr_t)value;
    }
    return c11_result(error);
}

_Noreturn void __wrap_thrd_exit(int result)
{
    call_begin(CALL_pthread_exit, CALLER, EVENT_THREAD_EXIT, thread_handle(S->current), OBJECT_THREAD);
    thread_unwind((void *)(intptr_t)result);
}

int __wrap_mtx_init(mtx_t *mutex, int type)
{
    call_begin(CALL_pthread_mutex_init, CALLER, EVENT_NONE, 0, OBJECT_MUTEX);
    semantics_pthread_mutex_init((void *)mutex, NULL);
    object_at(mutex)->recursive = (type & mtx_recursive) != 0;
    call_end(CALL_pthread_mutex_init, CALLER, EVENT_OBJECT_INIT, (uintptr_t)mutex, OBJECT_MUTEX, 0);
    return thrd_success;
}

int __wrap_thrd_sleep(const struct timespec *length, struct timespec *rest)
{
    call_begin(CALL_nanosleep, CALLER, EVENT_SLEEP, 0, OBJECT_NOTHING);
    return semantics_nanosleep(length, rest);
}

thrd_t __wrap_thrd_current(void)
{
    return thread_handle(S->current);
}

int __wrap_thrd_equal(thrd_t one, thrd_t other)
{
    return one == other;
}

/* ---- keys ---- */

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *));
int __wrap_pthread_key_delete(pthread_key_t key);
int __wrap_pthread_setspecific(pthread_key_t key, const void *value);
void *__wrap_pthread_getspecific(pthread_key_t key);

int __wrap_tss_create(tss_t *key, tss_dtor_t destructor)
{
    return c11_result(__wrap_pthread_key_create(key, destructor));
}

void __wrap_tss_delete(tss_t key)
{
    __wrap_pthread_key_delete(key);
}

int __wrap_tss_set(tss_t key, void *value)
{
    return c11_result(__wrap_pthread_setspecific(key, value));
}

void *__wrap_tss_get(tss_t key)
{
    return __wrap_pthread_getspecific(key);
}
