/* traced.h's promise kept: fork, limits, seize, exec; a clock that ticks; and everything put back.  Knows neither
 * threads nor signals nor verdicts, and handles no stop. */
#include "tests/harness/traced.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t ticks;

static void tick(int signo)
{
    (void)signo;
    ticks++;
}

/* ---- in the child ---- */

static void limit(int resource, rlim_t soft, rlim_t hard)
{
    setrlimit(resource, &(struct rlimit){soft, hard});
}

static void plain_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signo = 1; signo < 32; signo++)
        signal(signo, SIG_DFL);
}

/* Waits until it is traced, then becomes the program. */
static void become_program(const struct traced_options *options, int go, int out)
{
    static char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C", NULL};
    char *argv[TRACED_ARGUMENTS_MAX + 2] = {(char *)options->program};
    for (size_t i = 0; options->arguments && options->arguments[i] && i < TRACED_ARGUMENTS_MAX; i++)
        argv[i + 1] = (char *)options->arguments[i];
    int nothing = open("/dev/null", O_RDWR);
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    personality(ADDR_NO_RANDOMIZE); /* a wild result is the same wild result each time */
    limit(RLIMIT_CPU, options->cpu_seconds * run_patience(), 2 * options->cpu_seconds * run_patience());
    limit(RLIMIT_FSIZE, options->output_max, options->output_max);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_DATA, (rlim_t)TRACED_MEMORY_GIB << 30, (rlim_t)TRACED_MEMORY_GIB << 30);
    plain_signals();
    if (read(go, &byte, 1) != 1 || dup2(nothing, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0)
        _exit(127);
    close_range(STDERR_FILENO + 1, ~0u, 0);
    execve(options->program, argv, environment);
    _exit(127);
}

/* ---- starting ---- */

/* Forks and seizes.  Returns 0 or an errno; no process is left after an error. */
static int start_program(struct traced *run, const struct traced_options *options)
{
    const unsigned long trace = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    int go[2];
    if (access(options->program, X_OK) != 0 || pipe2(go, O_CLOEXEC) != 0)
        return errno;
    run->pid = fork();
    if (run->pid == 0)
        become_program(options, go[0], run->out);
    int error = run->pid < 0 ? errno : 0;
    if (!error && ptrace(PTRACE_SEIZE, run->pid, NULL, trace) != 0)
        error = errno;
    if (!error && write(go[1], "g", 1) != 1)
        error = errno;
    close(go[0]);
    close(go[1]);
    if (error && run->pid > 0) {
        kill(run->pid, SIGKILL);
        waitpid(run->pid, NULL, __WALL);
    }
    return error;
}

static void share_one_cpu(struct traced *run)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    sched_getaffinity(0, sizeof run->cpus, &run->cpus);
    CPU_ZERO(&one);
    CPU_SET(cpu < 0 ? 0 : cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

static void tick_every(unsigned ms)
{
    const struct timeval every = {ms / 1000, ms % 1000 * 1000L};
    setitimer(ITIMER_REAL, &(struct itimerval){every, every}, NULL);
}

static void put_back(struct traced *run)
{
    tick_every(0);
    sigaction(SIGALRM, &run->action, NULL);
    sched_setaffinity(0, sizeof run->cpus, &run->cpus);
    close(run->out);
}

int traced_start(struct traced *run, const struct traced_options *options)
{
    *run = (struct traced){
        .tick_ms = options->tick_ms, .cpu_seconds = options->cpu_seconds, .out = memfd_create("output", MFD_CLOEXEC)};
    if (run->out < 0)
        return errno;
    share_one_cpu(run);
    ticks = 0;
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = tick}, &run->action);
    int error = start_program(run, options);
    if (error)
        put_back(run);
    else
        tick_every(options->tick_ms);
    return error;
}

/* ---- limits ---- */

bool traced_past(const struct traced *run, unsigned seconds)
{
    return (unsigned)ticks * run->tick_ms > seconds * 1000 * run_patience();
}

bool traced_ticked(void)
{
    return ticks > 0;
}

long long traced_cpu_ms(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return used.tv_sec * 1000LL + used.tv_nsec / 1000000;
}

/* A program that blocks SIGXCPU is killed later; memory run short kills, too, and is something else. */
enum traced_limit traced_limit(const struct traced *run, int status, long used_ms)
{
    int signo = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    bool used_up = used_ms >= run->cpu_seconds * 900l * run_patience();
    if (signo == SIGXFSZ)
        return TRACED_OUTPUT;
    return signo == SIGXCPU || (signo == SIGKILL && used_up) ? TRACED_CPU : TRACED_NO_LIMIT;
}

char *traced_finish(struct traced *run, size_t *size)
{
    off_t end = lseek(run->out, 0, SEEK_END);
    char *bytes = calloc(1, (size_t)end + 1);
    if (!bytes)
        abort();
    ssize_t got = pread(run->out, bytes, (size_t)end, 0);
    *size = got > 0 ? (size_t)got : 0;
    put_back(run);
    return bytes;
}
