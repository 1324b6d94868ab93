/* Host calls, counted.  Where several guests run at once, the host tells of them in its own order, so what was heard of
 * one while another was asked for is kept.  Refuses to know what a stop means. */
#include "lde-model/engine/host.h"

#include <errno.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

struct host_counts host_counts;
uint64_t host_stopped_ns;
void (*host_observer)(unsigned, uint64_t, uint64_t, uint64_t);

long host_ptrace(int request, pid_t pid, uintptr_t address, void *data)
{
    host_counts.calls++;
    long result = ptrace((enum __ptrace_request)request, pid, (void *)address, data);
    if (host_observer != NULL)
        host_observer(SYS_ptrace, (uint64_t)request, (uint64_t)pid, address);
    return result;
}

static pid_t wait_for(pid_t pid, int *status, int options)
{
    host_counts.calls++;
    pid_t who = waitpid(pid, status, __WALL | options);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* no entry into the host: the vDSO knows */
    host_stopped_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
    host_counts.guest_entries += who > 0;
    if (host_observer != NULL)
        host_observer(SYS_wait4, (uint64_t)pid, (uint64_t)*status, (uint64_t)(__WALL | options));
    return who;
}

/* ---- what was heard, and not asked for yet ---- */

enum { KEPT_MAX = 4096 }; /* more than there can be guests */
static struct kept {
    pid_t pid;
    int status;
} kept[KEPT_MAX];
static unsigned kept_count;

static void keep(pid_t pid, int status)
{
    if (kept_count < KEPT_MAX)
        kept[kept_count++] = (struct kept){pid, status};
}

bool host_arrived(pid_t pid)
{
    for (unsigned i = 0; i < kept_count; i++) {
        if (kept[i].pid == pid)
            return true;
    }
    return false;
}

bool host_take(pid_t pid, int *status)
{
    for (unsigned i = 0; i < kept_count; i++) {
        if (kept[i].pid != pid)
            continue;
        *status = kept[i].status;
        kept_count--;
        for (; i < kept_count; i++) /* of one guest's, the oldest comes first */
            kept[i] = kept[i + 1];
        return true;
    }
    return false;
}

pid_t host_wait(pid_t pid, int *status)
{
    return host_take(pid, status) ? pid : wait_for(pid, status, 0);
}

pid_t host_wait_any(void)
{
    int status = 0;
    const pid_t who = wait_for(-1, &status, __WNOTHREAD);
    if (who > 0)
        keep(who, status);
    return who;
}

bool host_poll(pid_t pid)
{
    int status = 0;
    if (host_arrived(pid))
        return true;
    if (wait_for(pid, &status, WNOHANG) <= 0)
        return false;
    keep(pid, status);
    return true;
}
