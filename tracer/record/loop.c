/* The recorder's heart: wait for the next stop of any tracee, write down what it was, let the tracee go on.
 *
 *   while (next_stop(&stop)) handle_stop(&stop);
 *
 *   what waitpid reports                 what it is                    how it goes on
 *   exited, killed                       a thread's death              –
 *   SIGTRAP|0x80                         a system call's entry, exit   PTRACE_SYSCALL
 *   SIGTRAP, EVENT_FORK/VFORK/CLONE      a child was made              PTRACE_SYSCALL
 *   SIGTRAP, EVENT_EXEC                  a new program                 PTRACE_SYSCALL
 *   SIGSTOP and kin, EVENT_STOP          a group-stop                  PTRACE_LISTEN
 *   SIGTRAP, EVENT_STOP                  birth, or end of a group-stop PTRACE_SYSCALL
 *   any other signal                     its delivery                  PTRACE_SYSCALL with the signal
 *
 * Any request may fail with ESRCH, because SIGKILL waits for no tracer: then the death is reported next.
 */
#include "tracer/record/record.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STOPS_BETWEEN_COSTS = 1024, STOPS_BETWEEN_TURNS = 32 };

struct stop {
    pid_t tid;
    int status;
    int signal;     /* which it stopped by */
    unsigned event; /* PTRACE_EVENT_…, 0: none */
};

/* Lets a stopped tracee go on; always the last thing that is done with it, because it may be let go for good. */
static void resume(struct recorder *recorder, struct tracee *tracee, int signal)
{
    if (recorder->detaching) {
        ptrace(PTRACE_DETACH, tracee->tid, 0, (long)signal);
        tracee_remove(recorder, tracee);
        return;
    }
    ptrace(recorder->syscalls ? PTRACE_SYSCALL : PTRACE_CONT, tracee->tid, 0, (long)signal);
}

static pid_t event_message(const struct tracee *tracee)
{
    unsigned long message = 0;

    ptrace(PTRACE_GETEVENTMSG, tracee->tid, 0, &message);
    return (pid_t)message;
}

/* ---- birth ---- */

static void announce(struct recorder *recorder, struct tracee *child, const struct tracee *parent, enum event_kind kind)
{
    child->pid = kind == EVENT_CLONE ? tracee_group(child->tid, child->tid) : child->tid;
    if (parent != NULL)
        memcpy(child->name, parent->name, sizeof child->name);
    process_join(child, parent);
    if (child->process != NULL && child->process->users > 1)
        child->process->had_threads = true;
    emit_birth(recorder, child, parent, kind);
    if (child->held) {
        child->held = false;
        recorder->held--;
        resume(recorder, child, 0);
    }
}

/* Its parent was killed, or has ended, before it could tell: a child must not wait for ever. */
static void release(struct recorder *recorder, struct tracee *child)
{
    if (child->held && tracee_find(recorder, tracee_parent(child->tid)) == NULL)
        announce(recorder, child, NULL, EVENT_CLONE);
}

/* A child that stops before its parent's event is held, so that its birth stands before its deeds. */
static void hold(struct recorder *recorder, pid_t tid)
{
    struct tracee *child = tracee_add(recorder, tid, tid);

    child->held = true;
    recorder->held++;
    release(recorder, child);
}

/* An exec kills the other threads of its process, also those that were just making a child and can tell of it no more.
 * What children the process has now are the new program's. */
static void adopt(struct recorder *recorder, const struct tracee *parent)
{
    char path[64];
    FILE *children;
    int tid;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent->tid, (int)parent->tid);
    children = fopen(path, "re");
    while (children != NULL && fscanf(children, "%d", &tid) == 1) {
        struct tracee *child = tracee_find(recorder, tid);

        if (child == NULL && launch_tracer_of(tid) == getpid())
            child = tracee_add(recorder, tid, tid);
        else if (child == NULL || !child->held)
            continue;
        announce(recorder, child, parent, EVENT_FORK);
    }
    if (children != NULL)
        fclose(children);
}

static void child_made(struct recorder *recorder, struct tracee *parent, enum event_kind kind)
{
    pid_t tid = event_message(parent);
    struct tracee *child = tracee_find(recorder, tid);

    if (tid > 0 && child == NULL)
        announce(recorder, tracee_add(recorder, tid, tid), parent, kind);
    else if (child != NULL && child->held)
        announce(recorder, child, parent, kind);
    resume(recorder, parent, 0);
}

/* ---- exec and death ---- */

