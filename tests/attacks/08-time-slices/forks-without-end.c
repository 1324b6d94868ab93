/* attack: forks and forks */
#include "slices.h"

#include <unistd.h>

static void attack(void)
{
    for (;;)
        fork();
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
