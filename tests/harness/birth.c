/* The run itself: start the program, and then, stop by stop, let one thread go on until none is left.
 *
 *     while (running)  wait for its next stop → what does it mean? → who runs next? → resume
 *
 * Order is birth_order.c's business, the meaning of calls birth_calls.c's; verdicts are the suites'. */
#include "tests/harness/birth_run.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 50, SPIN_MS = 100, IDLE_TURNS_OF_A_SPIN = 50 };

static volatile sig_atomic_t ticks;

static void tick(int signo)
{
    (void)signo;
    ticks++;
}

/* ---- starting ---- */

static void limit(int resource, rlim_t soft, rlim_t hard)
{
    setrlimit(resource, &(struct rlimit){soft, hard});
}

/* In the child: waits until it is traced, then becomes the program. */
static void become_program(const struct birth_options *options, int go, int out)
{
    static char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C", NULL};
    char *const argv[] = {(char *)options->program, (char *)options->arguments[0], (char *)options->arguments[1], NULL};
    int nothing = open("/dev/null", O_RDWR);
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    personality(ADDR_NO_RANDOMIZE); /* a wild result is the same wild result each time */
    limit(RLIMIT_CPU, BIRTH_CPU_SECONDS * run_patience(), BIRTH_CPU_SECONDS * run_patience());
    limit(RLIMIT_FSIZE, BIRTH_OUTPUT_MAX, BIRTH_OUTPUT_MAX);
    limit(RLIMIT_CORE, 0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
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

/* ---- one thread after the other ---- */

static struct task *task_of(struct run *run, pid_t tid)
{
    for (unsigned i = run->count; i-- > 0;)
        if (run->tasks[i].tid == tid && run->tasks[i].state != TASK_GONE)
            return &run->tasks[i];
    return NULL;
}

static unsigned count_alive(const struct run *run)
{
    unsigned alive = 0;
    for (unsigned i = 1; i < run->count; i++)
        alive += run->tasks[i].state != TASK_GONE;
    return alive;
}

static void resume(struct run *run, struct task *task, int signo)
{
    task->state = TASK_RUNNING;
    run->running = task;
    ptrace(run->started ? PTRACE_SYSCALL : PTRACE_CONT, task->tid, NULL, (unsigned long)signo);
}

static void end_run(struct run *run, enum birth_end end)
{
    if (!run->ending)
        run->result->end = end;
    run->ending = true;
    kill(run->pid, SIGKILL);
}

static void run_next(struct run *run)
{
    struct task *next = birth_choose(run);
    if (!next) {
        birth_note(run, "all wait", NULL);
        end_run(run, BIRTH_DEADLOCK);
        return;
    }
    if (next->state == TASK_HELD)
        birth_note(run, "run", next);
    resume(run, next, 0);
}

/* A thread is born and stays where it is; its creator goes on, unless newborns come first. */
static void thread_born(struct run *run, struct task *creator)
{
    unsigned long tid = 0;
    int status;
    ptrace(PTRACE_GETEVENTMSG, creator->tid, NULL, &tid);
    while (run->early != (pid_t)tid && waitpid((pid_t)tid, &status, __WALL) < 0 && errno == EINTR)
        ;
    run->early = 0;
    run->newborn.tid = (pid_t)tid;
    run->tasks[run->count++] = run->newborn;
    run->result->created++;
    if (count_alive(run) > run->result->alive_at_most)
        run->result->alive_at_most = count_alive(run);
    birth_note(run, "create", &run->tasks[run->count - 1]);
    if (run->options->order == BIRTH_AT_ONCE && !run->options->never_run) {
        creator->state = TASK_READY;
        run_next(run);
    } else {
        resume(run, creator, 0);
    }
}

static void thread_ended(struct run *run, struct task *task)
{
    task->state = TASK_GONE;
    if (run->options->scorch_stacks && task != run->tasks)
        birth_scorch(run, task);
    if (!run->ending)
        run_next(run);
}

static void at_call(struct run *run, struct task *task)
{
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY) {
        resume(run, task, 0);
        return;
    }
    if (!run->machine)
        run->machine = info.arch;
    switch (birth_call(run, task, &info)) {
    case CALL_GO_ON:
        resume(run, task, 0);
        /* The first thread becomes a zombie that is reported only after all others: go on without it. */
        if (info.entry.nr == SYS_exit && task == run->tasks && count_alive(run) > 0) {
            birth_note(run, "end", task);
            thread_ended(run, task);
        } else if (info.entry.nr == SYS_exit_group) {
            run->result->alive_at_exit = count_alive(run) - (task != run->tasks);
            run->ending = true;
        }
        break;
    case CALL_STOP_HERE:
        run_next(run);
        break;
    case CALL_REFUSE:
        end_run(run, BIRTH_REFUSED);
        break;
    }
}

static void program_started(struct run *run)
{
    char path[64];
    run->started = true;
    snprintf(path, sizeof path, "/proc/%d/mem", run->pid);
    run->memory = open(path, O_RDWR | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/pagemap", run->pid);
    run->pagemap = open(path, O_RDONLY | O_CLOEXEC);
}

static void at_stop(struct run *run, struct task *task, int status)
{
    int signo = WSTOPSIG(status), event = status >> 16;
    if (signo == (SIGTRAP | 0x80)) {
        at_call(run, task);
    } else if (event == PTRACE_EVENT_EXEC && !run->started) {
        program_started(run);
        resume(run, task, 0);
    } else if (event == PTRACE_EVENT_CLONE) {
        thread_born(run, task);
    } else if (event == PTRACE_EVENT_STOP && signo == SIGTRAP) { /* interrupted: it was spinning */
        run->idle_turns += IDLE_TURNS_OF_A_SPIN;
        task->state = TASK_READY;
        run->yielded = task;
        run_next(run);
    } else if (event) {
        snprintf(run->result->refused, sizeof run->result->refused, "to stop itself, or to become another program");
        end_run(run, BIRTH_REFUSED);
    } else {
        resume(run, task, signo); /* a signal: delivered as if nobody had looked */
    }
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

/* The clock has ticked.  A thread that has used SPIN_MS of CPU time without a call is taken to spin until another
 * has done something, and lets that one go first.  CPU time, not the wall's: load on the machine changes nothing. */
static void at_tick(struct run *run, long long *cpu_at_stop)
{
    if ((unsigned)ticks * TICK_MS > BIRTH_DEADLINE_SECONDS * 1000 * run_patience())
        end_run(run, BIRTH_NO_ANSWER);
    if (run->ending || !run->started || cpu_ms(run->pid) - *cpu_at_stop < SPIN_MS * (long long)run_patience())
        return;
    *cpu_at_stop = cpu_ms(run->pid);
    ptrace(PTRACE_INTERRUPT, run->running->tid, NULL, NULL);
}

/* One report of the kernel's: which thread, and what of it? */
static void at_report(struct run *run, pid_t tid, int status)
{
    struct task *task = task_of(run, tid);
    if (tid == run->pid && !WIFSTOPPED(status)) {
        run->leader_status = status;
        run->leader_reaped = true;
    } else if (!WIFSTOPPED(status)) {
        /* A thread that dies outside its turn, or of a signal, dies with the whole program. */
        run->ending |= WIFSIGNALED(status) || (task && task != run->running);
        if (task)
            thread_ended(run, task);
    } else if (run->ending) {
        ptrace(PTRACE_CONT, tid, NULL, NULL); /* on its way out */
    } else if (task) {
        at_stop(run, task, status);
    } else {
        run->early = tid; /* a newborn may be reported before its creator's clone */
    }
}

/* Report by report, until every thread is gone: the first one is reported last. */
static void follow(struct run *run)
{
    long long cpu_at_stop = 0;
    while (!run->leader_reaped) {
        int status;
        pid_t tid = wait4(-1, &status, __WALL | __WNOTHREAD, &run->used);
        if (tid > 0) {
            cpu_at_stop = ticks ? cpu_ms(run->pid) : 0;
            at_report(run, tid, status);
        } else if (errno == EINTR) {
            at_tick(run, &cpu_at_stop);
        } else {
            break;
        }
    }
}

static void conclude(struct run *run, int out)
{
    struct birth_result *result = run->result;
    result->status = run->leader_status;
    for (unsigned i = 1; i < run->count; i++)
        result->joined += run->tasks[i].awaited;
    if (result->end == BIRTH_EXITED && WIFSIGNALED(result->status)) {
        int signo = WTERMSIG(result->status);
        /* A program that ignores SIGXCPU is killed at the limit; memory run short kills, too, and is something else. */
        const struct timeval *user = &run->used.ru_utime, *kernel = &run->used.ru_stime;
        long used_ms = (user->tv_sec + kernel->tv_sec) * 1000 + (user->tv_usec + kernel->tv_usec) / 1000;
        bool used_up = used_ms >= BIRTH_CPU_SECONDS * 900l * run_patience();
        result->end = signo == SIGXFSZ                                    ? BIRTH_TOO_MUCH
                      : signo == SIGXCPU || (signo == SIGKILL && used_up) ? BIRTH_OUT_OF_TIME
                                                                          : BIRTH_SIGNALLED;
    }
    off_t size = lseek(out, 0, SEEK_END);
    result->out = calloc(1, (size_t)size + 1);
    if (!result->out)
        abort();
    ssize_t got = pread(out, result->out, (size_t)size, 0);
    result->out_size = got > 0 ? (size_t)got : 0;
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
        setitimer(ITIMER_REAL, &every, NULL);
        run->tasks[0] = (struct task){.tid = run->pid, .state = TASK_RUNNING};
        run->running = run->tasks;
        follow(run);
        setitimer(ITIMER_REAL, &never, NULL);
        conclude(run, out);
    }
    sigaction(SIGALRM, &before, NULL);
    return !error && !run->started ? ENOEXEC : error;
}

int birth_run(const struct birth_options *options, struct birth_result *result)
{
    memset(result, 0, sizeof *result);
    struct run run = {.options = options, .result = result, .memory = -1, .pagemap = -1, .count = 1};
    int out = memfd_create("output", MFD_CLOEXEC);
    if (out < 0 || !(run.history = open_memstream(&result->history, &run.history_size)))
        return errno;
    cpu_set_t before;
    share_one_cpu(&before);
    int error = run_ticking(&run, out);
    sched_setaffinity(0, sizeof before, &before);
    fclose(run.history);
    close(out);
    if (run.memory >= 0)
        close(run.memory);
    if (run.pagemap >= 0)
        close(run.pagemap);
    if (error)
        birth_free(result);
    return error;
}

void birth_free(struct birth_result *result)
{
    free(result->out);
    free(result->history);
    memset(result, 0, sizeof *result);
}
