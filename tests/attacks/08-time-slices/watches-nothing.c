/* attack: gets at the functions behind the wrapped ones, which tell of calls that a handler must not make */
#include "slices.h"

#include <signal.h>
#include <stdio.h>

int __real_puts(const char *text);

static void attack(void)
{
    __real_puts("not watched");
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
