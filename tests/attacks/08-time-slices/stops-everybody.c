/* attack: stops itself and its group, so that whoever waits for its end waits for ever */
#include "slices.h"

#include <signal.h>

static void attack(void)
{
    raise(SIGSTOP);
    kill(0, SIGSTOP);
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
