/* Virtual timer interrupts: raised when a VM's timer runs out, delivered when its OS lets them.
 *
 * Replaceable at link: a part of exercise 14. */
#ifndef LDE_INTERRUPT_H
#define LDE_INTERRUPT_H

#include "lde-model/vm.h"

/* Raises the timer interrupt if the VM's timer has run out at `now_ns`; a halted VM wakes by it. */
void interrupt_check_timer(struct vm *vm, uint64_t now_ns);

/* Before the VM runs: if an interrupt is pending and the virtual flag allows it, the VM goes on in its OS's handler,
 * which finds the interrupted registers where the CPU leaves them.  If not, it stays pending, and nothing is lost. */
void interrupt_deliver(struct vm *vm);

#endif
