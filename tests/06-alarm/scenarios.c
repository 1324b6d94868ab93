/* Experiments with alarm.c, by name: what the caller had before, a work to limit, and what came of both.  They run in
 * virtual time (timed.h), and only tell what they saw; what it should have been is the suite's business. */
#include "alarm.h"
#include "timed_marks.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What a work is made of, and what became of it. */
struct work {
    unsigned long step_us; /* a step computes for so long */
    int finishes, fails;   /* in its so-manieth step; 0: never */
    int error;
    int begun, ended;
    int pipe_ends[2];
};

static int compute(void *arg)
{
    struct work *work = arg;
    work->begun++;
    burn(work->step_us);
    work->ended++;
    if (work->begun == work->fails) {
        errno = work->error;
        return -1;
    }
    return work->begun == work->finishes;
}

/* Waits for a byte that never comes; or finishes, when it has been interrupted often enough. */
static int wait_for_byte(void *arg)
{
    struct work *work = arg;
    char byte;
    work->begun++;
    ssize_t got = read(work->pipe_ends[0], &byte, 1);
    work->ended++;
    return work->begun == work->finishes ? 1 : (int)got;
}

static void tell(const struct work *work, int result)
{
    int error = errno;
    say("returned", result);
    say("errno", result == WORK_FAILED ? error : 0);
    say("steps", work->begun);
    say("torn", work->begun - work->ended);
}

static void limit_work(struct work *work, unsigned limit_ms, int (*step)(void *))
{
    errno = 0;
    watch();
    int result = run_for(limit_ms, step, work);
    watch_end();
    tell(work, result);
}

static void on_other(int signo)
{
    (void)signo;
}

/* SIGUSR1 comes every so many ms, to a handler without SA_RESTART. */
static void other_signals(unsigned every_ms)
{
    struct sigaction other = {.sa_handler = on_other};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec every = {{0, every_ms * 1000000L}, {0, every_ms * 1000000L}};
    timer_t timer;
    sigaction(SIGUSR1, &other, NULL);
    if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || timer_settime(timer, 0, &every, NULL) != 0)
        abort();
}

/* ---- what the caller had ---- */

static volatile sig_atomic_t theirs;

static void on_theirs(int signo, siginfo_t *info, void *context)
{
    (void)signo, (void)info, (void)context;
    theirs++;
}

static struct sigaction had_action;
static sigset_t had_mask;

static void caller_has(unsigned timer_ms, unsigned interval_ms, int blocks)
{
    struct itimerval timer = {{interval_ms / 1000, interval_ms % 1000 * 1000L},
                              {timer_ms / 1000, timer_ms % 1000 * 1000L}};
    struct sigaction action = {.sa_sigaction = on_theirs, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGUSR2);
    sigaction(SIGALRM, &action, NULL);
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    if (blocks)
        sigaddset(&mask, SIGALRM);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    sigaction(SIGALRM, NULL, &had_action);
    sigprocmask(SIG_BLOCK, NULL, &had_mask);
    setitimer(ITIMER_REAL, &timer, NULL);
}

static int same_set(const sigset_t *one, const sigset_t *other)
{
    for (int signo = 1; signo < 32; signo++)
        if (sigismember(one, signo) != sigismember(other, signo))
            return 0;
    return 1;
}

static void tell_what_is_left(void)
{
    struct sigaction action;
    struct itimerval timer;
    sigset_t mask;
    getitimer(ITIMER_REAL, &timer);
    sigaction(SIGALRM, NULL, &action);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    say("timer_us", timer.it_value.tv_sec * 1000000 + timer.it_value.tv_usec);
    say("interval_us", timer.it_interval.tv_sec * 1000000 + timer.it_interval.tv_usec);
    say("same_handler", action.sa_sigaction == had_action.sa_sigaction);
    say("same_flags", action.sa_flags == had_action.sa_flags);
    say("same_handler_mask", same_set(&action.sa_mask, &had_action.sa_mask));
    say("same_mask", same_set(&mask, &had_mask));
}

