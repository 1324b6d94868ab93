/* Signals as programs with threads should use them: blocked everywhere, and taken by a thread that waits for them.
 * A signal sent stays pending, for one thread or for the whole process, until a sigwait takes it; which of several
 * waiters gets on first is the strategy's choice, as with everything else.  Standard signals do not count: one that
 * is pending already is merged with the new one.  Real-time signals queue.
 *
 * Handlers are none of ours (object.c refuses sigaction): a signal that reaches a thread which does not block it
 * does what it does by default, and that is mostly to end the process: a finding.
 */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SIGNALS_END = 65 };

static uint64_t bit(int signo)
{
    return 1ull << (signo - 1);
}

/* The C library's sigset_t begins with the kernel's 64 bits. */
static uint64_t read_set(const sigset_t *set, uintptr_t pc)
{
    uint64_t bits;
    access_check((uintptr_t)set, sizeof bits, false, false, pc);
    memcpy(&bits, set, sizeof bits);
    return bits & ~(bit(SIGKILL) | bit(SIGSTOP));
}

static void write_set(sigset_t *set, uint64_t bits, uintptr_t pc)
{
    access_check((uintptr_t)set, sizeof bits, true, false, pc);
    memset(set, 0, sizeof *set);
    memcpy(set, &bits, sizeof bits);
}

/* One object a signal number: what its senders knew, its taker knows. */
static struct object *order_of(int signo)
{
    return object_at((const void *)MARK_SIGNAL(signo));
}

/* Masks, sending and taking all bear on each other. */
static void use_signals(void)
{
    history_use(object_at((const void *)MARK_SIGNALS), true);
}

/* ---- pending signals: S->sent, in the order of sending ---- */

static bool is_for(const struct sent *sent, uint32_t thread, uint64_t set)
{
    return (sent->target == thread || sent->target == NO_THREAD) && (set & bit(sent->signo));
}

bool signal_is_there(const struct thread *thread)
{
    for (uint32_t i = 0; i < S->sent_count; i++)
        if (is_for(&S->sent[i], (uint32_t)(thread - S->thread), thread->wait.signals))
            return true;
    return false;
}

/* As Linux does: the thread's own before the process's, then the lowest number, then the eldest. */
static bool comes_first(const struct sent *one, const struct sent *other)
{
    bool own = one->target != NO_THREAD, other_own = other->target != NO_THREAD;
    return own != other_own ? own : one->signo < other->signo;
}

static bool take(uint64_t set, struct sent *taken)
{
    struct sent *best = NULL;
    for (uint32_t i = 0; i < S->sent_count; i++)
        if (is_for(&S->sent[i], S->current, set) && (!best || comes_first(&S->sent[i], best)))
            best = &S->sent[i];
    if (!best)
        return false;
    *taken = *best;
    memmove(best, best + 1, (size_t)(&S->sent[--S->sent_count] - best) * sizeof *best);
    clock_acquire(&order_of(taken->signo)->clock);
    use_signals();
    thread_is_busy();
    return true;
}

/* ---- delivery to a thread that does not block it ---- */

static const char *name_of(int signo, char name[32])
{
    const char *short_name = sigabbrev_np(signo);
    if (short_name)
        snprintf(name, 32, "SIG%s", short_name);
    else
        snprintf(name, 32, "signal %d", signo);
    return name;
}

static bool is_ignored(int signo)
{
    return signo == SIGCHLD || signo == SIGCONT || signo == SIGURG || signo == SIGWINCH;
}

/* What a signal does by default.  Returns only if that is nothing. */
static void strike(int signo, uint32_t thread)
{
    char name[32], who[24] = "main";
    if (is_ignored(signo))
        return;
    if (signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU)
        run_refused("the program stops itself by a signal, which the explorer does not model");
    if (thread)
        snprintf(who, sizeof who, "thread %u", thread);
    find_text(signo == SIGKILL ? "%s ends the process" : "%s ends the process: %s does not block it",
              name_of(signo, name), who);
    find_at(FINDING_KILLED, PC, THIS_CALL, NULL, NO_THREAD, 0);
}

static bool waits_for_it(const struct thread *thread, int signo)
{
    return thread->wait.kind == WAIT_SIGNAL && (thread->wait.signals & bit(signo));
}

/* A thread to which the kernel could deliver it at once; NO_THREAD: it stays pending. */
static uint32_t open_thread(int signo, uint32_t target)
{
    for (uint32_t i = 0; i < S->threads; i++) {
        const struct thread *thread = &S->thread[i];
        if (!thread->finished && (target == NO_THREAD || target == i) && !(thread->mask & bit(signo)) &&
            !waits_for_it(thread, signo))
            return i;
    }
    return NO_THREAD;
}

/* What was pending for a thread strikes as soon as it blocks it no longer. */
static void strike_pending(void)
{
    for (uint32_t i = S->sent_count; i-- > 0;)
        if (is_for(&S->sent[i], S->current, ~SELF->mask)) {
            strike(S->sent[i].signo, S->current);
            memmove(&S->sent[i], &S->sent[i + 1], (--S->sent_count - i) * sizeof *S->sent);
        }
}

/* ---- sending ---- */

static bool merges(int signo, uint32_t target)
{
    if (signo >= SIGRTMIN)
        return false;
    for (uint32_t i = 0; i < S->sent_count; i++)
        if (S->sent[i].signo == signo && S->sent[i].target == target)
            return true;
    return false;
}

