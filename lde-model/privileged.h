/* Trap and emulate: what a guest OS's privileged instructions do to its virtual CPU.
 *
 * Replaceable at link: exercise 12 is this module.  enum privileged_operation is in arch/arch.h, because the CPU's
 * decoder answers with it. */
#ifndef LDE_PRIVILEGED_H
#define LDE_PRIVILEGED_H

#include "lde-model/vm.h"

/* The code in the VM trapped with a privileged instruction.  In virtual user mode it has no right to it: its OS gets a
 * fault.  In guest-kernel mode the virtual CPU does what the real one would have done, and goes on behind it. */
void privileged_handle(struct vm *vm, const struct trap *trap, const struct instruction *instruction);

#endif
