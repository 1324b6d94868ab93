/* C11's thread calls as a recorded program makes them: for each row of c11.def a function, as wrappers.c has them for
 * pthreads.  In glibc, mtx_t is a pthread_mutex_t by another name, and so on; what they have to say goes into the log
 * as the same kinds.
 *
 * mtx_lock, call_once and the like are short words that programs and their libraries have used for their own.  So ours
 * are there only for who asks for glibc's: by symbol version, as the file `versions` beside this one lists them.
 */
#include "tracer/threads/around.h"

#include <dlfcn.h>
#include <sched.h>
#include <time.h>

/* ---- the real functions ---- */

#ifdef THREADS_WRAP
#define WRAPPER(name) __wrap_##name
#define CALL(name, result, parameters, ...) extern result __real_##name parameters;
#include "tracer/threads/c11.def"
#define CALL(name, result, parameters, ...) static result(*const real_##name) parameters = __real_##name;
#include "tracer/threads/c11.def"

void threads_find_c11_functions(void)
{
    threads_real_create_c11 = __real_thrd_create;
}
#else
#define WRAPPER(name) c11_##name
#define CALL(name, result, parameters, ...) static result(*real_##name) parameters;
#include "tracer/threads/c11.def"

/* Asked for as of 2.28, which has them all; and not where they are not, since what is not found is told in words, for
 * which the loader allocates memory, and the program could see that. */
void threads_find_c11_functions(void)
{
    if (!threads_libc_is_since(28))
        return;
#define CALL(name, ...) *(void **)&real_##name = dlvsym(RTLD_NEXT, #name, "GLIBC_2.28");
#include "tracer/threads/c11.def"
    threads_real_create_c11 = real_thrd_create;
}
#endif

/* From here on a thread is created with our lines around its life. */
#define real_thrd_create threads_create_c11

/* ---- what the columns of c11.def mean here ---- */

#define TRY_NOTHING(object) thrd_busy
#define TRY_THREAD(object) thrd_busy
#define TRY_CONDITION(object) thrd_busy
#define TRY_ONCE(object) thrd_busy
#define TRY_MUTEX(object) real_mtx_trylock((mtx_t *)(void *)(object))

/* thrd_error says no more than that it failed. */
INLINE int error_of(int result)
{
    switch (result) {
    case thrd_success:
        return 0;
    case thrd_busy:
        return EBUSY;
    case thrd_timedout:
        return ETIMEDOUT;
    case thrd_nomem:
        return ENOMEM;
    default:
        return EINVAL;
    }
}

#define ERROR_OF(result, kind) error_of(result)
#define CALL(name, result_type, parameters, ...)                                                                       \
    result_type WRAPPER(name) parameters;                                                                              \
    WRAPPER_OF(name, result_type, parameters, __VA_ARGS__)
#include "tracer/threads/c11.def"

#ifndef THREADS_WRAP
/* Since 2.34 the threads are in the C library itself; programs that were linked before ask for 2.28. */
#define VERSION_OF(name, own, version)                                                                                 \
    extern __typeof__(c11_##name) own##name __attribute__((alias("c11_" #name), visibility("default")));               \
    __asm__(".symver " #own #name ", " #name "@" version);
#define CALL(name, ...) VERSION_OF(name, c11_new_, "GLIBC_2.34") VERSION_OF(name, c11_old_, "GLIBC_2.28")
#include "tracer/threads/c11.def"
#endif
