/* The ptrace engine: guest code runs on the real CPU in a host process of its own, and every system call, fault or
 * alarm stops it and wakes us.  Per trap that is one entry into the host kernel by the guest and four by us: wait,
 * read registers, write registers, resume.  Does not know why the guest is run, nor what its traps mean. */
#include "lde-model/engine.h"
#include "lde-model/engine/host.h"
#include "lde-model/engine/spawn.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int ptrace_create(struct context *context, const struct memory_space *space, struct registers *registers,
                         char error[256])
{
    const struct host_counts before = host_counts;
    pid_t pid = spawn_guest(space, registers, error);
    host_counts = before; /* they say what traps cost: this was none */
    if (pid < 0)
        return -1;
    *context = (struct context){.pid = pid, .space = *space};
    if (clock_getcpuclockid(pid, &context->cpu_clock) != 0)
        context->cpu_clock = CLOCK_MONOTONIC;
    return 0;
}

static void ptrace_run(struct context *context, struct registers *registers, struct trap *trap)
{
    struct iovec area = {.iov_base = registers, .iov_len = sizeof *registers};
    registers_detach_from_call(registers);
    host_alarm_target(context->pid);
    /* Either request fails only if the guest was killed meanwhile; then trap_next hears of it. */
    if (host_ptrace(PTRACE_SETREGSET, context->pid, NT_PRSTATUS, &area) == 0)
        host_ptrace(PTRACE_SYSEMU, context->pid, 0, NULL);
    trap_next(context, registers, trap);
    host_alarm_target(0);
    if (trap->cause == CAUSE_TIMER)
        host_alarm_seen();
    if (trap->cause == CAUSE_EXIT)
        context->pid = 0;
}

static void ptrace_destroy(struct context *context)
{
    if (context->pid == 0)
        return;
    kill(context->pid, SIGKILL);
    for (int status = 0; !WIFEXITED(status) && !WIFSIGNALED(status);) { /* stops that were on their way come first */
        if (waitpid(context->pid, &status, __WALL) < 0 && errno != EINTR)
            break;
    }
    context->pid = 0;
}

const struct engine engine_ptrace = {
    .name = "ptrace",
    .create = ptrace_create,
    .run = ptrace_run,
    .destroy = ptrace_destroy,
};

uint64_t context_cpu_ns(const struct context *context)
{
    struct timespec used;
    if (context->pid == 0 || clock_gettime(context->cpu_clock, &used) != 0)
        return 0;
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}
