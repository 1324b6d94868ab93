/* Seats: the CPUs of the host that guests are let run on, one guest at a time each.  As a CPU of a real machine does,
 * each has a timer of its own, whose interrupt is a SIGALRM to the hypervisor thread. */
#ifndef LDE_ENGINE_SEATS_H
#define LDE_ENGINE_SEATS_H

#include <stdint.h>
#include <sys/types.h>

enum { SEATS_MAX = 64 };

/* Makes `count` seats of the CPUs that this thread may use, beginning with the one that it is on, and binds the
 * thread to these CPUs: the hypervisor thread, once.  Returns 0; −1 with errno EINVAL if there are not so many, or
 * with that of the timers. */
int seats_create(unsigned count);
void seats_destroy(void);

/* A guest's host process runs on the seat's CPU from now on.  With one seat it does so anyway: no call is made. */
void seats_place(unsigned seat, pid_t pid);

/* The guest that the seat's alarm interrupts; 0 while none runs.  Set, on a stopped guest, before each run. */
void seats_alarm_target(unsigned seat, pid_t pid);
/* An alarm `ns` from now, and then every `again_ns` (0: no more).  One that rings while no guest runs there
 * interrupts the next that does. */
void seats_alarm_set(unsigned seat, uint64_t ns, uint64_t again_ns);
/* The seat's guest stopped because of the alarm; or nobody cares any more. */
void seats_alarm_seen(unsigned seat);

/* The SIGINT or SIGTERM that somebody sent, or 0.  They interrupt every guest as an alarm does. */
int seats_stop_asked(void);

#endif
