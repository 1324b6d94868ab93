/* What a stop means: a call's entry or exit, a signal, a birth, an end.  Sets states; who goes on is decided elsewhere.
 */
#include "tests/harness/timed_stops.h"
#include "tests/harness/arch/arch.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NO_CALL_SOON = 3000 };

void timed_resume(struct run *run, struct task *task)
{
    int signo = task->inject;
    task->inject = 0;
    task->state = TASK_RUNNING;
    if (signo && signo < SIGNALS && task->process->handlers[signo] == 2) {
        task->inside++;
        timed_note(run, TIMED_SIGNAL, task, signo, 0);
    }
    if (task->in_call && task->answer.given)
        arch_skip_call(task->tid);
    ptrace(run->started ? PTRACE_SYSCALL : PTRACE_CONT, task->tid, NULL, (unsigned long)signo);
}

/* ---- calls ---- */

/* A moment: here the alarm may strike early, or the process be killed. */
static bool at_moment(struct run *run, struct task *task)
{
    struct timed_result *result = run->result;
    if (task != run->tasks || !run->watching)
        return false;
    if (++result->moments == run->options->kill_at)
        kill(task->tid, SIGKILL);
    if (!timed_armed(task, SIGALRM) || ++result->armed_moments != run->options->strike_at)
        return false;
    timed_strike(run, task, SIGALRM);
    return true;
}

static void at_entry(struct run *run, struct task *task, const struct __ptrace_syscall_info *info)
{
    if (!run->machine)
        run->machine = info->arch;
    task->in_call = true;
    task->interrupted = false; /* whatever it was doing, it did not spin */
    task->number = info->entry.nr;
    for (int i = 0; i < 6; i++)
        task->argument[i] = info->entry.args[i];
    if (task->number != SYS_rt_sigreturn)
        task->spins = 0;
    enum call_action action =
        info->arch == run->machine ? timed_call(run, task) : timed_refuse(run, "for a call of another CPU");
    if (action == CALL_GO_ON && timed_call_waits(task->number) && at_moment(run, task)) {
        /* Struck between the last instruction before the wait and the wait itself. */
        task->answer = (struct answer){.given = true, .retry = true};
        action = CALL_ANSWER;
    }
    if (action == CALL_REFUSE)
        timed_end_run(run, TIMED_REFUSED);
    else if (action != CALL_HOLD)
        timed_resume(run, task);
}

static void at_exit(struct run *run, struct task *task, const struct __ptrace_syscall_info *info)
{
    long result = (long)info->exit.rval;
    bool was_in_call = task->in_call; /* a newborn was not */
    struct answer answer = task->answer;
    task->in_call = false;
    task->answer.given = false;
    task->state = TASK_READY;
    if (answer.given && answer.retry) {
        arch_retry_call(task->tid, task->number, task->argument[0]);
        return;
    }
    if (answer.given) {
        result = answer.result;
        if (answer.size && !timed_poke(task, answer.address, answer.bytes, answer.size))
            result = -EFAULT;
        arch_set_result(task->tid, result);
    } else if (was_in_call) {
        timed_returned(run, task, result);
    }
    if (was_in_call)
        at_moment(run, task);
}

static void at_call(struct run *run, struct task *task)
{
    struct __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof info, &info) <= 0)
        return; /* killed meanwhile: its end will be reported */
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
        at_entry(run, task, &info);
    else
        at_exit(run, task, &info);
}

/* ---- signals ---- */

/* A signal is about to be taken.  One that we sent in a timer's place says that it comes from a timer. */
static void at_signal(struct task *task, int signo)
{
    siginfo_t info;
    if (ptrace(PTRACE_GETSIGINFO, task->tid, NULL, &info) == 0 && info.si_code == SI_USER && info.si_pid == getpid()) {
        info.si_code = SI_KERNEL;
        info.si_pid = 0;
        ptrace(PTRACE_SETSIGINFO, task->tid, NULL, &info);
    }
    task->inject = signo;
    task->state = TASK_READY;
    task->spinning = false;
    /* It takes effect before anybody goes on; but one that changes nothing does not shorten what it was computing. */
    bool ignored = signo == SIGCHLD || signo == SIGCONT || signo == SIGURG || signo == SIGWINCH;
    unsigned char handler = task->process->handlers[signo < SIGNALS ? signo : 0];
    task->poked = handler == 2 || (handler == 0 && !ignored);
}

static void look_again(struct task *parent)
{
    if (parent)
        parent->spinning = false;
}

static void at_stopped(struct run *run, struct task *task)
{
    ptrace(PTRACE_LISTEN, task->tid, NULL, NULL);
    if (!task->stopped)
        timed_note(run, TIMED_STOPPED, task, 0, 0);
    task->state = TASK_STOPPED;
    task->newborn = task->poked = false;
    task->stopped = true;
    look_again(task->parent);
}

