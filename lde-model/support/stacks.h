/* Stacks for the trace, `--stacks`: that of the code that was stopped, process or guest kernel, and that of this
 * thread, which handles the trap.  Both are walked by frame pointers, a guest's through the memory file: no host call.
 */
#ifndef LDE_STACKS_H
#define LDE_STACKS_H

#include "lde-model/arch/arch.h"
#include "tracer/event.h"

enum { STACKS_FRAMES = 32 };

/* Addresses, innermost first: where the code stands, then those that it will return to.  Returns how many, at least
 * 1. */
unsigned stacks_of_guest(const struct registers *registers, const struct memory_space *space,
                         uint64_t pc[STACKS_FRAMES]);
unsigned stacks_of_ours(uint64_t pc[STACKS_FRAMES]);

/* Calls `each` for every piece of code in a guest's ELF file at `path`; path NULL: in this process.  By that readers
 * find names for the addresses. */
void stacks_code(const char *path, void (*each)(const struct event_module *module, const char *path, void *data),
                 void *data);

#endif
