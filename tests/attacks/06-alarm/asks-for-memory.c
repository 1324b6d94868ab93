/* attack: touches as much memory as there is */
#include "alarm.h"

#include <stdlib.h>
#include <string.h>

static void attack(void)
{
    for (size_t size = (size_t)1 << 30;;) {
        char *memory = malloc(size);
        if (memory)
            memset(memory, 1, size);
        else if ((size /= 2) == 0)
            return;
    }
}

unsigned long count_for(unsigned limit_ms)
{
    (void)limit_ms;
    attack();
    return 0;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    (void)limit_ms;
    (void)step;
    (void)arg;
    attack();
    return WORK_CUT_SHORT + 7;
}
