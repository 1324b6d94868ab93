/* The last words about a guest: which instruction did what the machine does not allow.  Decides nothing. */
#include "lde-model/support/explain.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const char *what_happened(const struct trap *trap, bool in_code, bool privileged, uint64_t address)
{
    if (!in_code)
        return "jumped out of its code";
    if (privileged)
        return "privileged instruction";
    switch (trap->signo) {
    case SIGSYS:
        return "host call";
    case SIGILL:
        return "invalid instruction";
    case SIGFPE:
        return "division fault";
    case SIGTRAP:
        return "breakpoint";
    default:
        return address == 0 ? "wild or misaligned pointer" : "wild pointer";
    }
}

static void explain_signal(int signo, char text[EXPLAIN_MAX])
{
    snprintf(text, EXPLAIN_MAX, "killed from outside by signal %d (SIG%s)", signo, sigabbrev_np(signo));
}

static void explain_fault(const struct context *context, const struct registers *registers, const struct trap *trap,
                          char text[EXPLAIN_MAX])
{
    bool sent;
    const uint64_t address = trap_fault_address(context, &sent);
    uint64_t pc = registers_pc(registers);
    if (sent) {
        explain_signal(trap->signo, text);
        return;
    }
    if (trap->signo == SIGSYS && memory_at(&context->space, pc - ARCH_CALL_LENGTH, 1, MEMORY_EXECUTE) != NULL)
        pc -= ARCH_CALL_LENGTH; /* a host call is noticed after its instruction */
    char instruction[ARCH_TEXT_MAX] = "";
    size_t size = 15;
    const uint8_t *code = NULL;
    while (size > 0 && (code = memory_at(&context->space, pc, size, MEMORY_EXECUTE)) == NULL)
        size--;
    bool privileged = false;
    if (code != NULL)
        privileged = arch_instruction_text(code, size, instruction);
    int used = snprintf(text, EXPLAIN_MAX, "%s: ", what_happened(trap, code != NULL, privileged, address));
    if (code != NULL)
        used += snprintf(text + used, (size_t)(EXPLAIN_MAX - used), "the instruction %s ", instruction);
    used += snprintf(text + used, (size_t)(EXPLAIN_MAX - used), "at 0x%llx", (unsigned long long)pc);
    if (address != 0 && code != NULL && !privileged)
        snprintf(text + used, (size_t)(EXPLAIN_MAX - used), " touched 0x%llx", (unsigned long long)address);
}

void explain_death(const struct context *context, const struct registers *registers, const struct trap *trap,
                   char text[EXPLAIN_MAX])
{
    if (trap->cause == CAUSE_FAULT)
        explain_fault(context, registers, trap, text);
    else if (trap->signo == SIGILL)
        snprintf(text, EXPLAIN_MAX, "went to 32-bit code, which this machine does not have");
    else if (WIFSIGNALED(trap->status))
        explain_signal(WTERMSIG(trap->status), text);
    else
        snprintf(text, EXPLAIN_MAX, "its host process ended with status %d", WEXITSTATUS(trap->status));
}
