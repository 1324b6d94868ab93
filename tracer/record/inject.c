/* Has the loader of a new program load our library, without a trace in the program's own environment.
 *
 * A program that has just been exec'd stands before its first instruction; its stack holds, from the stack pointer up,
 *
 *   argc   argv… 0   environment… 0   auxiliary vector… 0, 0          (and further up the strings)
 *
 * We write that again a little further down, with LD_PRELOAD and the log's path as the last two of the environment, and
 * move the stack pointer there.  The loader reads them, the library takes them away before anybody else looks, and what
 * /proc/PID/environ shows are the strings further up, which we did not touch.  The next exec is ours again: children
 * need not inherit anything.
 *
 * A program that has no loader, or another one than we have, or that the library could do harm to, is left alone.
 */
#include "tracer/arch/registers.h"
#include "tracer/record/record.h"
#include "tracer/threads/pool.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { STACK_FIRST_LOOK = 64 * 1024, STACK_MOST = 16 * 1024 * 1024, STRINGS_MOST = 3 * PATH_MAX };

/* What is on the stack, by number of 8-byte words from the stack pointer. */
struct stack {
    uint64_t pointer;
    uint64_t *words;
    size_t count;       /* words that matter: up to the end of the auxiliary vector */
    size_t environment; /* the first of it */
    size_t terminator;  /* the 0 behind it */
};

/* The recorder's own names of the library and the log, absolute. */
static char library_path[PATH_MAX], log_path[PATH_MAX];
static struct stat library_file, log_file;

/* ---- once ---- */

static bool find_library(const char *folder)
{
    int length = snprintf(library_path, sizeof library_path, "%s%s", folder, POOL_LIBRARY);

    return length < (int)sizeof library_path && stat(library_path, &library_file) == 0;
}

/* It lies beside trapflow.  The loader splits its list at spaces and colons,
 * and has no way to quote them: then it gets the descriptor that we have of the file. */
static const char *locate_library(void)
{
    char folder[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);

    folder[length > 0 ? length : 0] = '\0';
    if (strrchr(folder, '/') != NULL)
        strrchr(folder, '/')[1] = '\0';
    if (!find_library(folder))
        return NULL;
    if (strpbrk(library_path, " :") != NULL) {
        int fd = open(library_path, O_RDONLY | O_CLOEXEC);

        if (fd < 0)
            return NULL;
        snprintf(library_path, sizeof library_path, "/proc/%d/fd/%d", (int)getpid(), fd);
    }
    return library_path;
}

bool inject_prepare(const char *log)
{
    return realpath(log, log_path) != NULL && stat(log_path, &log_file) == 0 && locate_library() != NULL;
}

const char *inject_library(void)
{
    return library_path;
}

/* ---- a program's stack ---- */

static bool read_words(int memory, struct stack *stack, size_t bytes)
{
    uint64_t *words = realloc(stack->words, bytes);
    ssize_t got;

    if (words == NULL)
        return false;
    stack->words = words;
    got = pread(memory, words, bytes, (off_t)stack->pointer);
    stack->count = got > 0 ? (size_t)got / sizeof *words : 0;
    return stack->count > 0;
}

static bool find_parts(struct stack *stack)
{
    size_t at = 1 + (size_t)stack->words[0] + 1; /* argc, argv, its 0 */

    stack->environment = at;
    while (at < stack->count && stack->words[at] != 0)
        at++;
    stack->terminator = at++;
    while (at + 1 < stack->count && stack->words[at] != AT_NULL)
        at += 2;
    if (at + 1 >= stack->count)
        return false;
    stack->count = at + 2;
    return true;
}

static bool read_stack(int memory, struct stack *stack)
{
    for (size_t bytes = STACK_FIRST_LOOK; bytes <= STACK_MOST; bytes *= 4)
        if (!read_words(memory, stack, bytes) || find_parts(stack))
            return stack->count > 0 && stack->terminator < stack->count;
    return false;
}

static uint64_t auxiliary(const struct stack *stack, uint64_t type)
{
    for (size_t at = stack->terminator + 1; at + 1 < stack->count; at += 2)
        if (stack->words[at] == type)
            return stack->words[at + 1];
    return 0;
}

/* ---- may it be loaded? ---- */

static bool same_file(const char *path, pid_t tid, const struct stat *ours)
{
    char theirs[PATH_MAX + 64];
    struct stat status;

    snprintf(theirs, sizeof theirs, "/proc/%d/root%s", (int)tid, path);
    return stat(theirs, &status) == 0 && status.st_dev == ours->st_dev && status.st_ino == ours->st_ino;
}

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* May the program's user, who need not be ours, read the library and write the log?  Asked as that user. */
static bool is_allowed(const struct stack *stack)
{
    uid_t user = (uid_t)auxiliary(stack, AT_EUID);
    gid_t group = (gid_t)auxiliary(stack, AT_EGID);
    bool allowed;

    if (user == geteuid() && group == getegid())
        return true;
    setfsgid(group);
    setfsuid(user);
    allowed = opens(library_path, O_RDONLY) && opens(log_path, O_RDWR);
    setfsuid(geteuid());
    setfsgid(getegid());
    return allowed;
}

