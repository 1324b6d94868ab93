/* What a system call means to a run: a birth, a wait, an end, a nap, a mark; or something that a program of threads
 * has no business asking for.  Looks and decides; resumes nobody.
 *
 * Calls are told by the kernel's own description of them (PTRACE_GET_SYSCALL_INFO), so nothing here knows a CPU. */
#include "tests/harness/birth_run.h"
#include "tests/harness/calls.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

static enum call_action refuse(struct run *run, const char *what)
{
    snprintf(run->result->refused, sizeof run->result->refused, "%s", what);
    return CALL_REFUSE;
}

static enum call_action judge_by_number(struct run *run, uint64_t number)
{
    if (calls_harmless(number))
        return CALL_GO_ON;
    if (calls_name(number))
        return refuse(run, calls_name(number));
    snprintf(run->result->refused, sizeof run->result->refused, "for system call %llu", (unsigned long long)number);
    return CALL_REFUSE;
}

/* A thread is born: where will the kernel announce its end, and where is its stack? */
static enum call_action call_clone(struct run *run, const struct __ptrace_syscall_info *info)
{
    const uint64_t *argument = info->entry.args;
    struct clone_args clone = {.flags = argument[0], .child_tid = argument[2]};
    if (info->entry.nr == SYS_clone3) {
        size_t size = argument[1] < sizeof clone ? argument[1] : sizeof clone;
        memset(&clone, 0, sizeof clone);
        if (!birth_peek(run, argument[0], &clone, size))
            return CALL_GO_ON; /* the kernel will say EFAULT */
    } else {
        /* The older call tells the top of the stack only; its fourth and fifth arguments change places from CPU to CPU,
         * but libc gives the third the same address. */
        enum { SPAN = 256 * 1024 };
        clone.stack = argument[1] - SPAN;
        clone.stack_size = SPAN;
    }
    if (!(clone.flags & CLONE_THREAD))
        return refuse(run, "to fork another process");
    if (clone.flags & CLONE_UNTRACED)
        return refuse(run, "for a thread that nobody can trace");
    if (run->count > BIRTH_THREADS_MAX)
        return refuse(run, "for more than 256 threads");
    run->newborn = (struct task){.state = TASK_HELD, .stack = clone.stack, .stack_size = clone.stack_size};
    if (clone.flags & CLONE_CHILD_CLEARTID)
        run->newborn.exit_word = clone.child_tid;
    return CALL_GO_ON;
}

/* A thread would wait: it stops here, before the call, until the word has changed. */
static enum call_action call_futex(struct run *run, struct task *task, const struct __ptrace_syscall_info *info)
{
    int command = (int)info->entry.args[1] & FUTEX_CMD_MASK;
    if (command != FUTEX_WAIT && command != FUTEX_WAIT_BITSET)
        return CALL_GO_ON;
    uint32_t word, expected = (uint32_t)info->entry.args[2];
    if (!birth_peek(run, info->entry.args[0], &word, sizeof word) || word != expected)
        return CALL_GO_ON; /* the kernel will say EFAULT or EAGAIN */
    task->futex = info->entry.args[0];
    task->futex_value = expected;
    task->timed = info->entry.args[3] != 0;
    task->state = TASK_WAITING;
    struct task *other = birth_whose_end(run, task->futex);
    if (!other) {
        birth_note(run, "wait", task);
        return CALL_STOP_HERE;
    }
    birth_note(run, "join", other);
    other->awaited = true;
    if (run->options->never_run && other->state == TASK_HELD) {
        static const uint32_t ended = 0;
        birth_poke(run, task->futex, &ended, sizeof ended);
    }
    return CALL_STOP_HERE;
}

/* A nap takes no time here and orders nothing; it lets others go first. */
static enum call_action call_sleep(struct run *run, struct task *task, uint64_t duration)
{
    static const struct timespec no_time = {0};
    birth_poke(run, duration, &no_time, sizeof no_time);
    birth_note(run, "sleep", task);
    task->state = TASK_READY;
    run->yielded = task;
    return CALL_STOP_HERE;
}