static void death(struct recorder *recorder, struct tracee *tracee, int status)
{
    if (tracee->tid == recorder->leader)
        recorder->leader_status = status;
    if (!tracee->launching && !tracee->held)
        emit_life(recorder, tracee, EVENT_EXIT, 0, status);
    tracee_remove(recorder, tracee);
    if (recorder->held > 0)
        tracee_each(recorder, release);
}

/* The thread that calls exec becomes the leader, whose own thread is gone without a report. */
static struct tracee *take_over(struct recorder *recorder, struct tracee *leader, pid_t former)
{
    struct tracee *caller = tracee_find(recorder, former);
    pid_t tid = leader->tid;

    if (caller == NULL || caller == leader)
        return leader;
    emit_life(recorder, leader, EVENT_EXIT, 0, 0);
    tracee_remove(recorder, leader);
    tracee_rename(recorder, caller, tid);
    return caller;
}

/* The lane's name follows its program. */
static void rename_lane(struct recorder *recorder, struct tracee *tracee, const char *path)
{
    struct event_lane lane = {.lane = tracee->lane, .parent_lane = tracee->lane};
    const char *name = program_base_name(path);

    if (strncmp(tracee->name, name, sizeof tracee->name - 1) == 0)
        return;
    snprintf(tracee->name, sizeof tracee->name, "%s", name);
    emit_text(recorder, emit(recorder, tracee, EVENT_LANE, MODE_USER, &lane, sizeof lane), TEXT_NAME, tracee->name);
}

static void new_program(struct recorder *recorder, struct tracee *tracee)
{
    struct event_life life = {.other_tid = (uint32_t)event_message(tracee), .pid = (uint32_t)tracee->pid};
    char link[64], path[1024];
    ssize_t length;

    if (tracee->launching) {
        tracee->launching = false;
        emit_birth(recorder, tracee, NULL, EVENT_NONE);
    }
    tracee = take_over(recorder, tracee, (pid_t)life.other_tid);
    if (tracee->process != NULL && tracee->process->had_threads)
        adopt(recorder, tracee);
    process_begins_anew(tracee);
    pool_free_slots(recorder, tracee->pid, 0);
    inject_into(recorder, tracee);
    snprintf(link, sizeof link, "/proc/%d/exe", (int)tracee->tid);
    length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    emit_text(recorder, emit(recorder, tracee, EVENT_EXEC, MODE_HOST, &life, sizeof life), TEXT_PROGRAM, path);
    /* The first program keeps the name that it was called by: sh, even where that is dash. */
    if (length > 0 && (recorder->started || recorder->attached))
        rename_lane(recorder, tracee, path);
    recorder->started = true;
    resume(recorder, tracee, 0);
}

/* ---- signals ---- */

static bool is_fault(int signo)
{
    return signo == SIGSEGV || signo == SIGBUS || signo == SIGILL || signo == SIGFPE || signo == SIGTRAP;
}

static uint64_t where(const struct tracee *tracee)
{
    struct __ptrace_syscall_info info;

    return ptrace(PTRACE_GET_SYSCALL_INFO, tracee->tid, sizeof info, &info) > 0 ? info.instruction_pointer : 0;
}

static void signal_delivery(struct recorder *recorder, struct tracee *tracee, int signo)
{
    struct event_signal signal = {.signo = signo};
    siginfo_t info;

    if (!tracee->launching && ptrace(PTRACE_GETSIGINFO, tracee->tid, 0, &info) == 0) {
        signal.pc = where(tracee);
        signal.code = info.si_code;
        if (is_fault(signo) && info.si_code > 0)
            signal.address = (uint64_t)(uintptr_t)info.si_addr;
        else if (info.si_code <= 0 || signo == SIGCHLD)
            signal.sender_pid = (uint32_t)info.si_pid;
        if (signo == SIGCHLD)
            signal.status = info.si_status;
        stacks_take(recorder, tracee, emit(recorder, tracee, EVENT_SIGNAL, MODE_USER, &signal, sizeof signal));
    }
    resume(recorder, tracee, signo);
}

static bool is_group_stop(int signo)
{
    return signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;
}

/* In a group-stop the tracee stays stopped, and we are told when SIGCONT ends it. */
static void job_control(struct recorder *recorder, struct tracee *tracee, int signo)
{
    struct event_signal signal = {.signo = is_group_stop(signo) ? signo : SIGCONT};

    if (is_group_stop(signo) != tracee->stopped) {
        tracee->stopped = is_group_stop(signo);
        if (!tracee->launching)
            emit(recorder, tracee, tracee->stopped ? EVENT_STOPPED : EVENT_CONTINUED,
                 tracee->stopped ? MODE_HOST : MODE_USER, &signal, sizeof signal);
    }
    if (tracee->stopped && !recorder->detaching)
        ptrace(PTRACE_LISTEN, tracee->tid, 0, 0);
    else
        resume(recorder, tracee, 0);
}

