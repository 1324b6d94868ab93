/* What the run asks of stops.  For tests/harness/timed*.c only. */
#ifndef TESTS_HARNESS_TIMED_STOPS_H
#define TESTS_HARNESS_TIMED_STOPS_H

#include "tests/harness/timed_run.h"

/* One report of the kernel's: changes the state of the task that it is about. */
void timed_report(struct run *run, pid_t tid, int status);

/* Lets a task go on, with the signal that it is to take. */
void timed_resume(struct run *run, struct task *task);

/* Wakes sleepers that have a signal to take; looks whether those that were sent one still have it to take. */
void timed_wake(struct run *run);

/* Does it go on, instruction after instruction, without ever making a system call?  True after so many. */
bool timed_spins_on(struct run *run, struct task *task, unsigned instructions);

#endif