/* How many filters decide about its system calls; before Linux 5.9, whether there are any. */
static int filters_of(pid_t tid)
{
    static const char field[] = "\nSeccomp";
    char status[4096];
    const char *line, *last = NULL;

    attach_read_file(tid, "status", status, sizeof status);
    for (line = strstr(status, field); line != NULL; line = strstr(line + 1, field))
        last = strchr(line, ':');
    return last != NULL ? atoi(last + 1) : 0;
}

/* A filter that we do not have, too, may have death for what our library does. */
static bool is_filtered(pid_t tid)
{
    static int ours = -1;

    if (ours < 0)
        ours = filters_of(getpid());
    return filters_of(tid) != ours;
}

static bool can_have_it(int memory, pid_t tid, const struct stack *stack)
{
    return auxiliary(stack, AT_BASE) != 0 && auxiliary(stack, AT_SECURE) == 0 &&
           program_loads_like_us(memory, tid, auxiliary(stack, AT_PHDR), auxiliary(stack, AT_PHNUM)) &&
           !is_filtered(tid) && same_file(library_path, tid, &library_file) && same_file(log_path, tid, &log_file) &&
           is_allowed(stack);
}

/* ---- the stack, again ---- */

/* The program's own LD_PRELOAD, if it has one: what it names is loaded behind ours.  The last one counts. */
static void read_preload(int memory, const struct stack *stack, char *value, size_t size)
{
    char text[PATH_MAX];

    value[0] = '\0';
    for (size_t at = stack->environment; at < stack->terminator; at++) {
        ssize_t got = pread(memory, text, sizeof text - 1, (off_t)stack->words[at]);

        text[got > 0 ? got : 0] = '\0';
        if (strncmp(text, POOL_PRELOAD_VARIABLE, strlen(POOL_PRELOAD_VARIABLE)) == 0)
            snprintf(value, size, ":%s", text + strlen(POOL_PRELOAD_VARIABLE));
    }
}

static bool write_all(int memory, const void *bytes, size_t size, uint64_t address)
{
    return pwrite(memory, bytes, size, (off_t)address) == (ssize_t)size;
}

/* Writes the new stack; returns its pointer, or 0.  The two strings take the place of the old stack's end. */
static uint64_t write_stack(int memory, struct stack *stack)
{
    enum { WORD = sizeof *stack->words, ADDED = 2 };
    char strings[STRINGS_MOST] = POOL_PRELOAD_VARIABLE, preload[PATH_MAX];
    size_t second, size, behind = stack->count - stack->terminator;
    uint64_t pointer, place, *words;

    read_preload(memory, stack, preload, sizeof preload);
    second = (size_t)snprintf(strings, sizeof strings, "%s%s%s", POOL_PRELOAD_VARIABLE, library_path, preload) + 1;
    size =
        second + (size_t)snprintf(strings + second, sizeof strings - second, "%s%s", POOL_LOG_VARIABLE, log_path) + 1;
    size = (size + 15) & ~(size_t)15; /* the stack pointer stays a multiple of 16 */
    pointer = stack->pointer - size - ADDED * WORD;
    place = pointer + (stack->count + ADDED) * WORD;
    words = realloc(stack->words, (stack->count + ADDED) * WORD);
    if (words == NULL)
        return 0;
    stack->words = words;
    memmove(words + stack->terminator + ADDED, words + stack->terminator, behind * WORD);
    words[stack->terminator] = place;
    words[stack->terminator + 1] = place + second;
    if (!write_all(memory, strings, size, place) || !write_all(memory, words, (stack->count + ADDED) * WORD, pointer))
        return 0;
    return pointer;
}

void inject_into(struct recorder *recorder, struct tracee *tracee)
{
    struct user_regs_struct registers;
    struct iovec all = {.iov_base = &registers, .iov_len = sizeof registers};
    struct stack stack = {0};
    uint64_t pointer;
    char path[64];
    int memory;

    if (!recorder->threads || ptrace(PTRACE_GETREGSET, tracee->tid, NT_PRSTATUS, &all) != 0 ||
        all.iov_len != sizeof registers) /* a 32-bit program has fewer */
        return;
    snprintf(path, sizeof path, "/proc/%d/mem", (int)tracee->tid);
    memory = open(path, O_RDWR | O_CLOEXEC);
    if (memory < 0)
        return;
    memcpy(&stack.pointer, registers_stack(&registers), sizeof stack.pointer);
    if (read_stack(memory, &stack) && can_have_it(memory, tracee->tid, &stack) &&
        (pointer = write_stack(memory, &stack)) != 0) {
        memcpy(registers_stack(&registers), &pointer, sizeof pointer);
        if (ptrace(PTRACE_SETREGSET, tracee->tid, NT_PRSTATUS, &all) == 0)
            hide_library(tracee);
    }
    free(stack.words);
    close(memory);
}
