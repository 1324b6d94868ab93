/* The run itself: start the program, then let one task after the other go on, and time pass where none can.
 *
 *     while (the program lives)  who goes on?  → resume it until it stops or waits
 *                                nobody?       → time passes
 *
 * What a stop means is timed_stops.c's business, who is next timed_order.c's, the clocks are timed_clock.c's. */
#include "tests/harness/run.h"
#include "tests/harness/timed_run.h"
#include "tests/harness/timed_stops.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    TICK_MS = 10,
    SPIN_MS = 20,
    CALLS_OF_A_SPIN = 400,
    CALLS_MAX = 5000,
    BARREN_MAX = 100,
    SPINS_ON = 10000,
    ARGUMENTS_MAX = 20
};

static volatile sig_atomic_t ticks;

static void tick(int signo)
{
    (void)signo;
    ticks++;
}

static bool past_deadline(void)
{
    return (unsigned)ticks * TICK_MS > TIMED_DEADLINE_SECONDS * 1000 * run_patience();
}

/* ---- starting ---- */

static void limit(int resource, rlim_t soft)
{
    setrlimit(resource, &(struct rlimit){soft, soft});
}

/* In the child: waits until it is traced, then becomes the program. */
static void become_program(const struct timed_options *options, int go, int out)
{
    static char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C", NULL};
    char *argv[ARGUMENTS_MAX + 2] = {(char *)options->program};
    for (size_t i = 0; options->arguments && options->arguments[i] && i < ARGUMENTS_MAX; i++)
        argv[i + 1] = (char *)options->arguments[i];
    int nothing = open("/dev/null", O_RDWR);
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    personality(ADDR_NO_RANDOMIZE);
    limit(RLIMIT_CPU, TIMED_CPU_SECONDS * run_patience());
    limit(RLIMIT_FSIZE, TIMED_OUTPUT_MAX);
    limit(RLIMIT_CORE, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int signo = 1; signo < 32; signo++)
        signal(signo, SIG_DFL);
    if (read(go, &byte, 1) != 1 || dup2(nothing, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0)
        _exit(127);
    close_range(STDERR_FILENO + 1, ~0u, 0);
    execve(options->program, argv, environment);
    _exit(127);
}

/* Forks and seizes.  Returns 0 or an errno; nothing is left after an error. */
static int start_program(struct run *run, int out)
{
    const unsigned long trace = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
    int go[2];
    if (access(run->options->program, X_OK) != 0 || pipe2(go, O_CLOEXEC) != 0)
        return errno;
    run->pid = fork();
    if (run->pid == 0)
        become_program(run->options, go[0], out);
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

/* ---- limits ---- */

static long long cpu_ms(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0;
    return used.tv_sec * 1000LL + used.tv_nsec / 1000000;
}

/* The real clock has ticked.  A task that has used SPIN_MS of CPU time without a call is looked at, whether it spins:
 * then time may pass, and others may go first.  True. */
static bool at_tick(struct run *run, long long *cpu_at_start)
{
    if (past_deadline())
        timed_end_run(run, TIMED_NO_ANSWER);
    struct task *task = run->running;
    if (run->ending || !run->started || !task || task->in_call ||
        cpu_ms(task->process->tid) - *cpu_at_start < SPIN_MS * (long long)run_patience())
        return true;
    *cpu_at_start = cpu_ms(task->process->tid);
    task->interrupted = true;
    ptrace(PTRACE_INTERRUPT, task->tid, NULL, NULL);
    return true;
}

void timed_end_run(struct run *run, enum timed_end end)
{
    if (!run->ending)
        run->result->end = end;
    run->ending = true;
    for (unsigned i = 0; i < run->count; i++)
        if (run->tasks[i].state < TASK_ENDED)
            kill(run->tasks[i].tid, SIGKILL);
}

/* ---- one after the other ---- */

/* Takes one report of the kernel's, if there is one. */
static bool take_report(struct run *run, int flags)
{
    int status;
    pid_t tid = waitpid(-1, &status, __WALL | __WNOTHREAD | flags);
    if (tid > 0)
        timed_report(run, tid, status);
    return tid > 0;
}

/* Has a task something to report that has not arrived yet?  One that sleeps may have been woken; and when the first
 * process has ended, the kernel may be about to end those that asked for it, stopped or held as they are. */
static bool on_the_move(const struct run *run, const struct task *task)
{
    if (task->state == TASK_ASLEEP)
        return !timed_asleep(task);
    if (task->state >= TASK_ENDED || run->tasks[0].state < TASK_ENDED)
        return false;
    char state = timed_state_of(task);
    return state != 't' && state != 'T';
}

/* Waits until every task that was asleep is seen asleep twice in a row, or has reported: nothing moves any more. */
static void settle(struct run *run)
{
    for (unsigned calm = 0, i; calm < 2;) {
        bool moved = false;
        while (take_report(run, WNOHANG))
            moved = true;
        for (i = 0; i < run->count && !moved; i++)
            moved = on_the_move(run, &run->tasks[i]);
        calm = moved ? 0 : calm + 1;
        if (moved)
            sched_yield();
        if (past_deadline())
            timed_end_run(run, TIMED_NO_ANSWER);
        if (run->ending)
            return;
    }
}

/* A task in a system call: it returns, or it is seen asleep twice. */
static void watch_call(struct run *run, struct task *task)
{
    unsigned asleep = 0;
    while (task->state == TASK_RUNNING && task->in_call && !run->ending) {
        if (take_report(run, WNOHANG))
            continue;
        asleep = timed_asleep(task) ? asleep + 1 : 0;
        if (asleep == 2) {
            task->state = TASK_ASLEEP;
            task->newborn = false;
            timed_note(run, TIMED_WAIT, task, (long)task->number, 0);
        }
        sched_yield();
    }
}

static void go_on(struct run *run, struct task *task)
{
    long long cpu_at_start = cpu_ms(task->process->tid);
    run->running = task;
    run->barren = 0;
    timed_resume(run, task);
    while (task->state == TASK_RUNNING && !run->ending) {
        if (task->in_call)
            watch_call(run, task);
        else if (!take_report(run, 0) && (errno != EINTR || !at_tick(run, &cpu_at_start)))
            break;
    }
    /* Asking over and over without waiting is spinning, too. */
    if (++task->calls > CALLS_OF_A_SPIN)
        task->spinning = true;
    run->running = NULL;
}

/* Nobody can go on.  Time passes, if that changes anything. */
static void let_time_pass(struct run *run)
{
    struct task *spins = timed_spinner(run);
    if (!spins) {
        if (run->barren++ > BARREN_MAX || !timed_pass(run))
            timed_end_run(run, TIMED_DEADLOCK);
    } else if (spins->spins >= 3 || !timed_pass(run)) {
        spins->spinning = false;
        if (spins->calls > CALLS_MAX || (spins->spins && timed_spins_on(run, spins, SPINS_ON)))
            timed_end_run(run, TIMED_SPINS);
    }
}

static void count_left(struct run *run)
{
    for (unsigned i = 1; i < run->count; i++) {
        const struct task *task = &run->tasks[i];
        if (task->process != task)
            continue;
        run->result->left_running += task->state == TASK_READY;
        run->result->left_stopped +=
            task->state == TASK_STOPPED || task->state == TASK_ASLEEP || task->state == TASK_NAPPING;
    }
}

/* Until the first process has ended, and its children have had the chance to notice. */
static void follow(struct run *run)
{
    while (!run->ending) {
        settle(run);
        if (run->ending)
            break;
        timed_wake(run);
        struct task *next = timed_choose(run);
        if (next)
            go_on(run, next);
        else if (run->tasks[0].state >= TASK_ENDED)
            break;
        else
            let_time_pass(run);
    }
    count_left(run);
    timed_end_run(run, run->result->end);
    for (int status; waitpid(-1, &status, __WALL | __WNOTHREAD) > 0 || errno == EINTR;)
        ;
}

/* CPU time of all children that were waited for, in ms. */
static long used_ms(void)
{
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
           (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void conclude(struct run *run, int out, long used)
{
    struct timed_result *result = run->result;
    result->status = run->status;
    if (result->end == TIMED_EXITED && WIFSIGNALED(run->status)) {
        int signo = WTERMSIG(run->status);
        bool used_up = used >= TIMED_CPU_SECONDS * 900l * run_patience(); /* at the limit the kernel sends SIGKILL */
        result->end = signo == SIGXFSZ                                    ? TIMED_TOO_MUCH
                      : signo == SIGXCPU || (signo == SIGKILL && used_up) ? TIMED_OUT_OF_TIME
                                                                          : TIMED_SIGNALLED;
    }
    for (unsigned i = 1; i < run->count; i++)
        result->processes += run->tasks[i].process == &run->tasks[i];
    off_t size = lseek(out, 0, SEEK_END);
    result->out = calloc(1, (size_t)size + 1);
    if (!result->out || pread(out, result->out, (size_t)size, 0) != size)
        abort();
}

/* One CPU for both: a wake-up across CPUs costs five times as much as the whole stop. */
static void share_one_cpu(cpu_set_t *before)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    sched_getaffinity(0, sizeof *before, before);
    CPU_ZERO(&one);
    CPU_SET(cpu < 0 ? 0 : cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
}

/* From the first instruction to the last, with the ticks that the limits need. */
static int run_ticking(struct run *run, int out)
{
    const struct itimerval every = {{0, TICK_MS * 1000}, {0, TICK_MS * 1000}}, never = {{0, 0}, {0, 0}};
    struct sigaction ticking = {.sa_handler = tick}, before;
    ticks = 0;
    sigaction(SIGALRM, &ticking, &before);
    int error = start_program(run, out);
    if (!error) {
        struct task *first = &run->tasks[0];
        *first = (struct task){.tid = run->pid, .state = TASK_RUNNING, .process = first};
        setitimer(ITIMER_REAL, &every, NULL);
        run->running = first;
        while (first->state == TASK_RUNNING && !run->started && (take_report(run, 0) || errno == EINTR))
            ;
        long used = used_ms();
        follow(run);
        setitimer(ITIMER_REAL, &never, NULL);
        conclude(run, out, used_ms() - used);
    }
    sigaction(SIGALRM, &before, NULL);
    return !error && !run->started ? ENOEXEC : error;
}

int timed_run(const struct timed_options *options, struct timed_result *result)
{
    memset(result, 0, sizeof *result);
    struct run *run = calloc(1, sizeof *run);
    int out = memfd_create("output", MFD_CLOEXEC);
    if (!run || out < 0)
        return errno;
    run->options = options;
    run->result = result;
    run->count = 1;
    cpu_set_t before;
    share_one_cpu(&before);
    int error = run_ticking(run, out);
    sched_setaffinity(0, sizeof before, &before);
    close(out);
    free(run);
    if (error)
        timed_free(result);
    return error;
}

void timed_free(struct timed_result *result)
{
    free(result->out);
    free(result->events);
    memset(result, 0, sizeof *result);
}