/* A thread is about to end.  Where every join is to be seen, it may not before it is waited for: a join that comes
 * later than the end makes no call. */
static enum call_action call_exit(struct run *run, struct task *task)
{
    if (run->options->order != BIRTH_AS_JOINED || task == run->tasks || task->awaited)
        return CALL_GO_ON;
    task->state = TASK_LEAVING;
    return CALL_STOP_HERE;
}

/* A program may signal itself (abort does), nobody else. */
static enum call_action call_kill(struct run *run, const struct __ptrace_syscall_info *info)
{
    pid_t target = (pid_t)info->entry.args[0];
    bool own = target == run->pid;
    for (unsigned i = 0; i < run->count && info->entry.nr == SYS_tkill; i++)
        own |= run->tasks[i].tid == target;
    return own ? CALL_GO_ON : refuse(run, "to send a signal to somebody else");
}

/* Files are for the loader: libraries, to read. */
static enum call_action call_open(struct run *run, const struct __ptrace_syscall_info *info)
{
    if (info->entry.args[2] & (O_ACCMODE | O_CREAT | O_TRUNC))
        return refuse(run, "to open a file for writing");
    char path[256] = "";
    for (size_t i = 0; i + 1 < sizeof path && birth_peek(run, info->entry.args[1] + i, path + i, 1) && path[i]; i++)
        ;
    if (calls_may_read(path))
        return CALL_GO_ON;
    snprintf(run->result->refused, sizeof run->result->refused, "to read the file %.120s", path);
    return CALL_REFUSE;
}

static enum call_action call_mark(struct run *run, const struct __ptrace_syscall_info *info)
{
    uint64_t thread = info->entry.args[2];
    unsigned at = 0;
    while (at < run->joined_before_count && run->joined_before[at] != thread)
        at++;
    bool known = at < run->joined_before_count;
    switch (info->entry.args[1]) {
    case BIRTH_MARK_CREATED: /* the value may be that of an earlier thread, joined and gone */
        if (known)
            run->joined_before[at] = run->joined_before[--run->joined_before_count];
        break;
    case BIRTH_MARK_JOIN:
        if (known) {
            run->result->joined_again++;
            birth_note(run, "join again", NULL);
        } else if (run->joined_before_count < JOINED_BEFORE_MAX) {
            run->joined_before[run->joined_before_count++] = thread;
        }
        break;
    case BIRTH_MARK_DETACH:
        run->result->detached++;
        birth_note(run, "detach", NULL);
        break;
    }
    return CALL_GO_ON;
}

enum call_action birth_call(struct run *run, struct task *task, const struct __ptrace_syscall_info *info)
{
    if (info->arch != run->machine)
        return refuse(run, "for a call of another CPU");
    switch (info->entry.nr) {
    case SYS_clone:
    case SYS_clone3:
        return call_clone(run, info);
    case SYS_futex:
        return call_futex(run, task, info);
    case SYS_nanosleep:
        return call_sleep(run, task, info->entry.args[0]);
    case SYS_clock_nanosleep:
        return call_sleep(run, task, info->entry.args[2]);
    case SYS_sched_yield:
        task->state = TASK_READY;
        run->yielded = task;
        return CALL_STOP_HERE;
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
        return call_kill(run, info);
    case SYS_openat:
        return call_open(run, info);
    case SYS_prctl:
        if (info->entry.args[0] == BIRTH_MARK)
            return call_mark(run, info);
        return info->entry.args[0] == PR_SET_NAME ? CALL_GO_ON : refuse(run, "for a prctl");
    case SYS_prlimit64: /* asking is free, changing is not */
        return info->entry.args[2] == 0 ? CALL_GO_ON : refuse(run, "to change its limits");
    case SYS_exit:
        return call_exit(run, task);
    case SYS_exit_group:
        return CALL_GO_ON;
    default:
        return judge_by_number(run, info->entry.nr);
    }
}
