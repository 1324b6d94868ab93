/* Exercise 08: one CPU for many processes.  slices.h says what is promised; the places to fill in are marked TODO.
 * Try it by hand, too:  gcc -Wall -g slices.c scenarios.c -o slices && ./slices */
#include "slices.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* TODO 1: the child's side.  What does it do between fork and its job, so that it does not run before its first turn,
 * and does not outlive the scheduler?  (man prctl: PR_SET_PDEATHSIG.  And if the scheduler died just before that call?)
 */

/* TODO 2: one turn: set the alarm, SIGCONT, and wait until one of two things has happened.  Which signals tell you, and
 * what if they come before you wait for them? */

/* TODO 3: end a turn: SIGSTOP takes effect when the child has stopped, not when kill returns. */

int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms)
{
    /* TODO 4: start them all, turn after turn until none is left, then put everything back.  What if the third fork
     * fails? */
    (void)jobs;
    (void)statuses;
    (void)count;
    (void)slice_ms;
    errno = ENOSYS;
    return -1;
}
