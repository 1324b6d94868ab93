/* Numbers that have names, flags and choices of system calls, and small structs in words.  For format.c alone. */
#ifndef TRACER_SYSCALLS_WORDS_H
#define TRACER_SYSCALLS_WORDS_H

#include "tracer/syscalls/syscalls.h"

#include <stdbool.h>
#include <stdint.h>

struct word {
    uint64_t value;
    const char *name;
};

/* The words of one format, ended by a NULL name. */
struct vocabulary {
    const struct word *words;
    uint64_t choice;  /* bits that hold one of several values; the others are flags */
    const char *zero; /* what 0 is called, NULL: 0 is a choice among the words, or just 0 */
};

/* NULL for formats that are not written in words.  Some values differ from CPU to CPU. */
const struct vocabulary *words_of(enum syscall_format format, unsigned machine);

/* Writes the struct that was read for an argument of this format: [3, 4], [1.5 s].  Returns the bytes written, 0 if
 * this is no struct, or not all of it was read.  In structs.c. */
size_t struct_in_words(char *out, size_t size, enum syscall_format format, const struct syscall_text *text);

#endif
