/* Tries slices.c by hand, with the real timer: three children that only compute, in slices of 10 ms.  The grader has
 * others, and a clock of its own. */
#include "slices.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

enum { SLICE_MS = 10 };

/* Computes until the CPU has worked so many milliseconds for this process: stopped, it gets no further. */
static int compute(void *arg)
{
    const clock_t enough = (clock_t) * (const int *)arg * CLOCKS_PER_SEC / 1000;
    while (clock() < enough)
        for (volatile int i = 0; i < 100000; i++)
            ;
    return *(const int *)arg;
}

int main(void)
{
    int milliseconds[] = {25, 45, 15}, statuses[3];
    struct job jobs[3];
    for (int i = 0; i < 3; i++)
        jobs[i] = (struct job){.run = compute, .arg = &milliseconds[i]};
    if (slices_run(jobs, statuses, 3, SLICE_MS) != 0) {
        perror("slices: cannot run three children");
        return 1;
    }
    for (int i = 0; i < 3; i++)
        if (WIFEXITED(statuses[i]))
            printf("child %d exited with %d\n", i, WEXITSTATUS(statuses[i]));
        else
            printf("child %d: %s\n", i, strsignal(WTERMSIG(statuses[i])));
    return 0;
}
