/* attack: leaves a process behind, in a session of its own, that nothing stops */
#include "slices.h"

#include <signal.h>
#include <unistd.h>

static void attack(void)
{
    if (fork() != 0)
        return;
    for (int signo = 1; signo < 65; signo++)
        signal(signo, SIG_IGN);
    setsid();
    if (fork() == 0)
        for (;;)
            pause();
    _exit(0);
}

int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms)
{
    (void)jobs;
    (void)slice_ms;
    for (unsigned i = 0; i < count && i < SLICES_MAX; i++)
        statuses[i] = (10 + (int)i) << 8;
    attack();
    return -2;
}
