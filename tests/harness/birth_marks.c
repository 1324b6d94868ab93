/* Linked into a subject with --wrap: tells the tracer which thread is joined or detached, where that makes no system
 * call of its own (joining a thread that has ended, joining one twice).  A mark is a prctl that the kernel does not
 * know; it changes nothing, and a program that forges it only harms its own case. */
#include "tests/harness/birth_run.h"

#include <errno.h>
#include <pthread.h>
#include <sys/prctl.h>

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);
int __real_pthread_join(pthread_t thread, void **value);
int __real_pthread_detach(pthread_t thread);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);
int __wrap_pthread_join(pthread_t thread, void **value);
int __wrap_pthread_detach(pthread_t thread);

static void mark(unsigned long what, pthread_t thread)
{
    int kept = errno;
    prctl(BIRTH_MARK, what, (unsigned long)thread, 0ul, 0ul);
    errno = kept;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    int error = __real_pthread_create(thread, attr, start, arg);
    if (!error)
        mark(BIRTH_MARK_CREATED, *thread);
    return error;
}

int __wrap_pthread_join(pthread_t thread, void **value)
{
    mark(BIRTH_MARK_JOIN, thread);
    return __real_pthread_join(thread, value);
}

int __wrap_pthread_detach(pthread_t thread)
{
    mark(BIRTH_MARK_DETACH, thread);
    return __real_pthread_detach(thread);
}
