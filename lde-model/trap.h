/* Why a guest stopped.  The first half of the model's loop: wait for the next trap.
 *
 * Replaceable at link: exercise 09 is this module. */
#ifndef LDE_TRAP_H
#define LDE_TRAP_H

#include "lde-model/arch/arch.h"
#include "tracer/event.h"

struct context;

struct trap {
    enum trap_cause cause; /* SYSCALL, FAULT, TIMER or EXIT; privileged.c tells PRIVILEGED from FAULT */
    uint64_t number;       /* SYSCALL */
    uint64_t argument[6];  /* SYSCALL */
    int signo;             /* FAULT: the host's signal; SIGSYS for a host call by any way but the CPU's own;
                            * TIMER: SIGALRM, or what job control stopped it by (0: it is stopped still);
                            * EXIT: SIGILL if we ended it, for it had gone to 32-bit code */
    int status;            /* EXIT: as from wait(2) */
};

/* Waits until the guest in `context` stops for a reason that concerns us, and says which: `trap` filled, and
 * `registers` (except for EXIT).  In between, signals that others send to the guest are forwarded to it.  A guest that
 * job control stops stays so, context->held, until somebody lets it go on.  Hypervisor thread only; ptrace(2),
 * "Stopped states". */
void trap_next(struct context *context, struct registers *registers, struct trap *trap);

/* The address that the guest, stopped by a FAULT, touched; 0 where the host does not know.  `*sent` (unless NULL): the
 * fault is none, but a signal that somebody sent.  One more host call, so ask only when the answer will be shown. */
uint64_t trap_fault_address(const struct context *context, bool *sent);

#endif
