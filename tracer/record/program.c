/* Which file a program's name means, and whether it can be recorded: asked before anything is started, so that a
 * wrong name costs one clear line and no process.  The kernel's own answer, at execve, still has the last word. */
#include "tracer/record/record.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *program_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static char *refuse(const char *name, int number, const char *advice)
{
    const char *error = strerrorname_np(number);

    fprintf(stderr, "trapflow: cannot record %s: %s (%s)%s\n", name, strerror(number), error ? error : "?", advice);
    return NULL;
}

/* 0 if this is a file that we may execute, else an errno. */
static int check_file(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return errno;
    if (S_ISDIR(status.st_mode))
        return EISDIR;
    if (!S_ISREG(status.st_mode))
        return EACCES;
    return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno;
}

/* Another class than our own is a 32-bit program: its system calls have other numbers and half the width. */
static bool is_of_other_class(const char *path)
{
    unsigned char ident[EI_NIDENT] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0) /* executable, but not readable: the kernel will decide */
        return false;
    got = read(fd, ident, sizeof ident);
    close(fd);
    return got == EI_NIDENT && memcmp(ident, ELFMAG, SELFMAG) == 0 && ident[EI_CLASS] == ELFCLASS32;
}

static char *accept_file(char *path, const char *name)
{
    int failure = path != NULL ? check_file(path) : ENOMEM;

    if (failure == 0 && !is_of_other_class(path))
        return path;
    free(path);
    if (failure == 0)
        fprintf(stderr, "trapflow: cannot record %s: it is a 32-bit program; build it for 64 bits\n", name);
    else if (failure == EISDIR)
        refuse(name, failure, "; name the program in it");
    else if (failure == EACCES)
        refuse(name, failure, "; is it an executable file? chmod +x may help");
    else
        refuse(name, failure, "; is its name right?");
    return NULL;
}

/* The first executable file of that name in PATH, or NULL; `denied`: one was there, but not for us. */
static char *search_path(const char *name, bool *denied)
{
    const char *search = getenv("PATH");

    if (search == NULL)
        search = "/bin:/usr/bin";
    for (const char *from = search, *end; from != NULL; from = *end == ':' ? end + 1 : NULL) {
        char *path = NULL;
        int failure;

        end = from + strcspn(from, ":");
        if (asprintf(&path, "%.*s%s%s", (int)(end - from), from, end > from ? "/" : "./", name) < 0)
            return NULL;
        failure = check_file(path);
        if (failure == 0)
            return path;
        /* A folder that we may not search says nothing about what is in it. */
        *denied |= failure == EACCES && access(path, F_OK) == 0;
        free(path);
    }
    return NULL;
}

char *program_find(const char *name)
{
    bool denied = false;
    char *path;

    if (*name == '\0')
        return refuse("''", ENOENT, "; name a program");
    if (strchr(name, '/') != NULL)
        return accept_file(strdup(name), name);
    path = search_path(name, &denied);
    if (path == NULL)
        return denied ? refuse(name, EACCES, "; it is in PATH, but not executable")
                      : refuse(name, ENOENT, "; it is not in PATH, did you mean a file here (./…)?");
    return accept_file(path, name);
}
