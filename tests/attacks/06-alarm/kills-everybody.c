/* attack: a signal to its process group, to its parent, and to everybody */
#include "alarm.h"

#include <signal.h>
#include <unistd.h>

static void attack(void)
{
    kill(getppid(), SIGKILL);
    kill(0, SIGKILL);
    kill(-1, SIGKILL);
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