/* The caller's own alarm is still to come, or has come: once. */
static void wait_for_theirs(void)
{
    sigset_t mask = had_mask;
    sigdelset(&mask, SIGALRM);
    while (!theirs)
        sigsuspend(&mask);
    say("theirs", theirs);
}

/* ---- the experiments: each gets the numbers after its name ---- */

static struct work work;

/* Steps of so many ms, the so-manieth finishes (0: none does); a limit in ms. */
static void finishes(const unsigned *number)
{
    work.step_us = number[0] * 1000ul;
    work.finishes = (int)number[1];
    limit_work(&work, number[2], compute);
}

static void fails(const unsigned *number)
{
    work.fails = (int)number[1];
    work.error = EIO;
    work.step_us = number[0] * 1000ul;
    limit_work(&work, number[2], compute);
}

static void waits(const unsigned *number)
{
    limit_work(&work, number[0], wait_for_byte);
}

/* Another signal every so many ms; finishes when so many waits were interrupted (0: never); a limit. */
static void others(const unsigned *number)
{
    other_signals(number[0]);
    work.finishes = (int)number[1];
    limit_work(&work, number[2], wait_for_byte);
}

static void counts(const unsigned *number)
{
    watch();
    unsigned long count = count_for(number[0]);
    watch_end();
    say("counted", count > 0);
}

static void zero(const unsigned *number)
{
    (void)number;
    limit_work(&work, 0, compute);
    errno = 0;
    say("counted", count_for(0) != 0);
    say("count_errno", errno);
}

/* One call after the other: a work that is cut short, one that finishes, a count, one that waits. */
static void again(const unsigned *number)
{
    work.step_us = 3000;
    say("first", run_for(number[0], compute, &work));
    work.finishes = work.begun + 2;
    say("second", run_for(number[1], compute, &work));
    say("third", count_for(number[0]) > 0);
    say("fourth", run_for(number[1], wait_for_byte, &work));
}

/* The caller has a timer of so many ms, with an interval, and blocks SIGALRM or not; a work that is cut short. */
static void restores(const unsigned *number)
{
    caller_has(number[0], number[1], (int)number[2]);
    work.step_us = 4000;
    limit_work(&work, number[3], compute);
    tell_what_is_left();
}

/* The same for one that finishes at its first step, and for a count. */
static void restores_early(const unsigned *number)
{
    caller_has(number[0], number[1], (int)number[2]);
    work.finishes = 1;
    limit_work(&work, number[3], compute);
    count_for(number[3]);
    tell_what_is_left();
}

/* The caller's own alarm is to come, once, before, after or in between. */
static void theirs_too(const unsigned *number)
{
    caller_has(number[0], 0, 0);
    work.step_us = 4000;
    limit_work(&work, number[1], compute);
    wait_for_theirs();
}

static void ignored(const unsigned *number)
{
    signal(SIGALRM, SIG_IGN);
    sigaction(SIGALRM, NULL, &had_action);
    sigprocmask(SIG_BLOCK, NULL, &had_mask);
    limit_work(&work, number[0], wait_for_byte);
    tell_what_is_left();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const unsigned *number);
    } experiments[] = {{"finishes", finishes}, {"fails", fails},
                       {"waits", waits},       {"others", others},
                       {"counts", counts},     {"zero", zero},
                       {"again", again},       {"restores", restores},
                       {"theirs", theirs_too}, {"restores-early", restores_early},
                       {"ignored", ignored}};
    unsigned numbers[4] = {0};
    for (int i = 2; i < argc && i < 6; i++)
        numbers[i - 2] = (unsigned)strtoul(argv[i], NULL, 10);
    if (argc < 2 || pipe(work.pipe_ends) != 0)
        return 2;
    for (size_t i = 0; i < sizeof experiments / sizeof *experiments; i++)
        if (strcmp(argv[1], experiments[i].name) == 0) {
            experiments[i].run(numbers);
            return 0;
        }
    return 2;
}
