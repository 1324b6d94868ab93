/* Another style, full points: handlers that set flags, and sigsuspend, which unblocks and waits in one step.  Children
 * stand in a ring. */
#include "slices.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

struct process {
    pid_t pid;
    int *status;
    struct process *next;
};

static volatile sig_atomic_t over;

static void on_alarm(int signo)
{
    (void)signo;
    over = 1;
}

static void on_child(int signo)
{
    (void)signo; /* it only has to interrupt sigsuspend */
}

static void arm(unsigned ms)
{
    struct itimerval value = {{0, 0}, {ms / 1000, (ms % 1000) * 1000}};
    setitimer(ITIMER_REAL, &value, NULL);
}

/* The child stops as soon as it is sure to end with its parent. */
static pid_t make(const struct job *job, const sigset_t *mask)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
            _exit(1);
        signal(SIGALRM, SIG_DFL);
        signal(SIGCHLD, SIG_DFL);
        sigprocmask(SIG_SETMASK, mask, NULL);
        kill(getpid(), SIGSTOP);
        _exit(job->run(job->arg));
    }
    if (pid > 0) {
        int status;
        while (waitpid(pid, &status, WUNTRACED) == -1 && errno == EINTR)
            ;
    }
    return pid;
}

/* Returns whether the process has ended. */
static int turn(const struct process *process, unsigned slice_ms, const sigset_t *waiting)
{
    int status;
    over = 0;
    kill(process->pid, SIGCONT);
    arm(slice_ms);
    while (!over) {
        if (waitpid(process->pid, process->status, WNOHANG) == process->pid)
            break;
        sigsuspend(waiting);
    }
    arm(0);
    if (!over)
        return 1;
    kill(process->pid, SIGSTOP);
    while (waitpid(process->pid, &status, WUNTRACED) == -1 && errno == EINTR)
        ;
    if (WIFSTOPPED(status))
        return 0;
    *process->status = status;
    return 1;
}

static void run_all(struct process *last, unsigned slice_ms, const sigset_t *waiting)
{
    while (last) {
        struct process *current = last->next;
        if (!turn(current, slice_ms, waiting))
            last = current;
        else if (current == last)
            last = NULL;
        else
            last->next = current->next;
    }
}

int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms)
{
    if (count < 1 || count > SLICES_MAX || slice_ms < 1) {
        errno = EINVAL;
        return -1;
    }
    struct process ring[SLICES_MAX];
    struct sigaction alarm = {.sa_handler = on_alarm}, child = {.sa_handler = on_child}, old_alarm, old_child;
    sigset_t block, mask, waiting;
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigaddset(&block, SIGCHLD);
    sigprocmask(SIG_BLOCK, &block, &mask);
    waiting = mask;
    sigdelset(&waiting, SIGALRM);
    sigdelset(&waiting, SIGCHLD);
    sigaction(SIGALRM, &alarm, &old_alarm);
    sigaction(SIGCHLD, &child, &old_child);

    int result = 0, error = 0;
    unsigned made = 0;
    for (; made < count && result == 0; made += result == 0) {
        ring[made] = (struct process){make(&jobs[made], &mask), &statuses[made], &ring[(made + 1) % count]};
        result = ring[made].pid < 0 ? -1 : 0;
    }
    if (result == 0)
        run_all(&ring[count - 1], slice_ms, &waiting);
    else
        error = errno;
    for (unsigned i = 0; result != 0 && i < made; i++) {
        kill(ring[i].pid, SIGKILL);
        waitpid(ring[i].pid, NULL, 0);
    }

    /* What is pending still finds the handlers: unblocked first, restored then. */
    sigprocmask(SIG_SETMASK, &waiting, NULL);
    sigaction(SIGALRM, &old_alarm, NULL);
    sigaction(SIGCHLD, &old_child, NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (result != 0)
        errno = error;
    return result;
}
