/* Nine steps: a process's trap goes to its own OS, and the answer comes back.
 *
 * Replaceable at link: exercise 13 is this module. */
#ifndef LDE_REFLECT_H
#define LDE_REFLECT_H

#include "lde-model/vm.h"

/* Steps 1 to 5: the VM's process made a system call; afterwards the VM is in its guest kernel, at the handler that
 * this kernel registered. */
void reflect_call(struct vm *vm, const struct trap *trap);

/* Steps 6 to 9: the guest kernel's return instruction trapped; afterwards the VM is in the process that it chose (or
 * still in the kernel, if it returned from an interrupt there). */
void reflect_return(struct vm *vm, const struct trap *trap, const struct instruction *instruction);

/* The process's own fault, or (`instruction` not NULL) a privileged instruction in user mode: its OS gets it as a
 * fault.  A fault of the guest kernel itself ends the VM. */
void reflect_fault(struct vm *vm, const struct trap *trap);
void reflect_privileged(struct vm *vm, const struct trap *trap);

/* Somebody killed the host process that the VM's code ran in. */
void reflect_death(struct vm *vm, const struct trap *trap);

#endif
