/* kills: counts; lesson: who waits for the alarm has not counted: how far it got is the answer to nothing */
#include "alarm.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

/* If the alarm strikes just before a step goes to wait, the flag is set and the wait goes on all the same: nobody
 * looks. So the alarm comes again until somebody does. */
enum { AGAIN_MS = 10 };

/* sig_atomic_t is written in one piece; volatile makes each look at it a look into memory. */
static volatile sig_atomic_t struck;

static void on_alarm(int signo)
{
    (void)signo;
    struck = 1; /* and nothing else: the interrupted code may hold any lock, in stdio or malloc, say */
}

/* What the caller had. */
struct before {
    struct itimerval timer;
    struct sigaction action;
    sigset_t mask;
};

static struct timeval milliseconds(unsigned ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static void limit_end(const struct before *before)
{
    static const struct itimerval off = {0};
    int kept = errno; /* the step's: what we restore here may not hide it */
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &before->action, NULL);
    sigprocmask(SIG_SETMASK, &before->mask, NULL);
    setitimer(ITIMER_REAL, &before->timer, NULL);
    errno = kept;
}

/* Returns 0, or −1 with errno and nothing changed. */
static int limit_begin(unsigned limit_ms, struct before *before)
{
    static const struct itimerval off = {0};
    const struct itimerval limit = {.it_value = milliseconds(limit_ms), .it_interval = milliseconds(AGAIN_MS)};
    struct sigaction alarm = {.sa_handler = on_alarm}; /* no SA_RESTART: a waiting call must return */
    sigset_t only_alarm;
    if (limit_ms == 0) {
        errno = EINVAL;
        return -1;
    }
    sigemptyset(&alarm.sa_mask);
    sigemptyset(&only_alarm);
    sigaddset(&only_alarm, SIGALRM);
    if (setitimer(ITIMER_REAL, &off, &before->timer) != 0)
        return -1;
    sigaction(SIGALRM, &alarm, &before->action); /* cannot fail for a signal that exists */
    sigprocmask(SIG_UNBLOCK, &only_alarm, &before->mask);
    struck = 0; /* from here on only our own timer sets it */
    if (setitimer(ITIMER_REAL, &limit, NULL) != 0) {
        limit_end(before);
        return -1;
    }
    return 0;
}

int run_for(unsigned limit_ms, int (*step)(void *arg), void *arg)
{
    struct before before;
    int result = 0;
    if (limit_begin(limit_ms, &before) != 0)
        return WORK_FAILED;
    while (!struck && result == 0) {
        result = step(arg);
        if (result < 0 && errno == EINTR) /* somebody's signal: whether it was ours, the flag says */
            result = 0;
    }
    limit_end(&before);
    return result > 0 ? WORK_FINISHED : result < 0 ? WORK_FAILED : WORK_CUT_SHORT;
}

unsigned long count_for(unsigned limit_ms)
{
    struct before before;
    unsigned long count = 0;
    if (limit_begin(limit_ms, &before) != 0)
        return 0;
    while (!struck) {
        pause();
        count++;
    }
    limit_end(&before);
    return count;
}
