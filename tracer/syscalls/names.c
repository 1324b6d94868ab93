/* Numbers and names of system calls, for each CPU that a log may come from.  The tables are generated from the
 * kernel's headers; what a call's arguments are is signatures.c's knowledge. */
#include "tracer/syscalls/syscalls.h"

#include <elf.h>
#include <string.h>

/* No call has a number as high; a table is a table even where the CPU's header was missing. */
enum { SYSCALL_ROOM = 1023 };

#define SYSCALL(number, name) [number] = name,
static const char *const x86_64_names[] = {
    [SYSCALL_ROOM] = NULL,
#include "tracer/syscalls/x86_64.def"
};
static const char *const aarch64_names[] = {
    [SYSCALL_ROOM] = NULL,
#include "tracer/syscalls/aarch64.def"
};
#undef SYSCALL

struct name_table {
    const char *const *names;
    unsigned count;
};

#define TABLE(names) ((struct name_table){names, sizeof(names) / sizeof *(names)})

static struct name_table table_of(unsigned machine)
{
    switch (machine) {
    case EM_X86_64:
        return TABLE(x86_64_names);
    case EM_AARCH64:
        return TABLE(aarch64_names);
    default:
        return (struct name_table){NULL, 0};
    }
}

const char *syscall_name(unsigned machine, unsigned number)
{
    struct name_table table = table_of(machine);

    return number < table.count ? table.names[number] : NULL;
}

long syscall_number(unsigned machine, const char *name)
{
    struct name_table table = table_of(machine);

    for (unsigned number = 0; number < table.count; number++)
        if (table.names[number] != NULL && strcmp(table.names[number], name) == 0)
            return (long)number;
    return -1;
}
