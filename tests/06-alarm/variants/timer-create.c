/* Another style, full points: a POSIX timer that sends SIGALRM, and a lock-free atomic for a flag. */
#include "alarm.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static atomic_bool over;

struct limit {
    timer_t timer;
    struct itimerval theirs;
    struct sigaction handler;
    sigset_t mask;
};

static void set_over(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)info, (void)context;
    atomic_store(&over, true);
}

static void leave(struct limit *limit, bool created)
{
    int error = errno;
    if (created)
        timer_delete(limit->timer);
    sigaction(SIGALRM, &limit->handler, NULL);
    pthread_sigmask(SIG_SETMASK, &limit->mask, NULL);
    setitimer(ITIMER_REAL, &limit->theirs, NULL);
    errno = error;
}

static bool enter(struct limit *limit, unsigned ms)
{
    if (ms == 0) {
        errno = EINVAL;
        return false;
    }
    struct itimerval off;
    memset(&off, 0, sizeof off);
    setitimer(ITIMER_REAL, &off, &limit->theirs);
    struct sigaction action = {.sa_sigaction = set_over, .sa_flags = SA_SIGINFO};
    sigfillset(&action.sa_mask);
    sigaction(SIGALRM, &action, &limit->handler);
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_UNBLOCK, &alarm_only, &limit->mask);
    atomic_store(&over, false);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    struct itimerspec when = {.it_interval = {0, 1000000}, .it_value = {ms / 1000, ms % 1000 * 1000000L}};
    bool created = timer_create(CLOCK_MONOTONIC, &event, &limit->timer) == 0;
    if (created && timer_settime(limit->timer, 0, &when, NULL) == 0)
        return true;
    leave(limit, created);
    return false;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    struct limit limit;
    if (!enter(&limit, limit_ms))
        return WORK_FAILED;
    int result = WORK_CUT_SHORT;
    while (!atomic_load(&over)) {
        int said = step(arg);
        if (said == 0 || (said < 0 && errno == EINTR))
            continue;
        result = said < 0 ? WORK_FAILED : WORK_FINISHED;
        break;
    }
    leave(&limit, true);
    return result;
}

unsigned long count_for(unsigned limit_ms)
{
    struct limit limit;
    unsigned long count = 0;
    if (!enter(&limit, limit_ms))
        return 0;
    for (; !atomic_load_explicit(&over, memory_order_relaxed); count++)
        ;
    leave(&limit, true);
    return count;
}
