/* The calls that the model makes of the host OS on the way of every trap: one place, so that they are counted,
 * and can be shown as what a hypervisor of type 2 costs because a host OS lies below it. */
#ifndef LDE_ENGINE_HOST_H
#define LDE_ENGINE_HOST_H

#include <stdint.h>
#include <sys/types.h>

struct host_counts {
    uint64_t calls;         /* ptrace and wait requests that we made */
    uint64_t guest_entries; /* times that a guest entered the host kernel, each seen as one stop */
};
extern struct host_counts host_counts;

/* Called after each host call if set: --show-host. */
extern void (*host_observer)(unsigned number, uint64_t request, uint64_t pid, uint64_t argument);

/* As ptrace(2) and waitpid(2) with __WALL, which is interrupted by SIGALRM (EINTR). */
long host_ptrace(int request, pid_t pid, uintptr_t address, void *data);
pid_t host_wait(pid_t pid, int *status);

/* The guest that the alarm interrupts; 0 while none runs.  Set, on a stopped guest, before each run. */
void host_alarm_target(pid_t pid);

/* Installs the SIGALRM handler and makes a timer that signals this very thread; −1 with errno on failure. */
int host_alarm_create(void);
/* An alarm `ns` from now, and then every `again_ns` (0: no more).  One that rings while no guest runs interrupts the
 * next that does. */
void host_alarm_set(uint64_t ns, uint64_t again_ns);
/* Has somebody sent SIGINT or SIGTERM?  They interrupt a guest as an alarm does. */
int host_stop_asked(void);
/* A guest stopped because of the alarm. */
void host_alarm_seen(void);
void host_alarm_destroy(void);

#endif
