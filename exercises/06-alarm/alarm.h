/* A time limit on a piece of work.  The contract of exercise 06: what the functions in alarm.c promise.
 *
 * The limit is kept by SIGALRM: however the work spends its time (computing, or waiting in a system call), the alarm
 * takes the CPU away from it for a moment.  It does not tear the work apart: it sets a flag, and lets a waiting system
 * call return with EINTR.
 *
 * For all functions here:
 *  - The alarm may strike at any moment after it was set: before the first step, between two, just before a step waits.
 *    None of that may lose it: a work that waits for ever is interrupted all the same.
 *  - Whatever they change is as it was when they return, however they return: what SIGALRM does (handler, flags, mask),
 *    the blocked signals, and the timer ITIMER_REAL.  If the caller had set that timer, it stands still meanwhile and
 *    goes on afterwards with the time that it had left; its alarms go to the caller's handler, ours never do.
 *  - They work also if the caller has blocked SIGALRM or ignores it.
 *  - Any number of calls may follow each other; none is made by a step of another, or by two threads at once. */
#ifndef ALARM_H
#define ALARM_H

enum { WORK_FAILED = -1, WORK_CUT_SHORT = 0, WORK_FINISHED = 1 };

/* Calls step(arg) again and again until the work has finished, but for limit_ms milliseconds at most.
 *
 * step returns   1  the work has finished
 *                0  there is more to do: call me again
 *               −1  and errno.  EINTR: a signal, ours or another, interrupted my waiting; that is no failure, and
 *                   there is more to do.  Anything else: the work has failed.
 *
 * Returns WORK_FINISHED or WORK_FAILED (with step's errno) as soon as a step says so, even if the limit struck during
 * that very step; WORK_CUT_SHORT once the limit has struck, with no further step.  limit_ms 0 is refused: WORK_FAILED,
 * EINVAL, and no step is called. */
int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg);

/* Counts 1, 2, 3 … as fast as it can, without a system call, for limit_ms milliseconds: how far does this CPU get in
 * one slice?  Returns how far it got.  limit_ms 0 is refused: 0, errno EINVAL. */
unsigned long count_for(unsigned limit_ms);

#endif
