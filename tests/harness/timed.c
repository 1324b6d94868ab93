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
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TICK_MS = 10, SPIN_MS = 20, CALLS_OF_A_SPIN = 400, CALLS_MAX = 5000, BARREN_MAX = 100, SPINS_ON = 10000 };

static bool past_deadline(const struct run *run)
{
    return traced_past(&run->traced, TIMED_DEADLINE_SECONDS);
}

/* ---- limits ---- */

/* The real clock has ticked.  A task that has used SPIN_MS of CPU time without a call is looked at, whether it spins:
 * then time may pass, and others may go first.  True. */
static bool at_tick(struct run *run, long long *cpu_at_start)
{
    if (past_deadline(run))
        timed_end_run(run, TIMED_NO_ANSWER);
    struct task *task = run->running;
    if (run->ending || !run->started || !task || task->in_call ||
        traced_cpu_ms(task->process->tid) - *cpu_at_start < SPIN_MS * (long long)run_patience())
        return true;
    *cpu_at_start = traced_cpu_ms(task->process->tid);
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
        if (past_deadline(run))
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
    long long cpu_at_start = traced_cpu_ms(task->process->tid);
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

static void conclude(struct run *run, long used)
{
    struct timed_result *result = run->result;
    result->status = run->status;
    if (result->end == TIMED_EXITED && WIFSIGNALED(run->status)) {
        enum traced_limit limit = traced_limit(&run->traced, run->status, used);
        result->end = limit == TRACED_OUTPUT ? TIMED_TOO_MUCH
                      : limit == TRACED_CPU  ? TIMED_OUT_OF_TIME
                                             : TIMED_SIGNALLED;
    }
    for (unsigned i = 1; i < run->count; i++)
        result->processes += run->tasks[i].process == &run->tasks[i];
}

/* From the first instruction to the last.  An errno if there was no program to run. */
static int run_program(struct run *run)
{
    const struct traced_options how = {.program = run->options->program,
                                       .arguments = run->options->arguments,
                                       .cpu_seconds = TIMED_CPU_SECONDS,
                                       .output_max = TIMED_OUTPUT_MAX,
                                       .tick_ms = TICK_MS};
    struct task *first = &run->tasks[0];
    size_t size;
    int error = traced_start(&run->traced, &how);
    if (error)
        return error;
    run->pid = run->traced.pid;
    *first = (struct task){.tid = run->pid, .state = TASK_RUNNING, .process = first};
    run->running = first;
    while (first->state == TASK_RUNNING && !run->started && (take_report(run, 0) || errno == EINTR))
        ;
    long used = used_ms();
    follow(run);
    conclude(run, used_ms() - used);
    run->result->out = traced_finish(&run->traced, &size);
    return run->started ? 0 : ENOEXEC;
}

int timed_run(const struct timed_options *options, struct timed_result *result)
{
    memset(result, 0, sizeof *result);
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return errno;
    run->options = options;
    run->result = result;
    run->count = 1;
    int error = run_program(run);
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
