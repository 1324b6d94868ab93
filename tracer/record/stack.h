/* The stack of a stopped thread: return addresses, innermost first.  Names are for later: tracer/record/symbols.h.
 *
 * All functions belong to the thread that traces the process.
 */
#ifndef TRACER_RECORD_STACK_H
#define TRACER_RECORD_STACK_H

#include <stdint.h>
#include <sys/types.h>

enum { STACK_FRAMES_MAX = 128 };

struct stack_walker;

/* For one address space: a process that is traced, any of whose threads it will walk.  NULL if memory is short. */
struct stack_walker *stack_open(pid_t pid);
void stack_close(struct stack_walker *walker); /* NULL is allowed */

/* What was learnt about the process's code is forgotten: to be called when its mappings have changed. */
void stack_flush(struct stack_walker *walker);

/* Walks the stack of the ptrace-stopped thread `tid`: pc[0] is where it stands, then who called, up to `room`.
 * Returns how many there are, at least 1; 0 if the thread is gone.  Follows the unwind tables of the program's files;
 * where there are none (freestanding code, code made at run time), the frame pointers. */
unsigned stack_walk(struct stack_walker *walker, pid_t tid, uint64_t *pc, unsigned room);
/* The registers from which the last walk began, in the order of tracer/arch/registers.h: REGISTER_COUNT of them. */
const uint64_t *stack_registers(const struct stack_walker *walker);

#endif
