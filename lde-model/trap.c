/* Why a guest stopped.  One stop of a traced process may be a system call, a fault, our own interruption, a
 * signal that someone sent, job control, or death; the status word of waitpid tells them apart, nothing is guessed
 * from what came before.  Refuses to know what is done about it. */
#include "lde-model/trap.h"

#include "lde-model/engine.h"
#include "lde-model/engine/host.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { STOPPED_BY_CALL = SIGTRAP | 0x80 }; /* what PTRACE_O_TRACESYSGOOD makes of a system-call stop */

/* Does the CPU raise this signal for what the guest's own instruction did? */
static bool is_fault(int signo)
{
    return signo == SIGSEGV || signo == SIGILL || signo == SIGBUS || signo == SIGFPE || signo == SIGTRAP ||
           signo == SIGSYS;
}

enum reading { READ, GONE, FOREIGN };

/* FOREIGN: the host hands out fewer bytes, because the guest has left for 32-bit code, whose registers are others. */
static enum reading read_registers(const struct context *context, struct registers *registers)
{
    struct registers whole;
    struct iovec area = {.iov_base = &whole, .iov_len = sizeof whole};
    if (host_ptrace(PTRACE_GETREGSET, context->pid, NT_PRSTATUS, &area) != 0)
        return GONE;
    if (area.iov_len != sizeof whole)
        return FOREIGN;
    *registers = whole;
    return READ;
}

/* True if the stop concerns us; otherwise the guest must go on with `*signo`. */
static bool classify(int status, struct trap *trap, int *signo)
{
    *trap = (struct trap){.cause = CAUSE_EXIT, .status = status};
    if (!WIFSTOPPED(status))
        return true;
    *signo = WSTOPSIG(status);
    if (status >> 16 == PTRACE_EVENT_STOP) {
        trap->cause = CAUSE_TIMER; /* the alarm handler interrupted it, or job control stopped it */
        trap->signo = *signo == SIGTRAP ? SIGALRM : *signo;
        return true;
    }
    if (*signo == STOPPED_BY_CALL) {
        trap->cause = CAUSE_SYSCALL;
        return true;
    }
    trap->cause = CAUSE_FAULT;
    trap->signo = *signo;
    return is_fault(*signo); /* any other signal is from outside, and the guest gets it */
}

void trap_next(struct context *context, struct registers *registers, struct trap *trap)
{
    for (;;) {
        int status = 0, signo = 0;
        if (host_wait(context->pid, &status) < 0) {
            if (errno == EINTR)
                continue; /* SIGALRM; its handler has interrupted the guest, which will stop */
            *trap = (struct trap){.cause = CAUSE_EXIT, .status = SIGKILL}; /* reaped behind our back */
            return;
        }
        if (classify(status, trap, &signo))
            break;
        host_ptrace(PTRACE_SYSEMU, context->pid, 0, (void *)(uintptr_t)signo);
    }
    if (trap->cause == CAUSE_EXIT)
        return;
    const enum reading reading = read_registers(context, registers);
    if (reading != READ) {
        if (reading == FOREIGN)
            kill(context->pid, SIGKILL);     /* no machine of ours can go on with it */
        trap_next(context, registers, trap); /* killed since it stopped: the next wait says so */
        trap->signo = reading == FOREIGN ? SIGILL : 0;
        return;
    }
    context->held = trap->cause == CAUSE_TIMER && trap->signo != SIGALRM;
    if (context->held)
        host_ptrace(PTRACE_LISTEN, context->pid, 0, NULL); /* it stays stopped; of its SIGCONT the host will tell */
    if (trap->cause == CAUSE_SYSCALL && !arch_is_system_call(&context->space, registers))
        *trap = (struct trap){.cause = CAUSE_FAULT, .signo = SIGSYS};
    if (trap->cause == CAUSE_SYSCALL) {
        trap->number = registers_call_number(registers);
        for (unsigned i = 0; i < 6; i++)
            trap->argument[i] = registers_argument(registers, i);
    }
}

uint64_t trap_fault_address(const struct context *context, bool *sent)
{
    siginfo_t info = {0};
    const bool known = host_ptrace(PTRACE_GETSIGINFO, context->pid, 0, &info) == 0;
    if (sent != NULL)
        *sent = known && info.si_code <= 0;
    if (!known || info.si_code <= 0 || info.si_code == SI_KERNEL ||
        (info.si_signo != SIGSEGV && info.si_signo != SIGBUS))
        return 0;
    return (uint64_t)(uintptr_t)info.si_addr;
}
