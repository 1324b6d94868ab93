/* The virtual CPU: what a guest OS believes to be the machine's privileged state.  Plain data; who changes what:
 *   privileged.c  all of it, for the guest kernel's privileged instructions
 *   reflect.c     mode and registers, when a trap enters or leaves the guest kernel
 *   interrupt.c   pending, and the same when an interrupt does */
#ifndef LDE_VCPU_H
#define LDE_VCPU_H

#include "lde-model/arch/arch.h"
#include "tracer/event.h"

struct vcpu {
    enum event_mode mode; /* virtual privilege mode: MODE_USER or MODE_GUEST_KERNEL; the real one is always user */
    bool interrupts_on;   /* virtual interrupt flag */
    bool timer_pending;   /* the timer's interrupt was raised, and not delivered yet */
    bool halted;          /* until an interrupt is raised */
    bool in_call;         /* between steps 5 and 6 of a process's call */
    bool resumes;         /* it goes on behind what trapped: step 9 if that was a call, once it is really let run */
    uint16_t behind_call; /* which spaces' processes have come to step 8, and not to step 9 yet: a bit each */
    bool has_run;         /* a process had the real CPU since the last interrupt was delivered */
    unsigned space;       /* which address space the virtual address-space register names */
    struct system_registers system; /* the rest, among it where the VM's trap table is */
    struct registers cpu;           /* of the code that has this CPU: what the real one is loaded with next */
    /* The hypervisor's stack: the registers of a process while its kernel handles its trap, and those of the kernel
     * while the hypervisor handles one that the kernel makes meanwhile.  Two, or the second would overwrite the first.
     */
    struct registers saved_user, saved_kernel;
};

#endif
