/* Semaphores that have a name (sem_open): the same name, the same semaphore, for as long as the run lasts.  They live
 * in memory of the program's, put back with it.  What a semaphore does is in semaphore.c. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>

enum { NAMED_MAX = 32, NAME_MAX_BYTES = 64 };

static sem_t named_semaphore[NAMED_MAX];
static char name_of_semaphore[NAMED_MAX][NAME_MAX_BYTES]; /* "": unlinked, or not yet used */
static int named_semaphores;

static sem_t *fails(int error)
{
    errno = error;
    return SEM_FAILED;
}

static int find(const char *name)
{
    for (int i = 0; i < named_semaphores; i++)
        if (strcmp(name_of_semaphore[i], name) == 0)
            return i;
    return -1;
}

sem_t *__wrap_sem_open(const char *name, int flags, ...)
{
    va_list arguments;
    SELF->wait.pc = SELF->access_pc = CALLER;
    SELF->wait.call = CALL_sem_init;
    decide_freely(CALL_sem_init, CALLER);
    history_use(object_at(name_of_semaphore), true);
    int at = find(name);
    if (at >= 0 && (flags & O_CREAT) && (flags & O_EXCL))
        return fails(EEXIST);
    if (at >= 0)
        return &named_semaphore[at];
    if (!(flags & O_CREAT))
        return fails(ENOENT);
    if (strlen(name) >= NAME_MAX_BYTES || named_semaphores == NAMED_MAX)
        return fails(ENAMETOOLONG);
    va_start(arguments, flags);
    (void)va_arg(arguments, int); /* permissions: nobody else is here */
    unsigned value = va_arg(arguments, unsigned);
    va_end(arguments);
    at = named_semaphores++;
    strcpy(name_of_semaphore[at], name);
    semantics_sem_init(&named_semaphore[at], 0, value);
    return &named_semaphore[at];
}

int __wrap_sem_close(sem_t *semaphore)
{
    (void)semaphore;
    return 0;
}

int __wrap_sem_unlink(const char *name)
{
    SELF->wait.pc = SELF->access_pc = CALLER;
    SELF->wait.call = CALL_sem_destroy;
    decide_freely(CALL_sem_destroy, CALLER);
    history_use(object_at(name_of_semaphore), true);
    int at = find(name);
    if (at < 0) {
        errno = ENOENT;
        return -1;
    }
    name_of_semaphore[at][0] = '\0';
    return 0;
}
