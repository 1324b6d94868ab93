/* The hypervisor: several operating systems, each in a VM of its own, share the machine by limited direct execution.
 * One thread has all of it in hand, however many CPUs the VMs share. */
#ifndef LDE_HYPERVISOR_H
#define LDE_HYPERVISOR_H

#include "lde-model/run_queue.h"
#include "lde-model/vm.h"

enum { HYPERVISOR_VMS = 128 };

/* One CPU of the host, in the hypervisor's eyes. */
struct hypervisor_seat {
    struct vm *vm;     /* whose turn it is here; NULL: nobody's */
    struct vm *last;   /* who had it last */
    uint64_t alarm_ns; /* while nobody has it: when its alarm will ring */
};

struct hypervisor {
    struct lde *lde;
    struct run_queue queue; /* of indices into `vm`: those that can run, and have no CPU */
    unsigned vms;
    struct vm *vm[HYPERVISOR_VMS]; /* VM number N is at N − 1 */
    struct hypervisor_seat seat[SEATS_MAX];
    struct vm *trapped; /* whose trap this is: */
    struct trap trap;
};

void hypervisor_start(struct hypervisor *hypervisor, struct lde *lde);
/* Adds a VM that was just created: it can run. */
void hypervisor_add(struct hypervisor *hypervisor, struct vm *vm);

/* The two halves of its life.  next: lets VMs run until one traps; NULL when none is left.  handle: does what the trap
 * asks for. */
const struct trap *hypervisor_next_trap(struct hypervisor *hypervisor);
void hypervisor_handle(struct hypervisor *hypervisor, const struct trap *trap);

#endif
