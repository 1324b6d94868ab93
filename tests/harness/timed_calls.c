/* What a system call means in virtual time: a mark, a sleep, a birth, a signal; or something that an exercise about
 * signals has no business asking for.  Looks and decides; resumes nobody. */
#include "tests/harness/calls.h"
#include "tests/harness/timed_run.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* What may wait in the kernel until something happens. */
static const short waits[] = {
    SYS_read,  SYS_wait4, SYS_waitid, SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_futex, SYS_ppoll, SYS_pselect6,
#ifdef SYS_pause
    SYS_pause, SYS_poll,  SYS_select,
#endif
};

/* What is more than harmless, and still an exercise's own business. */
static const short also_allowed[] = {
    SYS_pipe2,   SYS_signalfd4, SYS_sched_yield, SYS_exit, SYS_exit_group,
#ifdef SYS_pipe
    SYS_pipe,
#endif
#ifdef SYS_getpgrp
    SYS_getpgrp,
#endif
    SYS_getpgid,
};

static bool among(const short *numbers, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (number == (uint64_t)numbers[i])
            return true;
    return false;
}

bool timed_call_waits(uint64_t number)
{
    return among(waits, sizeof waits / sizeof *waits, number);
}

enum call_action timed_refuse(struct run *run, const char *what)
{
    snprintf(run->result->refused, sizeof run->result->refused, "%s", what);
    return CALL_REFUSE;
}

static enum call_action call_mark(struct run *run, struct task *task)
{
    const uint64_t *argument = task->argument;
    switch (argument[0]) {
    case TIMED_MARK_BURN:
        task->burn += argument[1];
        task->burn_inside = task->inside;
        task->newborn = false;
        task->state = TASK_READY;
        return CALL_HOLD;
    case TIMED_MARK_SAY:
        timed_note_word(run, TIMED_SAY, task, argument[1], (long)argument[2]);
        break;
    case TIMED_MARK_UNSAFE:
        if (task->inside)
            timed_note_word(run, TIMED_UNSAFE, task, argument[1], 0);
        break;
    case TIMED_MARK_WATCH:
    case TIMED_MARK_WATCH_END:
        run->watching = argument[0] == TIMED_MARK_WATCH;
        break;
    }
    return CALL_GO_ON;
}

static enum call_action call_prctl(struct run *run, struct task *task)
{
    switch (task->argument[0]) {
    case PR_SET_PDEATHSIG:
    case PR_GET_PDEATHSIG:
    case PR_SET_NAME:
        return CALL_GO_ON;
    default:
        return timed_refuse(run, "for a prctl that is neither PR_SET_PDEATHSIG nor PR_SET_NAME");
    }
}

/* A sleep is held back until virtual time has come that far; the kernel's own clock is never asked. */
static enum call_action call_sleep(struct run *run, struct task *task, uint64_t duration, bool absolute)
{
    int64_t words[2];
    if (!timed_peek(task, duration, words, sizeof words) || words[0] < 0 || words[1] < 0 || words[1] >= 1000000000)
        return CALL_GO_ON; /* the kernel will say EFAULT or EINVAL */
    uint64_t length = (uint64_t)(words[0] * 1000000 + (words[1] + 999) / 1000);
    if (absolute)
        length = length > run->now + 1000000 ? length - run->now - 1000000 : 0;
    timed_note(run, TIMED_SLEEP, task, (long)length, 0);
    task->wake = run->now + length;
    task->state = TASK_NAPPING;
    task->newborn = false;
    return CALL_HOLD;
}

/* A machine that has no room for another process says so. */
static enum call_action call_fork(struct run *run, struct task *task)
{
    if (run->count >= TIMED_TASKS_MAX)
        return timed_refuse(run, "for more than 63 processes");
    run->as_thread = false;
    if (++run->forks != run->options->fork_fails_at)
        return CALL_GO_ON;
    task->answer = (struct answer){.given = true, .result = -EAGAIN};
    return CALL_ANSWER;
}

static enum call_action call_clone(struct run *run, struct task *task)
{
    struct clone_args clone = {.flags = task->argument[0]};
    if (task->number == SYS_clone3) {
        size_t size = task->argument[1] < sizeof clone ? task->argument[1] : sizeof clone;
        memset(&clone, 0, sizeof clone);
        timed_peek(task, task->argument[0], &clone, size);
    }
    if (clone.flags & CLONE_UNTRACED)
        return timed_refuse(run, "for a process that nobody can trace");
    if (clone.flags & CLONE_VFORK)
        return timed_refuse(run, "to become another program");
    if (!(clone.flags & CLONE_THREAD))
        return call_fork(run, task);
    if (run->count >= TIMED_TASKS_MAX)
        return timed_refuse(run, "for more than 63 processes");
    run->as_thread = true;
    return CALL_GO_ON;
}

static struct task *known(struct run *run, pid_t pid)
{
    for (unsigned i = run->count; i-- > 0;)
        if (run->tasks[i].tid == pid)
            return &run->tasks[i];
    return NULL;
}

/* Signals go to the program's own processes only, one by one. */
static enum call_action call_kill(struct run *run, struct task *task)
{
    pid_t target = (pid_t)task->argument[0];
    if (known(run, target))
        return CALL_GO_ON;
    return timed_refuse(run, target <= 0 ? "to send a signal to a whole group of processes"
                                         : "to send a signal to somebody else");
}

