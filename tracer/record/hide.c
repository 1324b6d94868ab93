/* Tells the system calls of our own library, and those by which the loader maps it, from the program's.
 *
 *   openat(library) = fd … close(fd)     the loader maps it: the first mmap of fd says where
 *   mprotect in there                    the loader again
 *   a call from in there                 the library itself
 *
 * What is hidden is not recorded, and nothing else is done with it.
 */
#include "tracer/record/record.h"

#include <limits.h>
#include <string.h>
#include <sys/ptrace.h>

void hide_library(struct tracee *tracee)
{
    if (tracee->process != NULL)
        tracee->process->library = (struct library){.injected = true};
}

static bool is_within(const struct library *library, uint64_t address)
{
    return address >= library->start && address < library->end;
}

static bool is(const struct syscall_signature *signature, const char *name)
{
    return signature != NULL && strcmp(signature->name, name) == 0;
}

static bool opens_library(const struct tracee *tracee, const struct __ptrace_syscall_info *info)
{
    const char *library = inject_library();
    char path[PATH_MAX];
    size_t length = strlen(library) + 1;

    return call_read_memory(tracee->tid, info->entry.args[1], path, length) == length &&
           memcmp(path, library, length) == 0;
}

bool hide_enter(struct tracee *tracee, const struct __ptrace_syscall_info *info,
                const struct syscall_signature *signature)
{
    const struct library *library = tracee->process != NULL ? &tracee->process->library : NULL;

    if (library == NULL || !library->injected)
        return false;
    tracee->hidden = library->loading || is_within(library, info->instruction_pointer) ||
                     (is(signature, "mprotect") && is_within(library, info->entry.args[0])) ||
                     (library->end == 0 && is(signature, "openat") && opens_library(tracee, info));
    if (tracee->hidden) {
        tracee->number = (uint32_t)info->entry.nr;
        tracee->argument[0] = info->entry.args[0];
        tracee->argument[1] = info->entry.args[1];
    }
    return tracee->hidden;
}

void hide_exit(struct tracee *tracee, const struct __ptrace_syscall_info *info,
               const struct syscall_signature *signature)
{
    struct library *library = &tracee->process->library;

    tracee->hidden = false;
    if (library->end == 0 && is(signature, "openat"))
        library->loading = !info->exit.is_error;
    else if (library->loading && is(signature, "mmap") && library->end == 0 && !info->exit.is_error) {
        library->start = (uint64_t)info->exit.rval;
        library->end = library->start + tracee->argument[1];
    } else if (is(signature, "close"))
        library->loading = false;
}
