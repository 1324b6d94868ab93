/* What is behind each file descriptor of a process, so that read(3, …) can say of which file.
 *
 * Learnt from the calls that open, copy and close; only what no call has told (inherited descriptors, sockets,
 * pipes) is asked of the kernel, once.  Threads share one table, as they share their descriptors.
 */
#include "tracer/record/record.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A program with more descriptors than that has no use for their names. */
enum { FILES_MOST = 65536 };

static void forget(struct files *files, uint64_t first, uint64_t last)
{
    for (uint64_t fd = first; fd <= last && fd < files->room; fd++) {
        free(files->path[fd]);
        files->path[fd] = NULL;
    }
}

void files_forget_all(struct files *files)
{
    forget(files, 0, UINT64_MAX);
}

/* The place for a descriptor's name, or NULL if there is none. */
static char **place_of(struct files *files, uint64_t fd)
{
    if (fd >= FILES_MOST)
        return NULL;
    if (fd >= files->room) {
        unsigned room = (unsigned)fd * 2 + 16;
        char **path = realloc(files->path, room * sizeof *path);
        if (path == NULL)
            return NULL;
        memset(path + files->room, 0, (room - files->room) * sizeof *path);
        files->path = path;
        files->room = room;
    }
    return &files->path[fd];
}

/* Gives the descriptor that name; NULL: to be asked when it is needed. */
static void learn(struct files *files, uint64_t fd, const char *path)
{
    char **place = place_of(files, fd);

    if (place == NULL)
        return;
    free(*place);
    *place = path != NULL ? strdup(path) : NULL;
}

static char *ask(const struct tracee *tracee, uint64_t fd)
{
    char link[64], path[256];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/%d/fd/%u", (int)tracee->tid, (unsigned)fd);
    length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    return strdup(path);
}

const char *files_path(struct tracee *tracee, uint64_t argument)
{
    uint64_t fd = (uint32_t)argument; /* the upper half of the register may hold anything */
    char **place = tracee->process != NULL ? place_of(&tracee->process->files, fd) : NULL;

    if (place != NULL && *place == NULL)
        *place = ask(tracee, fd);
    return place != NULL ? *place : NULL;
}

/* ---- learning from calls ---- */

void files_before(struct tracee *tracee, const struct syscall_signature *signature, const uint64_t argument[])
{
    enum { ONLY_CLOSE_ON_EXEC = 4 }; /* a flag of close_range: closes nothing now */

    if (tracee->process == NULL)
        return;
    /* Now and not at the call's end: by then another thread may have opened something under that number. */
    if (signature->known == KNOWN_close)
        forget(&tracee->process->files, (uint32_t)argument[0], (uint32_t)argument[0]);
    else if (signature->known == KNOWN_dup2 || signature->known == KNOWN_dup3)
        forget(&tracee->process->files, (uint32_t)argument[1], (uint32_t)argument[1]);
    else if (signature->known == KNOWN_close_range && (argument[2] & ONLY_CLOSE_ON_EXEC) == 0)
        forget(&tracee->process->files, (uint32_t)argument[0], (uint32_t)argument[1]);
}

static bool copies_descriptor(const struct syscall_signature *signature, const uint64_t argument[])
{
    return signature->known == KNOWN_dup || signature->known == KNOWN_dup2 || signature->known == KNOWN_dup3 ||
           (signature->known == KNOWN_fcntl && (argument[1] == F_DUPFD || argument[1] == F_DUPFD_CLOEXEC));
}

void files_after(struct tracee *tracee, const struct syscall_signature *signature, int64_t result)
{
    uint64_t fd = (uint64_t)result;

    if (tracee->process == NULL)
        return;
    if (copies_descriptor(signature, tracee->argument) && fd != (uint32_t)tracee->argument[0])
        learn(&tracee->process->files, fd, files_path(tracee, tracee->argument[0]));
    else if (signature->result == FORMAT_FD)
        learn(&tracee->process->files, fd, tracee->opening[0] != '\0' ? tracee->opening : NULL);
}
