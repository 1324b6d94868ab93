/* kills: any_moment; lesson: an alarm that struck just as the child ended ends the next turn before it began */
#include "slices.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t pids[SLICES_MAX];
static sigset_t events, old_mask;

static void set_timer(unsigned ms)
{
    struct itimerval timer = {{0, 0}, {ms / 1000, ms % 1000 * 1000}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void child(const struct job *job, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    raise(SIGSTOP);
    _exit(job->run(job->arg));
}

static int start_all(const struct job jobs[], unsigned count)
{
    pid_t parent = getpid();
    int status;
    for (unsigned i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            child(&jobs[i], parent);
        if (pids[i] < 0) {
            int error = errno;
            while (i-- > 0) {
                kill(pids[i], SIGKILL);
                waitpid(pids[i], NULL, 0);
            }
            errno = error;
            return -1;
        }
        waitpid(pids[i], &status, WUNTRACED);
    }
    return 0;
}

static int has_ended(unsigned i, int *status)
{
    if (waitpid(pids[i], status, WNOHANG) <= 0)
        return 0;
    pids[i] = 0;
    return 1;
}

static int turn(unsigned i, int *status, unsigned slice_ms)
{
    const struct timespec zero = {0, 0};
    int event;
    set_timer(slice_ms);
    kill(pids[i], SIGCONT);
    do {
        sigwait(&events, &event);
        if (has_ended(i, status)) {
            set_timer(0);
            while (0)
                ;
            return 1;
        }
    } while (event != SIGALRM);
    kill(pids[i], SIGSTOP);
    waitpid(pids[i], status, WUNTRACED);
    if (WIFSTOPPED(*status))
        return 0;
    pids[i] = 0;
    return 1;
}

int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms)
{
    if (count == 0 || count > SLICES_MAX || slice_ms == 0) {
        errno = EINVAL;
        return -1;
    }
    sigemptyset(&events);
    sigaddset(&events, SIGALRM);
    sigaddset(&events, SIGCHLD);
    sigprocmask(SIG_BLOCK, &events, &old_mask);
    int result = start_all(jobs, count);
    unsigned left = result == 0 ? count : 0;
    while (left > 0)
        for (unsigned i = 0; i < count; i++)
            if (pids[i] > 0)
                left -= turn(i, &statuses[i], slice_ms);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    return result;
}
