/* The hypervisor: several operating systems, each in a VM of its own, share the machine by limited direct execution. */
#ifndef LDE_HYPERVISOR_H
#define LDE_HYPERVISOR_H

#include "lde-model/run_queue.h"
#include "lde-model/vm.h"

enum { HYPERVISOR_VMS = 128 };

struct hypervisor {
    struct lde *lde;
    struct run_queue queue; /* of indices into `vm`: those that can run */
    unsigned vms;
    struct vm *vm[HYPERVISOR_VMS];
    int running; /* index of the VM that had the CPU last; −1: none */
    struct trap trap;
};

void hypervisor_start(struct hypervisor *hypervisor, struct lde *lde);
/* Adds a VM that was just created: it can run. */
void hypervisor_add(struct hypervisor *hypervisor, struct vm *vm);

/* The two halves of its life.  next: gives the CPU to a VM until it traps; NULL when none is left.  handle: does what
 * the trap asks for. */
const struct trap *hypervisor_next_trap(struct hypervisor *hypervisor);
void hypervisor_handle(struct hypervisor *hypervisor, const struct trap *trap);

#endif
