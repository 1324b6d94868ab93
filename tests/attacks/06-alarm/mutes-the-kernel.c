/* attack: blocks and ignores all that can be blocked and ignored, raises its limits, and spins */
#include "alarm.h"

#include <signal.h>
#include <stddef.h>
#include <sys/resource.h>

static void attack(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int signo = 1; signo < 65; signo++)
        signal(signo, SIG_IGN);
    setrlimit(RLIMIT_CPU, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    for (volatile int i = 0;; i++)
        ;
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
