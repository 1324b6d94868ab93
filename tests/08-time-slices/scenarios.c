/* Experiments with slices.c: jobs that compute for so long in virtual time (timed.h), and what the caller had before.
 * They only tell what they saw; what it should have been is the suite's business. */
#include "slices.h"
#include "timed_marks.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* A job's number as the suite gives it: milliseconds to compute, and how it ends then. */
enum { BY_SIGNAL = 10000, EXIT_BASE = 10 };

static unsigned numbers[SLICES_MAX], count;

static int compute(void *arg)
{
    unsigned *number = arg;
    sigset_t mask;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    say("job", (long)(number - numbers));
    say("job_blocks", sigismember(&mask, SIGALRM) || sigismember(&mask, SIGCHLD) || !sigismember(&mask, SIGUSR1));
    burn(*number % BY_SIGNAL * 1000ul);
    if (*number >= BY_SIGNAL)
        raise(SIGTERM);
    return EXIT_BASE + (int)(number - numbers);
}

static void run(unsigned slice_ms)
{
    static const char *const words[] = {"status0", "status1", "status2", "status3", "status4", "status5"};
    struct job jobs[SLICES_MAX];
    int statuses[SLICES_MAX];
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    for (unsigned i = 0; i < count; i++) {
        jobs[i] = (struct job){.run = compute, .arg = &numbers[i]};
        statuses[i] = -1;
    }
    watch();
    errno = 0;
    int result = slices_run(jobs, statuses, count, slice_ms);
    int error = errno;
    watch_end();
    siginfo_t info;
    say("children", waitid(P_ALL, 0, &info, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0);
    say("returned", result);
    say("errno", result ? error : 0);
    for (unsigned i = 0; i < count && i < sizeof words / sizeof *words; i++)
        say(words[i], statuses[i]);
}

/* Is everything as before? */
static void restores(unsigned slice_ms)
{
    static const int signals[] = {SIGALRM, SIGCHLD, SIGUSR2, SIGTERM};
    struct sigaction before[4], after;
    struct itimerval timer;
    sigset_t mask;
    int same = 1;
    for (int i = 0; i < 4; i++)
        sigaction(signals[i], NULL, &before[i]);
    run(slice_ms);
    for (int i = 0; i < 4; i++) {
        sigaction(signals[i], NULL, &after);
        same = same && after.sa_handler == before[i].sa_handler;
    }
    sigprocmask(SIG_BLOCK, NULL, &mask);
    getitimer(ITIMER_REAL, &timer);
    say("same_handlers", same);
    say("same_mask", sigismember(&mask, SIGUSR1) && !sigismember(&mask, SIGALRM) && !sigismember(&mask, SIGCHLD));
    say("timer_off", timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0);
}

/* The caller has a child of its own, which ends while the scheduler works. */
static void own_child(unsigned slice_ms)
{
    int status = 0;
    pid_t own = fork();
    if (own == 0)
        _exit(7);
    run(slice_ms);
    say("own_child", waitpid(own, &status, 0) == own && WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

/* Limits of what may be asked. */
static void refused(unsigned slice_ms)
{
    struct job jobs[SLICES_MAX + 1] = {{compute, &numbers[0]}};
    int statuses[SLICES_MAX + 1];
    static const unsigned counts[] = {0, SLICES_MAX + 1, 1};
    int einval = 1;
    for (int i = 0; i < 3; i++) {
        errno = 0;
        einval = einval && slices_run(jobs, statuses, counts[i], i < 2 ? slice_ms : 0) == -1 && errno == EINVAL;
    }
    say("einval", einval);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(unsigned slice_ms);
    } experiments[] = {{"run", run}, {"restores", restores}, {"own-child", own_child}, {"refused", refused}};
    for (; argc > (int)count + 3 && count < SLICES_MAX; count++)
        numbers[count] = (unsigned)strtoul(argv[count + 3], NULL, 10);
    for (size_t i = 0; argc > 2 && i < sizeof experiments / sizeof *experiments; i++)
        if (strcmp(argv[1], experiments[i].name) == 0) {
            experiments[i].run((unsigned)strtoul(argv[2], NULL, 10));
            return 0;
        }
    return 2;
}