static enum call_action call_open(struct run *run, struct task *task)
{
    char path[160] = "";
    if (task->argument[2] & (O_ACCMODE | O_CREAT | O_TRUNC))
        return timed_refuse(run, "to open a file for writing");
    for (size_t i = 0; i + 1 < sizeof path && timed_peek(task, task->argument[1] + i, path + i, 1) && path[i]; i++)
        ;
    if (calls_may_read(path))
        return CALL_GO_ON;
    snprintf(run->result->refused, sizeof run->result->refused, "to read the file %.120s", path);
    return CALL_REFUSE;
}

static enum call_action call_other(struct run *run, struct task *task)
{
    uint64_t number = task->number;
    if (timed_clock_knows(number))
        return timed_clock_call(run, task);
    if (timed_call_waits(number) || calls_harmless(number) ||
        among(also_allowed, sizeof also_allowed / sizeof *also_allowed, number))
        return CALL_GO_ON;
    if (calls_name(number))
        return timed_refuse(run, calls_name(number));
    snprintf(run->result->refused, sizeof run->result->refused, "for system call %llu", (unsigned long long)number);
    return CALL_REFUSE;
}

enum call_action timed_call(struct run *run, struct task *task)
{
    const uint64_t *argument = task->argument;
    switch (task->number) {
    case TIMED_MARK:
        return call_mark(run, task);
    case SYS_prctl:
        return call_prctl(run, task);
    case SYS_nanosleep:
        return call_sleep(run, task, argument[0], false);
    case SYS_clock_nanosleep:
        return call_sleep(run, task, argument[2], argument[1] & TIMER_ABSTIME);
    case SYS_restart_syscall: /* a sleep that a signal without a handler interrupted */
        if (task->wake <= run->now)
            return CALL_GO_ON;
        task->state = TASK_NAPPING;
        return CALL_HOLD;
    case SYS_clone:
    case SYS_clone3:
        return call_clone(run, task);
#ifdef SYS_fork
    case SYS_fork:
        return call_fork(run, task);
#endif
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
        return call_kill(run, task);
    case SYS_openat:
        return call_open(run, task);
    case SYS_prlimit64:
        return argument[2] == 0 ? CALL_GO_ON : timed_refuse(run, "to change its limits");
    case SYS_rt_sigreturn:
        task->inside -= task->inside > 0;
        timed_note(run, TIMED_RETURN, task, 0, 0);
        return CALL_GO_ON;
    default:
        return call_other(run, task);
    }
}

/* ---- calls that have returned ---- */

static void returned_action(struct run *run, struct task *task)
{
    uint64_t action[2] = {0, 0}, signo = task->argument[0]; /* the handler, the flags */
    if (!task->argument[1] || signo >= SIGNALS || !timed_peek(task, task->argument[1], action, sizeof action))
        return;
    unsigned char kind = action[0] == (uint64_t)SIG_DFL ? 0 : action[0] == (uint64_t)SIG_IGN ? 1 : 2;
    task->process->handlers[signo] = kind;
    timed_note(run, TIMED_HANDLER, task, (long)signo, kind);
}

/* A signal that was sent is taken before the sender goes on: on one CPU, with a kernel that is prompt. */
static void returned_kill(struct run *run, struct task *task)
{
    struct task *target = known(run, (pid_t)task->argument[task->number == SYS_tgkill]);
    int signo = (int)task->argument[1 + (task->number == SYS_tgkill)];
    timed_note(run, TIMED_KILL, task, signo, target ? target - run->tasks : -1);
    if (!target || signo == 0 || target->state >= TASK_ENDED || target == task)
        return;
    bool wakes = signo == SIGKILL || (signo == SIGCONT && target->state == TASK_STOPPED);
    if (wakes)
        target->state = TASK_ASLEEP; /* it will report by itself */
    else
        target->poked |= target->state == TASK_READY;
}

static void returned_mask(struct run *run, struct task *task)
{
    uint64_t mask = timed_mask_of(task, "SigBlk");
    if ((mask ^ task->mask) >> (SIGALRM - 1) & 1)
        timed_note(run, TIMED_MASK, task, (long)mask, 0);
    task->mask = mask;
}

static void reaped(struct run *run, pid_t pid)
{
    struct task *child = known(run, pid);
    if (!child || child->state != TASK_ENDED)
        return;
    child->state = TASK_GONE;
    timed_note(run, TIMED_REAPED, child, 0, 0);
}

static void returned_waitid(struct run *run, struct task *task)
{
    int words[5] = {0}; /* signal, errno, code, nothing, pid */
    bool looks_only = task->argument[3] & WNOWAIT;
    if (!looks_only && task->argument[2] && timed_peek(task, task->argument[2], words, sizeof words))
        reaped(run, words[4]);
}

void timed_returned(struct run *run, struct task *task, long result)
{
    if (result < 0)
        return;
    switch (task->number) {
    case SYS_rt_sigaction:
        returned_action(run, task);
        break;
    case SYS_rt_sigprocmask:
        returned_mask(run, task);
        break;
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
        returned_kill(run, task);
        break;
    case SYS_wait4:
        reaped(run, (pid_t)result);
        break;
    case SYS_waitid:
        returned_waitid(run, task);
        break;
    }
}
