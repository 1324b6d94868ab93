/* The run itself: start the program, and then, stop by stop, let one thread go on until none is left.
 *
 *     while (running)  wait for its next stop → what does it mean? → who runs next? → resume
 *
 * Order is birth_order.c's business, the meaning of calls birth_calls.c's; verdicts are the suites'. */
#include "tests/harness/birth_run.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 50, SPIN_MS = 100, IDLE_TURNS_OF_A_SPIN = 50 };

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
    } else if (signo == SIGXCPU) { /* told, not guessed from the time used: the kernel's limit counts in ticks */
        end_run(run, BIRTH_OUT_OF_TIME);
    } else if (event) {
        snprintf(run->result->refused, sizeof run->result->refused, "to stop itself, or to become another program");
        end_run(run, BIRTH_REFUSED);
    } else {
        resume(run, task, signo); /* a signal: delivered as if nobody had looked */
    }
}

/* ---- limits ---- */

/* The clock has ticked.  A thread that has used SPIN_MS of CPU time without a call is taken to spin until another
 * has done something, and lets that one go first.  CPU time, not the wall's: load on the machine changes nothing. */
static void at_tick(struct run *run, long long *cpu_at_stop)
{
    if (traced_past(&run->traced, BIRTH_DEADLINE_SECONDS))
        end_run(run, BIRTH_NO_ANSWER);
    if (run->ending || !run->started || traced_cpu_ms(run->pid) - *cpu_at_stop < SPIN_MS * (long long)run_patience())
        return;
    *cpu_at_stop = traced_cpu_ms(run->pid);
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
            cpu_at_stop = traced_ticked() ? traced_cpu_ms(run->pid) : 0;
            at_report(run, tid, status);
        } else if (errno == EINTR) {
            at_tick(run, &cpu_at_stop);
        } else {
            break;
        }
    }
}

static void conclude(struct run *run)
{
    struct birth_result *result = run->result;
    const struct timeval *user = &run->used.ru_utime, *kernel = &run->used.ru_stime;
    long used_ms = (user->tv_sec + kernel->tv_sec) * 1000 + (user->tv_usec + kernel->tv_usec) / 1000;
    result->status = run->leader_status;
    for (unsigned i = 1; i < run->count; i++)
        result->joined += run->tasks[i].awaited;
    if (result->end == BIRTH_EXITED && WIFSIGNALED(result->status)) {
        enum traced_limit limit = traced_limit(&run->traced, result->status, used_ms);
        result->end = limit == TRACED_OUTPUT ? BIRTH_TOO_MUCH
                      : limit == TRACED_CPU  ? BIRTH_OUT_OF_TIME
                                             : BIRTH_SIGNALLED;
    }
}

/* From the first instruction to the last.  An errno if there was no program to run. */
static int run_program(struct run *run)
{
    const char *const arguments[] = {run->options->arguments[0], run->options->arguments[1], NULL};
    const struct traced_options how = {.program = run->options->program,
                                       .arguments = arguments,
                                       .cpu_seconds = BIRTH_CPU_SECONDS,
                                       .output_max = BIRTH_OUTPUT_MAX,
                                       .tick_ms = TICK_MS};
    int error = traced_start(&run->traced, &how);
    if (error)
        return error;
    run->pid = run->traced.pid;
    run->tasks[0] = (struct task){.tid = run->pid, .state = TASK_RUNNING};
    run->running = run->tasks;
    follow(run);
    conclude(run);
    run->result->out = traced_finish(&run->traced, &run->result->out_size);
    return run->started ? 0 : ENOEXEC;
}

int birth_run(const struct birth_options *options, struct birth_result *result)
{
    memset(result, 0, sizeof *result);
    struct run run = {.options = options, .result = result, .memory = -1, .pagemap = -1, .count = 1};
    if (!(run.history = open_memstream(&result->history, &run.history_size)))
        return errno;
    int error = run_program(&run);
    fclose(run.history);
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
