/* Finds the signature of a system call: signatures.def as a table, searched by name. */
#include "tracer/syscalls/syscalls.h"

#include <stdlib.h>
#include <string.h>

/* A call's missing arguments are empty macro arguments, so that FORMAT_ and nothing make this word. */
#define FORMAT_ FORMAT_NONE
#define ROW(call, returns, a, b, c, d, e, f, ...)                                                                      \
    {.name = #call,                                                                                                    \
     .result = FORMAT_##returns,                                                                                       \
     .argument = {FORMAT_##a, FORMAT_##b, FORMAT_##c, FORMAT_##d, FORMAT_##e, FORMAT_##f}},
#define SIGNATURE(...) ROW(__VA_ARGS__, , , , , , , )

static const struct syscall_signature signatures[] = {
#include "tracer/syscalls/signatures.def"
};

static int by_name(const void *wanted, const void *row)
{
    return strcmp(wanted, ((const struct syscall_signature *)row)->name);
}

const struct syscall_signature *syscall_signature(unsigned machine, unsigned number)
{
    const char *name = syscall_name(machine, number);

    if (name == NULL)
        return NULL;
    return bsearch(name, signatures, sizeof signatures / sizeof *signatures, sizeof *signatures, by_name);
}
