/* attack: attaches to the process that watches it, or has its child do so */
#include "slices.h"

#include <sys/ptrace.h>
#include <unistd.h>

static void attack(void)
{
    long other = getppid();
    if (fork() == 0)
        _exit(ptrace(PTRACE_ATTACH, getppid(), 0, 0) != 0);
    ptrace(PTRACE_SEIZE, other, 0, 0);
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