/* ---- the loop ---- */

/* What recording costs so far: this process does nothing else, and what the libraries do in the programs. */
static void note_cost(struct recorder *recorder)
{
    struct log_header *header = recorder->log.header;
    uint64_t library = pool_library_cost(recorder);
    struct timespec used;

    atomic_store(&header->library_ns, library);
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        atomic_store(&header->overhead_ns, (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec + library);
}

static void interrupt(struct recorder *recorder, struct tracee *tracee)
{
    (void)recorder;
    ptrace(PTRACE_INTERRUPT, tracee->tid, 0, 0);
}

/* Once we are told to detach, everybody is stopped, because only who is stopped can be let go. */
static void interrupt_all(struct recorder *recorder)
{
    if (!recorder->detaching || recorder->interrupted)
        return;
    recorder->interrupted = true;
    tracee_each(recorder, interrupt);
}

/* waitpid(-1) looks at the tracees in a fixed order.  One that runs before us whenever it can is stopped again by the
 * time we look, and would hide those behind it for ever; so now and then one of them all is asked by its number. */
static pid_t stopped_in_turn(struct recorder *recorder, int *status)
{
    if (recorder->traced < 2 || recorder->stops % STOPS_BETWEEN_TURNS != 0)
        return 0;
    recorder->turn = tracee_after(recorder, recorder->turn)->tid;
    return waitpid(recorder->turn, status, __WALL | __WNOTHREAD | WNOHANG);
}

static bool next_stop(struct recorder *recorder, struct stop *stop)
{
    if (recorder->stops++ % STOPS_BETWEEN_COSTS == 0)
        note_cost(recorder); /* now and then, for the case that we are killed */
    do {
        interrupt_all(recorder);
        stop->tid = stopped_in_turn(recorder, &stop->status);
        if (stop->tid <= 0)
            stop->tid = waitpid(-1, &stop->status, __WALL | __WNOTHREAD);
    } while (stop->tid < 0 && errno == EINTR);
    stop->signal = WIFSTOPPED(stop->status) ? WSTOPSIG(stop->status) : 0;
    stop->event = (unsigned)stop->status >> 16;
    return stop->tid > 0;
}

static void handle_stop(struct recorder *recorder, const struct stop *stop)
{
    struct tracee *tracee = tracee_find(recorder, stop->tid);

    if (!WIFSTOPPED(stop->status)) {
        if (tracee != NULL)
            death(recorder, tracee, stop->status);
        return;
    }
    if (tracee == NULL) {
        hold(recorder, stop->tid);
        return;
    }
    pin_stop(recorder, tracee);
    switch (stop->event) {
    case PTRACE_EVENT_FORK:
        child_made(recorder, tracee, EVENT_FORK);
        return;
    case PTRACE_EVENT_VFORK:
        child_made(recorder, tracee, EVENT_VFORK);
        return;
    case PTRACE_EVENT_CLONE:
        child_made(recorder, tracee, EVENT_CLONE);
        return;
    case PTRACE_EVENT_EXEC:
        new_program(recorder, tracee);
        return;
    case PTRACE_EVENT_STOP:
        job_control(recorder, tracee, stop->signal);
        return;
    }
    if (stop->signal == (SIGTRAP | 0x80)) {
        call_stop(recorder, tracee);
        resume(recorder, tracee, 0);
    } else
        signal_delivery(recorder, tracee, stop->signal);
}

void loop_detach(struct recorder *recorder)
{
    recorder->detaching = 1;
    /* Whoever stops first ends the wait that we may be in; a signal just before it could not. */
    ptrace(PTRACE_INTERRUPT, recorder->leader, 0, 0);
}

/* waitpid tells of every stop; a signal for each, besides, would only cost time. */
static void silence_stops(void)
{
    struct sigaction action;

    if (sigaction(SIGCHLD, NULL, &action) != 0 || action.sa_handler == SIG_IGN)
        return;
    action.sa_flags |= SA_NOCLDSTOP;
    sigaction(SIGCHLD, &action, NULL);
}

void loop_run(struct recorder *recorder)
{
    struct stop stop;

    silence_stops();
    while (recorder->traced > 0 && next_stop(recorder, &stop))
        handle_stop(recorder, &stop);
    note_cost(recorder);
}
