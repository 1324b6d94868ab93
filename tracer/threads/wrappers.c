/* The pthread calls as a recorded program makes them: for each row of calls.def a function of that name, which calls
 * the real one and says before and after what the row says is to be said (around.h).
 *
 * Built twice: as functions of a preloaded library, which stand before those of the C library, and (THREADS_WRAP) as
 * the
 * __wrap_ functions that the linker's --wrap puts in place of them, in static programs, too.
 */
#include "tracer/threads/around.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
    threads_find_c11_functions();
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

bool threads_libc_is_since(int minor)
{
    const char *version = gnu_get_libc_version();

    return strncmp(version, "2.", 2) == 0 && atoi(version + 2) >= minor;
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
    /* Before 2.36 the plain look-up gives condition functions of another age, which know another pthread_cond_t. */
    bool old = !threads_libc_is_since(36);

#define CALL(name, ...) *(void **)&real_##name = find(#name, old);
#include "tracer/threads/calls.def"
    threads_real_create = real_pthread_create;
    threads_find_c11_functions();
    threads_find_forbidding_functions();
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

/* sem_wait is where a thread may be cancelled even if it need not wait; a try is not. */
INLINE int try_semaphore(sem_t *semaphore)
{
    int program_errno = errno, result;

    pthread_testcancel();
    result = real_sem_trywait(semaphore);
    errno = program_errno;
    return result;
}

/* What a function for semaphores returns says where the error is. */
INLINE int error_of(int result, unsigned kind)
{
    return result == -1 && kind != OBJECT_BARRIER ? errno : result;
}

#define ERROR_OF error_of
#define CALL WRAPPER_OF
#include "tracer/threads/calls.def"
