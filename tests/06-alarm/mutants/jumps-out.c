/* kills: cut_short; lesson: jumping out of a handler tears the step apart: what it holds is never given back */
#include "alarm.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

static sigjmp_buf out;
static struct itimerval old_timer;
static struct sigaction old_action;
static sigset_t old_mask;

static void handler(int signo)
{
    (void)signo;
    siglongjmp(out, 1);
}

static void start(unsigned ms)
{
    struct itimerval timer = {{0, 10000}, {ms / 1000, ms % 1000 * 1000}}, off = {{0, 0}, {0, 0}};
    struct sigaction action = {.sa_handler = handler};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    setitimer(ITIMER_REAL, &off, &old_timer);
    sigaction(SIGALRM, &action, &old_action);
    sigprocmask(SIG_UNBLOCK, &set, &old_mask);
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
    volatile int result = 0;
    if (limit_ms == 0) {
        errno = EINVAL;
        return WORK_FAILED;
    }
    if (sigsetjmp(out, 1) == 0) {
        start(limit_ms);
        while (result == 0) {
            result = step(arg);
            if (result == -1 && errno == EINTR)
                result = 0;
        }
    }
    stop();
    return result;
}

unsigned long count_for(unsigned limit_ms)
{
    volatile unsigned long count = 0;
    if (limit_ms == 0) {
        errno = EINVAL;
        return 0;
    }
    if (sigsetjmp(out, 1) == 0) {
        start(limit_ms);
        for (;;)
            count++;
    }
    stop();
    return count;
}