/* A trap without a cause of its own: our interruption, or the kernel's news that a SIGCONT has come. */
static void at_trap(struct run *run, struct task *task)
{
    if (task->state == TASK_RUNNING && task->interrupted) {
        /* CPU time made us look; that it spins is said by instructions, which no load on the machine makes more. */
        task->state = TASK_READY;
        task->interrupted = false;
        if (timed_spins_on(run, task, NO_CALL_SOON)) {
            task->spinning = true;
            task->spins++;
        }
        return;
    } else if (task->stopped) {
        timed_note(run, TIMED_CONTINUED, task, 0, 0);
        look_again(task->parent);
    }
    task->interrupted = false;
    task->stopped = false;
    task->state = TASK_READY;
}

void timed_wake(struct run *run)
{
    for (unsigned i = 0; i < run->count; i++) {
        struct task *task = &run->tasks[i];
        bool asks = task->state == TASK_NAPPING || (task->state == TASK_READY && task->poked && !task->inject);
        if (!asks)
            continue;
        uint64_t pending = timed_mask_of(task, "SigPnd") | timed_mask_of(task, "ShdPnd");
        bool has_signal = pending & ~timed_mask_of(task, "SigBlk");
        if (task->state == TASK_NAPPING && has_signal)
            task->state = TASK_READY;
        task->poked = has_signal;
    }
}

/* ---- births and ends ---- */

static void at_birth(struct run *run, struct task *parent)
{
    unsigned long tid = 0;
    int status;
    ptrace(PTRACE_GETEVENTMSG, parent->tid, NULL, &tid);
    while (run->early != (pid_t)tid && waitpid((pid_t)tid, &status, __WALL) < 0 && errno == EINTR)
        ;
    run->early = 0;
    struct task *child = &run->tasks[run->count++];
    *child = (struct task){
        .tid = (pid_t)tid, .state = TASK_READY, .newborn = true, .inside = parent->inside, .mask = parent->mask};
    child->process = run->as_thread ? parent->process : child;
    child->parent = parent->process;
    for (int i = 0; i < SIGNALS && !run->as_thread; i++)
        child->handlers[i] = parent->process->handlers[i];
    if (!run->as_thread)
        timed_note(run, TIMED_FORK, parent, child - run->tasks, 0);
    timed_resume(run, parent);
}

static void at_end(struct run *run, struct task *task, int status)
{
    task->state = TASK_ENDED;
    if (task->process != task)
        return;
    timed_note(run, TIMED_ENDED, task, status, 0);
    look_again(task->parent);
    if (task == run->tasks) {
        run->status = status;
        for (unsigned i = 1; i < run->count; i++)
            run->result->zombies += run->tasks[i].process == &run->tasks[i] && run->tasks[i].state == TASK_ENDED;
    } else if (task->parent->handlers[SIGCHLD] == 1) {
        task->state = TASK_GONE; /* who ignores SIGCHLD has no zombies */
    }
}

static void at_exec(struct run *run, struct task *task)
{
    struct __ptrace_syscall_info info;
    run->started = true;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof info, &info) > 0)
        timed_hide_vdso(task, info.stack_pointer);
    task->in_call = false;
    task->state = TASK_READY;
}

void timed_report(struct run *run, pid_t tid, int status)
{
    struct task *task = timed_task(run, tid);
    int signo = WSTOPSIG(status), event = status >> 16;
    if (!task)
        run->early = WIFSTOPPED(status) ? tid : 0; /* a newborn may be reported before its parent's fork */
    else if (!WIFSTOPPED(status))
        at_end(run, task, status);
    else if (run->ending)
        ptrace(PTRACE_CONT, tid, NULL, NULL);
    else if (signo == (SIGTRAP | 0x80))
        at_call(run, task);
    else if (event == PTRACE_EVENT_EXEC)
        at_exec(run, task);
    else if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK)
        at_birth(run, task);
    else if (event == PTRACE_EVENT_STOP && signo == SIGTRAP)
        at_trap(run, task);
    else if (event == PTRACE_EVENT_STOP)
        at_stopped(run, task);
    else if (signo == SIGXCPU) /* told, not guessed from the time used: the kernel's limit counts in ticks */
        timed_end_run(run, TIMED_OUT_OF_TIME);
    else if (run->started)
        at_signal(task, signo);
    else
        timed_resume(run, task);
}

/* ---- loops without end ---- */

bool timed_spins_on(struct run *run, struct task *task, unsigned instructions)
{
    struct __ptrace_syscall_info info;
    bool reserved = false;
    for (unsigned i = 0; i < instructions; i++) {
        unsigned char next[4] = {0};
        int status;
        task->spinning = false;
        if (ptrace(PTRACE_GET_SYSCALL_INFO, task->tid, sizeof info, &info) <= 0 ||
            !timed_peek(task, info.instruction_pointer, next, sizeof next) || arch_calls_next(next))
            return false;
        if (!task->inject && arch_step(task->tid, next, &reserved))
            continue;
        ptrace(PTRACE_SINGLESTEP, task->tid, NULL, (unsigned long)task->inject);
        task->inject = 0;
        while (waitpid(task->tid, &status, __WALL) < 0 && errno == EINTR)
            ;
        if (!WIFSTOPPED(status) || status >> 8 != SIGTRAP) {
            task->state = TASK_RUNNING;
            timed_report(run, task->tid, status);
            return false;
        }
    }
    return true;
}
