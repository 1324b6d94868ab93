/* Another style, full points: SIGALRM is blocked while anything changes, so that the order inside does not matter; an
 * alarm of ours that is still pending then is thrown away by ignoring it for a moment.  Counting is a work like any. */
#include "alarm.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>

enum { AGAIN_US = 5000 };

static sig_atomic_t volatile alarms;

static void count_alarm(int signo)
{
    (void)signo;
    alarms = alarms + 1;
}

static sigset_t only_sigalrm(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    return set;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    struct itimerval off = {{0, 0}, {0, 0}}, their_timer;
    struct itimerval ours = {{0, AGAIN_US}, {limit_ms / 1000, (limit_ms % 1000) * 1000}};
    struct sigaction their_action, action = {.sa_handler = count_alarm}, ignore = {.sa_handler = SIG_IGN};
    sigset_t sigalrm = only_sigalrm(), their_mask;
    int answer, error = 0;
    if (limit_ms == 0)
        return errno = EINVAL, WORK_FAILED;

    setitimer(ITIMER_REAL, &off, &their_timer);
    sigprocmask(SIG_BLOCK, &sigalrm, &their_mask);
    alarms = 0;
    setitimer(ITIMER_REAL, &ours, NULL);
    sigaction(SIGALRM, &action, &their_action);
    sigprocmask(SIG_UNBLOCK, &sigalrm, NULL);

    for (answer = 0; answer == 0 && alarms == 0;) {
        answer = step(arg);
        error = errno;
        if (answer < 0 && error == EINTR)
            answer = 0;
    }

    sigprocmask(SIG_BLOCK, &sigalrm, NULL);
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &ignore, NULL);
    sigaction(SIGALRM, &their_action, NULL);
    sigprocmask(SIG_SETMASK, &their_mask, NULL);
    setitimer(ITIMER_REAL, &their_timer, NULL);
    errno = error;
    return answer > 0 ? WORK_FINISHED : answer < 0 ? WORK_FAILED : WORK_CUT_SHORT;
}

static int count_one(void *arg)
{
    ++*(unsigned long *)arg;
    return 0;
}

unsigned long count_for(unsigned limit_ms)
{
    unsigned long count = 0;
    return run_for(limit_ms, count_one, &count) == WORK_FAILED ? 0 : count;
}