static int send(int signo, uint32_t target, int code, union sigval value)
{
    decide_freely(THIS_CALL, PC);
    if (target != NO_THREAD && S->thread[target].joined) /* perhaps just now */
        find_words(FINDING_DESTROYED, PC, "a signal to a thread that has been joined: its number may be another's");
    if (signo < 0 || signo >= SIGNALS_END)
        return EINVAL;
    if (signo == 0) /* asks only whether the target is there */
        return 0;
    uint32_t open = signo == SIGKILL || signo == SIGSTOP ? S->current : open_thread(signo, target);
    clock_release(&order_of(signo)->clock);
    use_signals();
    thread_is_busy();
    if (open != NO_THREAD) {
        strike(signo, open);
        return 0;
    }
    if (merges(signo, target)) {
        S->merged |= bit(signo);
        return 0;
    }
    if (S->sent_count == SENT_MAX)
        return EAGAIN;
    S->sent[S->sent_count++] = (struct sent){signo, code, target, value.sival_ptr};
    return 0;
}

static int send_to_thread(pthread_t handle, int signo, int code, union sigval value)
{
    uint32_t number = (uint32_t)(handle - HANDLE_BASE);
    if (handle < HANDLE_BASE || number >= S->threads)
        find_words(FINDING_UNINITIALIZED, PC, "a signal to a thread that was never created");
    return send(signo, number, code, value);
}

static int fails(int error)
{
    if (error)
        errno = error;
    return error ? -1 : 0;
}

static int send_to_process(pid_t process, int signo, int code, union sigval value)
{
    if (process != getpid())
        run_refused("the program sends a signal to another process");
    return fails(send(signo, NO_THREAD, code, value));
}

int semantics_pthread_kill(pthread_t thread, int signo)
{
    return send_to_thread(thread, signo, SI_TKILL, (union sigval){0});
}

int semantics_pthread_sigqueue(pthread_t thread, int signo, const union sigval value)
{
    return send_to_thread(thread, signo, SI_QUEUE, value);
}

int semantics_kill(pid_t process, int signo)
{
    return send_to_process(process, signo, SI_USER, (union sigval){0});
}

int semantics_sigqueue(pid_t process, int signo, const union sigval value)
{
    return send_to_process(process, signo, SI_QUEUE, value);
}

int semantics_raise(int signo)
{
    return fails(send(signo, S->current, SI_TKILL, (union sigval){0}));
}

/* ---- masks ---- */

int semantics_pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    struct thread *self = SELF;
    uint64_t before = self->mask, bits = set ? read_set(set, PC) : 0;
    if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
        return EINVAL;
    if (set) {
        decide_freely(THIS_CALL, PC); /* a signal may come just before, or just after */
        self->mask = how == SIG_BLOCK ? before | bits : how == SIG_UNBLOCK ? before & ~bits : bits;
        use_signals();
        strike_pending();
    }
    if (old)
        write_set(old, before, PC);
    return 0;
}

/* With threads POSIX leaves it open; Linux changes the calling thread's. */
int semantics_sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return fails(semantics_pthread_sigmask(how, set, old));
}

int semantics_sigpending(sigset_t *set)
{
    uint64_t bits = 0;
    decide_freely(THIS_CALL, PC);
    use_signals();
    for (uint32_t i = 0; i < S->sent_count; i++)
        if (is_for(&S->sent[i], S->current, SELF->mask))
            bits |= bit(S->sent[i].signo);
    write_set(set, bits, PC);
    thread_saw(PC, (uintptr_t)set, bits);
    return 0;
}

/* ---- waiting ---- */

/* With no time to wait: no wait that could end early, and so no choice of when. */
static bool look_for(const sigset_t *set, struct sent *taken)
{
    decide_freely(THIS_CALL, PC);
    if (take(read_set(set, PC), taken))
        return true;
    use_signals();
    thread_saw(PC, (uintptr_t)set, 0);
    return false;
}

/* Returns false when the time was up. */
static bool wait_for(const sigset_t *set, const struct timespec *length, struct sent *taken)
{
    if (length && length->tv_sec == 0 && length->tv_nsec == 0)
        return look_for(set, taken);
    struct wait wait = {.kind = WAIT_SIGNAL, .signals = read_set(set, PC), .call = THIS_CALL, .pc = PC};
    wait.timed = length != NULL;
    wait.deadline = length ? S->now + (uint64_t)length->tv_sec * 1000000000u + (uint64_t)length->tv_nsec : 0;
    decide(&wait);
    SELF->wait.kind = WAIT_NOTHING;
    cancel_point();
    if (!take(wait.signals, taken))
        return false;
    strike_pending();
    return true;
}

static int wait_with_info(const sigset_t *set, siginfo_t *info, const struct timespec *length)
{
    struct sent taken;
    uintptr_t pc = PC;
    if (!wait_for(set, length, &taken))
        return fails(EAGAIN);
    if (info) {
        access_check((uintptr_t)info, sizeof *info, true, false, pc);
        memset(info, 0, sizeof *info);
        info->si_signo = taken.signo;
        info->si_code = taken.code;
        info->si_pid = getpid();
        info->si_uid = getuid();
        info->si_value.sival_ptr = taken.value;
    }
    uint32_t step = step_record(EVENT_SIGNAL_TAKEN, THIS_CALL, pc, (uintptr_t)taken.signo, 0, 0, NO_THREAD, 0);
    if (step != NO_STEP)
        S->channel->step[step].object_kind = OBJECT_SIGNAL;
    return taken.signo;
}

int semantics_sigwait(const sigset_t *set, int *signo)
{
    struct sent taken;
    wait_for(set, NULL, &taken);
    access_check((uintptr_t)signo, sizeof *signo, true, false, PC);
    *signo = taken.signo;
    return 0;
}

int semantics_sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
    return wait_with_info(set, info, NULL);
}

int semantics_sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *length)
{
    return wait_with_info(set, info, length);
}
