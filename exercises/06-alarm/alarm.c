/* Exercise 06: a time limit, kept by SIGALRM.  alarm.h says what is promised; the places to fill in are marked TODO.
 * Try it by hand, too:  gcc -Wall -g alarm.c scenarios.c -o alarm && ./alarm */
#include "alarm.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

/* TODO 1: a flag that the handler sets and the loops below look at.  Which type may a handler write, and what keeps the
 * compiler from reading the flag only once? */

/* TODO 2: the handler.  It may interrupt any instruction of the program: what is it safe to do there? */

/* TODO 3: begin a limit: keep what was (timer, handler, blocked signals), then set what the limit needs.  In which
 * order, if an alarm of the caller's, or the new one, may strike between any two of your calls? */

/* TODO 4: end a limit: put everything back, in the order that this asks for. */

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    /* TODO 5: step after step, until one finishes or fails, or the flag is set.  What does EINTR mean here? */
    (void)limit_ms;
    (void)step;
    (void)arg;
    errno = ENOSYS;
    return WORK_FAILED;
}

unsigned long count_for(unsigned limit_ms)
{
    /* TODO 6: count until the flag is set. */
    (void)limit_ms;
    return 0;
}
