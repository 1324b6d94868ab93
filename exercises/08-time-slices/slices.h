/* One CPU for many processes.  The contract of exercise 08: what slices_run in slices.c promises.
 *
 * The processes are children that never give the CPU away by themselves: they compute.  The scheduler takes it from
 * them: SIGALRM (ITIMER_REAL) ends a slice, SIGSTOP stops its child, SIGCONT lets the next one go on. */
#ifndef SLICES_H
#define SLICES_H

enum { SLICES_MAX = 16 };

struct job {
    int (*run)(void *arg); /* what the child does; what it returns becomes its exit status */
    void *arg;
};

/* Runs jobs[0] … jobs[count − 1], each in a child process of its own, one at a time, round robin:
 *
 *  - Turns go round in the order of the jobs: 0, 1, 2, …, 0, 1, 2, …  A turn is one slice of slice_ms milliseconds,
 * counted anew for each turn, or shorter if the child ends in it: then the next turn begins at once.
 *  - At most one child can run at any moment, and none calls its job before its first turn.  A child that has ended has
 *    no more turns.  While children compute, the scheduler itself waits: it does not look again and again.
 *  - Every child is waited for: none is left when the function returns, not even a zombie.  Children of the caller's
 * own are none of its business.
 *  - If the scheduler is killed, even by SIGKILL and at whatever moment, no child outlives it, running or stopped.
 *  - When it returns, handlers, blocked signals and ITIMER_REAL are as they were (that timer is not in use by the
 * caller); a child calls its job with the signals blocked that the caller had blocked.
 *
 * Returns 0 when all have ended, with statuses[i] as waitpid gave it for jobs[i]; or −1 with errno, and no child left:
 * EINVAL if count is 0 or more than SLICES_MAX, or slice_ms is 0; what fork said if it could not make a child. */
int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms);

#endif
