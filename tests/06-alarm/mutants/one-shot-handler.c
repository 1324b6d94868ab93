/* kills: any_moment; lesson: a handler for one alarm only: the next one finds none and kills the program */
#include "alarm.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static volatile sig_atomic_t flag;

static struct itimerval old_timer;
static struct sigaction old_action;
static sigset_t old_mask;

static void handler(int signo)
{
    (void)signo;
    flag = 1;
}

static void start(unsigned ms)
{
    struct itimerval timer = {{0, 10000}, {ms / 1000, ms % 1000 * 1000}}, off = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESETHAND};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    setitimer(ITIMER_REAL, &off, &old_timer);
    sigaction(SIGALRM, &action, &old_action);
    sigprocmask(SIG_UNBLOCK, &set, &old_mask);
    flag = 0;
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void stop(void)
{
    struct itimerval off = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &old_action, NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    setitimer(ITIMER_REAL, &old_timer, NULL);
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    int result = 0;
    if (limit_ms == 0) {
        errno = EINVAL;
        return WORK_FAILED;
    }
    start(limit_ms);
    while (!flag && result == 0) {
        result = step(arg);
        if (result == -1 && errno == EINTR)
            result = 0;
    }
    stop();
    return result;
}

unsigned long count_for(unsigned limit_ms)
{
    unsigned long count = 0;
    if (limit_ms == 0) {
        errno = EINVAL;
        return 0;
    }
    start(limit_ms);
    while (!flag)
        count++;
    stop();
    return count;
}
