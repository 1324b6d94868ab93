/* What the trace says of a VM's trap. */
#ifndef LDE_SHOW_H
#define LDE_SHOW_H

#include "lde-model/vm.h"

/* The trap, in the lane of the code that made it: a system call with the name that its OS gives it, and with what it
 * is about to write. */
void show_trap(struct vm *vm, const struct trap *trap, const char *name);

#endif
