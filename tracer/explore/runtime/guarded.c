/* Library functions that write through a pointer of the program's: the write is the program's, and checked as such,
 * so that no library function can be sent into the explorer's own memory.  guarded.def lists the plain ones.
 * Knows nothing of what they do. */
#include "tracer/explore/runtime/runtime.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void explore_reads(const void *address, size_t size, uintptr_t pc);
void explore_writes(void *address, size_t size, uintptr_t pc);

#define GUARD(name, result, parameters, arguments, pointer, size)                                                      \
    result __wrap_##name parameters;                                                                                   \
    result __wrap_##name parameters                                                                                    \
    {                                                                                                                  \
        explore_writes((void *)(pointer), size, CALLER);                                                               \
        return name arguments;                                                                                         \
    }
#include "tracer/explore/runtime/guarded.def"

void __wrap_qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void __wrap_qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    explore_writes(base, count * size, CALLER);
    qsort(base, count, size, compare);
}

char *__wrap_strtok_r(char *text, const char *separators, char **rest);
char *__wrap_strtok_r(char *text, const char *separators, char **rest)
{
    explore_writes(rest, sizeof *rest, CALLER);
    char *from = text ? text : *rest;
    if (from)
        explore_writes(from, strlen(from) + 1, CALLER);
    return strtok_r(text, separators, rest);
}

/* ---- names of threads: a thread's handle means something to us only ---- */

static struct thread *thread_named(pthread_t handle)
{
    return handle >= HANDLE_BASE && handle - HANDLE_BASE < S->threads ? &S->thread[handle - HANDLE_BASE] : NULL;
}

int __wrap_pthread_setname_np(pthread_t handle, const char *name);
int __wrap_pthread_setname_np(pthread_t handle, const char *name)
{
    struct thread *thread = thread_named(handle);
    explore_reads(name, strlen(name) + 1, CALLER);
    if (!thread || strlen(name) >= sizeof thread->name)
        return thread ? ERANGE : ESRCH;
    strcpy(thread->name, name);
    return 0;
}

int __wrap_pthread_getname_np(pthread_t handle, char *name, size_t size);
int __wrap_pthread_getname_np(pthread_t handle, char *name, size_t size)
{
    const struct thread *thread = thread_named(handle);
    if (!thread || size < sizeof thread->name)
        return thread ? ERANGE : ESRCH;
    explore_writes(name, sizeof thread->name, CALLER);
    memcpy(name, thread->name, sizeof thread->name);
    return 0;
}
