/* The calls that the model makes of the host OS on the way of every trap: one place, so that they are counted,
 * and can be shown as what a hypervisor of type 2 costs because a host OS lies below it. */
#ifndef LDE_ENGINE_HOST_H
#define LDE_ENGINE_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct host_counts {
    uint64_t calls;         /* ptrace and wait requests that we made */
    uint64_t guest_entries; /* times that a guest entered the host kernel, each seen as one stop */
};
extern struct host_counts host_counts;

/* Real time, in ns of CLOCK_MONOTONIC, at which the last wait returned: when it told of a stop. */
extern uint64_t host_stopped_ns;

/* Called after each host call if set: --show-host. */
extern void (*host_observer)(unsigned number, uint64_t request, uint64_t pid, uint64_t argument);

/* As ptrace(2), and waitpid(2) with __WALL, which is interrupted by SIGALRM (EINTR). */
long host_ptrace(int request, pid_t pid, uintptr_t address, void *data);
pid_t host_wait(pid_t pid, int *status);

/* Waits for whichever guest has a status first and keeps it for host_wait, which then need not ask the host.  Returns
 * its pid, or −1 with errno.  Guests that nobody waits for may have died: then theirs is kept, too. */
pid_t host_wait_any(void);
/* Has this guest a status, kept, or (poll) there to be had without waiting?  Then it is kept. */
bool host_arrived(pid_t pid);
bool host_poll(pid_t pid);
/* Takes what was kept of this guest. */
bool host_take(pid_t pid, int *status);

#endif
