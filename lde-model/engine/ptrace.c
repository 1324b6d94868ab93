/* The ptrace engine: guest code runs on the real CPU in a host process of its own, and every system call, fault or
 * alarm stops it and wakes us.  Per trap that is one entry into the host kernel by the guest and four by us: write
 * registers, resume, wait, read registers.  Does not know why the guest is run, nor what its traps mean. */
#include "lde-model/engine.h"
#include "lde-model/engine/host.h"
#include "lde-model/engine/seats.h"
#include "lde-model/engine/spawn.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

static uint64_t runs; /* how often any guest was let run */

static int ptrace_create(struct context *context, const struct memory_space *space, struct registers *registers,
                         char error[256])
{
    const struct host_counts before = host_counts;
    pid_t pid = spawn_guest(space, registers, error);
    host_counts = before; /* they say what traps cost: this was none */
    if (pid < 0)
        return -1;
    *context = (struct context){.pid = pid, .seat = SEATS_MAX, .space = *space};
    if (clock_getcpuclockid(pid, &context->cpu_clock) != 0)
        context->cpu_clock = CLOCK_MONOTONIC;
    context->born_ns = context_cpu_ns(context);
    return 0;
}

static void ptrace_resume(struct context *context, unsigned seat, struct registers *registers)
{
    struct iovec area = {.iov_base = registers, .iov_len = sizeof *registers};
    if (context->held)
        return; /* ptrace_wait says so */
    runs++;
    registers_detach_from_call(registers);
    if (context->seat != seat)
        seats_place(seat, context->pid);
    context->seat = seat;
    seats_alarm_target(seat, context->pid);
    /* Either request fails only if the guest was killed meanwhile; then the wait hears of it. */
    if (host_ptrace(PTRACE_SETREGSET, context->pid, NT_PRSTATUS, &area) == 0)
        host_ptrace(PTRACE_SYSEMU, context->pid, 0, NULL);
}

static int ptrace_first(struct context *const resumed[], unsigned count)
{
    int held = -1;
    for (unsigned i = 0; i < count; i++) {
        if (resumed[i]->held && resumed[i]->held_at != runs)
            return (int)i; /* others have run since it lost its last turn, and others may wait for this one */
        held = resumed[i]->held ? (int)i : held;
    }
    if (host_poll(resumed[0]->pid))
        return 0; /* or guests that trap often would leave it no chance */
    for (;;) {
        for (unsigned i = 0; i < count; i++) {
            if (host_arrived(resumed[i]->pid))
                return (int)i;
        }
        if (host_wait_any() < 0)
            return errno == EINTR ? held : 0; /* no children left: ptrace_wait will find that out */
    }
}

/* Where nobody can run, there is no hurry. */
static void lose_turn(struct context *context, struct trap *trap)
{
    const struct timespec rest = {.tv_nsec = 1000000};
    if (context->held_at == runs)
        nanosleep(&rest, NULL);
    context->held_at = runs;
    *trap = (struct trap){.cause = CAUSE_TIMER};
}

static void ptrace_wait(struct context *context, struct registers *registers, struct trap *trap)
{
    if (context->held && !host_poll(context->pid)) {
        lose_turn(context, trap);
        return;
    }
    trap_next(context, registers, trap);
    seats_alarm_target(context->seat, 0);
    if (trap->cause == CAUSE_TIMER)
        seats_alarm_seen(context->seat);
    if (trap->cause == CAUSE_EXIT)
        context->pid = 0;
}

static bool is_death(int status)
{
    return WIFEXITED(status) || WIFSIGNALED(status);
}

static void ptrace_destroy(struct context *context)
{
    int status = SIGTRAP << 8 | 0x7f; /* stopped, so far as we know */
    if (context->pid == 0)
        return;
    while (!is_death(status) && host_take(context->pid, &status))
        ;
    if (!is_death(status)) /* a pid whose death was collected may be somebody else's by now */
        kill(context->pid, SIGKILL);
    while (!is_death(status)) { /* stops that were on their way come first */
        if (waitpid(context->pid, &status, __WALL) < 0 && errno != EINTR)
            break;
    }
    context->pid = 0;
}

const struct engine engine_ptrace = {
    .name = "ptrace",
    .create = ptrace_create,
    .resume = ptrace_resume,
    .first = ptrace_first,
    .wait = ptrace_wait,
    .destroy = ptrace_destroy,
};

uint64_t context_cpu_ns(const struct context *context)
{
    struct timespec used;
    if (context->pid == 0 || clock_gettime(context->cpu_clock, &used) != 0)
        return 0;
    return (uint64_t)used.tv_sec * 1000000000 + (uint64_t)used.tv_nsec;
}
