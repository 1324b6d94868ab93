/* Finds the signature of a system call: signatures.def as a table, searched by name. */
#include "tracer/syscalls/syscalls.h"

#include <elf.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#undef AT_FLAGS /* a word of elf.h; here it is a format */

/* A call's missing arguments are empty macro arguments, so that FORMAT_ and nothing make this word. */
#define FORMAT_ FORMAT_NONE
#define ROW(call, returns, a, b, c, d, e, f, ...)                                                                      \
    {.name = #call,                                                                                                    \
     .known = KNOWN_##call,                                                                                            \
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

static const struct syscall_signature *search(unsigned machine, unsigned number)
{
    const char *name = syscall_name(machine, number);

    if (name == NULL)
        return NULL;
    return bsearch(name, signatures, sizeof signatures / sizeof *signatures, sizeof *signatures, by_name);
}

/* ---- asked twice for each call that is recorded ---- */

enum { CACHE_ROOM = 512 };
static const struct syscall_signature none; /* stands for "looked for, and not there" */

struct cache {
    unsigned machine;
    _Atomic(const struct syscall_signature *) found[CACHE_ROOM];
};
static struct cache caches[] = {{.machine = EM_X86_64}, {.machine = EM_AARCH64}};

/* Where the answer for this call is kept, or NULL. */
static _Atomic(const struct syscall_signature *) *place_of(unsigned machine, unsigned number)
{
    for (size_t i = 0; number < CACHE_ROOM && i < sizeof caches / sizeof *caches; i++)
        if (caches[i].machine == machine)
            return &caches[i].found[number];
    return NULL;
}

const struct syscall_signature *syscall_signature(unsigned machine, unsigned number)
{
    _Atomic(const struct syscall_signature *) *place = place_of(machine, number);
    const struct syscall_signature *signature =
        place != NULL ? atomic_load_explicit(place, memory_order_relaxed) : NULL;

    if (signature == NULL) {
        signature = search(machine, number);
        if (place != NULL) /* whichever thread comes first: all of them store the same */
            atomic_store_explicit(place, signature != NULL ? signature : &none, memory_order_relaxed);
    }
    return signature != &none ? signature : NULL;
}
