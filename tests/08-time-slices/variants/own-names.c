/* Another style, full points: functions with names of their own that the grader uses, too (say, watch, burn), tables
 * instead of conditions, and complaints on standard error. */
#include "slices.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

struct child {
    pid_t pid;
    bool ended;
};

void say(const char *word, long value);
void burn(unsigned ms);
void watch(struct child *child, int *status, const sigset_t *events, unsigned slice_ms);
void watch_end(const struct child children[], unsigned count);

void say(const char *word, long value)
{
    fprintf(stderr, "%s: %ld\n", word, value);
}

/* Waits for one child, whoever's signals interrupt the wait. */
static pid_t wait_for(pid_t pid, int *status, int options)
{
    pid_t got;
    do
        got = waitpid(pid, status, options);
    while (got < 0 && errno == EINTR);
    return got;
}

/* The child's side.  It asks to die with its parent first, and then looks whether it still has one: killed between fork
 * and prctl, the parent would never be heard of.  Then it stops itself until its first turn. */
static _Noreturn void become_job(const struct job *job, pid_t parent, const sigset_t *mask)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(127);
    sigprocmask(SIG_SETMASK, mask, NULL);
    raise(SIGSTOP);
    _exit(job->run(job->arg));
}

/* Returns 0, or an errno.  The child is stopped when this returns. */
static int start(struct child *child, const struct job *job, const sigset_t *mask)
{
    int status;
    pid_t parent = getpid();
    *child = (struct child){.pid = fork()};
    if (child->pid < 0)
        return errno;
    if (child->pid == 0)
        become_job(job, parent, mask);
    /* Until it has stopped: a SIGCONT that came before its SIGSTOP would be forgotten. */
    wait_for(child->pid, &status, WUNTRACED);
    child->ended = !WIFSTOPPED(status);
    return child->ended ? ECHILD : 0;
}

void burn(unsigned ms)
{
    const struct itimerval once = {.it_value = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000}};
    setitimer(ITIMER_REAL, &once, NULL);
}

/* One turn: until the slice is over or the child has ended. */
void watch(struct child *child, int *status, const sigset_t *events, unsigned slice_ms)
{
    static const struct timespec now = {0};
    int event = 0;
    burn(slice_ms);
    kill(child->pid, SIGCONT);
    while (event != SIGALRM && !child->ended) {
        sigwait(events, &event);
        /* SIGCHLD only says that something happened: to this child, or to one of the caller's. */
        child->ended = wait_for(child->pid, status, WNOHANG) > 0;
    }
    burn(0);
    if (!child->ended) {
        kill(child->pid, SIGSTOP);
        wait_for(child->pid, status, WUNTRACED); /* now it is stopped, or it ended just before */
        child->ended = !WIFSTOPPED(*status);
    }
    while (sigtimedwait(events, NULL, &now) > 0)
        ; /* an alarm that struck while the child ended belongs to no other turn */
}

static void watch_all(struct child children[], int statuses[], unsigned count, const sigset_t *events,
                      unsigned slice_ms)
{
    for (unsigned left = count, i = 0; left > 0; i = (i + 1) % count)
        if (!children[i].ended) {
            watch(&children[i], &statuses[i], events, slice_ms);
            left -= children[i].ended;
        }
}

void watch_end(const struct child children[], unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (!children[i].ended && kill(children[i].pid, SIGKILL) == 0) /* works on a stopped child, too */
            wait_for(children[i].pid, NULL, 0);
}

int slices_run(const struct job jobs[], int statuses[], unsigned count, unsigned slice_ms)
{
    struct child children[SLICES_MAX];
    sigset_t events, mask;
    const int errors[] = {0, EINVAL};
    int error = errors[count == 0 || count > SLICES_MAX || slice_ms == 0];
    unsigned started = 0;
    sigemptyset(&events);
    sigaddset(&events, SIGALRM);
    sigaddset(&events, SIGCHLD);
    sigprocmask(SIG_BLOCK, &events, &mask);
    while (!error && started < count) {
        error = start(&children[started], &jobs[started], &mask);
        started += !error;
    }
    if (error)
        watch_end(children, started);
    else
        watch_all(children, statuses, count, &events, slice_ms);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    say("children that were started", started);
    if (error)
        errno = error;
    return error ? -1 : 0;
}
