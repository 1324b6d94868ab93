/* Keeps whoever is alone at work on the recorder's own CPU: a hand-over within one CPU costs a fraction of one across
 * two, and a system call takes four of them.
 *
 *   the program starts                       it is pinned
 *   one thread makes PIN_AFTER stops running it is pinned
 *   another thread stops                     who is pinned is let go
 *
 * Nobody must notice.  So the pin is taken off, too, just before its thread makes a child, asks for CPUs or sets them:
 * the kernel then answers by itself, and children inherit what their parent really had.  And nobody is pinned while a
 * tracee is inside of such a call, or lives that has looked where /proc tells of processes: it may read on there.
 */
#include "tracer/record/record.h"

#include <ctype.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* Long enough that two threads at work by turns are not moved to and fro, short enough that a small child of a shell is
 * worth it. */
enum { PIN_AFTER = 8 };

/* Room for more CPUs than any machine has, because the kernel refuses a mask that is too small. */
enum { MASK_BYTES = 1024 };
union mask {
    cpu_set_t set;
    unsigned char bytes[MASK_BYTES];
};
static union mask ours, theirs; /* as they were before the pin */

static unsigned asking;  /* tracees inside of a call that asks for CPUs or sets them */
static unsigned lookers; /* processes that have looked into /proc */

/* ---- on and off ---- */

void pin_together(struct recorder *recorder, struct tracee *tracee)
{
    int cpu = sched_getcpu();
    cpu_set_t one;

    /* Who was here before us would keep the pin if we were killed. */
    if (recorder->attached || !recorder->syscalls || asking > 0 || lookers > 0 || cpu < 0 || cpu >= CPU_SETSIZE)
        return;
    if (sched_getaffinity(0, MASK_BYTES, &ours.set) != 0 ||
        sched_getaffinity(tracee->tid, MASK_BYTES, &theirs.set) != 0 || !CPU_ISSET((unsigned)cpu, &theirs.set))
        return;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        return;
    if (sched_setaffinity(tracee->tid, sizeof one, &one) == 0)
        recorder->pinned = tracee;
    else
        sched_setaffinity(0, MASK_BYTES, &ours.set);
}

static void release(struct recorder *recorder)
{
    if (recorder->pinned == NULL)
        return;
    sched_setaffinity(recorder->pinned->tid, MASK_BYTES, &theirs.set);
    sched_setaffinity(0, MASK_BYTES, &ours.set);
    recorder->pinned = NULL;
    recorder->stops_running = 0;
}

void pin_stop(struct recorder *recorder, struct tracee *tracee)
{
    if (recorder->at_work != tracee) {
        release(recorder);
        recorder->at_work = tracee;
        recorder->stops_running = 0;
    }
    if (++recorder->stops_running == PIN_AFTER && recorder->pinned == NULL)
        pin_together(recorder, tracee);
}

/* ---- what would show it ---- */

static bool asks(const struct syscall_signature *signature)
{
    return signature->known == KNOWN_sched_getaffinity || signature->known == KNOWN_sched_setaffinity;
}

static bool makes_a_child(const struct syscall_signature *signature)
{
    return signature->known == KNOWN_clone || signature->known == KNOWN_clone3 || signature->known == KNOWN_fork ||
           signature->known == KNOWN_vfork;
}

void pin_before_call(struct recorder *recorder, struct tracee *tracee, const struct syscall_signature *signature)
{
    if (signature == NULL || asks(signature) || makes_a_child(signature)) /* a call that we do not know may be either */
        release(recorder);
    if (signature != NULL && asks(signature) && !tracee->asks) {
        tracee->asks = true;
        asking++;
    }
}

void pin_after_call(struct tracee *tracee)
{
    asking -= tracee->asks;
    tracee->asks = false;
}

void pin_forget(struct recorder *recorder, struct tracee *tracee)
{
    pin_after_call(tracee);
    if (recorder->pinned == tracee)
        release(recorder);
    if (recorder->at_work == tracee)
        recorder->at_work = NULL;
}

/* /proc itself, or a process in it. */
static bool tells_of_processes(const char *path)
{
    const char *entry = path + strlen("/proc");

    if (strncmp(path, "/proc", strlen("/proc")) != 0 || (*entry != '\0' && *entry != '/'))
        return false;
    entry += *entry == '/';
    return *entry == '\0' || isdigit((unsigned char)*entry) || strncmp(entry, "self", 4) == 0 ||
           strncmp(entry, "thread-self", 11) == 0;
}

void pin_before_path(struct recorder *recorder, struct tracee *tracee, const char *path)
{
    if (!tells_of_processes(path))
        return;
    release(recorder);
    pin_looks(tracee->process, true);
}

void pin_looks(struct process *process, bool looks)
{
    if (process == NULL || process->looks == looks)
        return;
    process->looks = looks;
    lookers += looks ? 1 : -1u;
}
