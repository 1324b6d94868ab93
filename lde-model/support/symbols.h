/* Names for a guest kernel's system calls, taken from its ELF file.  Only for readers of a trace: no trap is handled
 * otherwise because of them. */
#ifndef LDE_SYMBOLS_H
#define LDE_SYMBOLS_H

#include "lde-model/support/memory.h"

struct symbols;

/* NULL if the file has none: then nothing has a name. */
const struct symbols *symbols_load(const char *path);
void symbols_free(const struct symbols *symbols);

/* The row of call `number` in the kernel's own table of calls (struct tick_call), as it lies in its memory: the call's
 * name, "no such call" if there is no row, "?" without symbols; its handler's address in *address (0 if none). */
const char *symbols_call(const struct symbols *symbols, const struct memory_space *kernel, uint64_t number,
                         uint64_t *address);

#endif
