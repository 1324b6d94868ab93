/* AArch64: instructions.  Knows system registers and what the CPU does with them; does not know why a guest stopped,
 * nor what its operating system wants.  Decoding is in aarch64_decode.c. */
#include "lde-model/arch/arch.h"

#include <string.h>

#define STATE_CONDITIONS 0xf0000000 /* N, Z, C, V: all of the state that user-level code sees */
#define STATE_NO_IRQ 0x80
#define STATE_EL1 0x5 /* kernel level, with its own stack pointer */
#define STATE_LEVEL 0xf

/* The table of vectors: four groups by where the trap came from, in each four rooms by what it was. */
enum { VECTORS_SIZE = 0x800, FROM_KERNEL = 0x200, FROM_USER = 0x400, SYNCHRONOUS = 0, INTERRUPT = 0x80 };

/* Classes of ESR_EL1: unknown is what an instruction gives that user mode may not execute. */
enum { CLASS_SHIFT = 26, CLASS_UNKNOWN = 0, CLASS_CALL = 0x15, CLASS_DATA_ABORT = 0x24, FOUR_BYTES = 1 << 25 };

bool arch_is_system_call(const struct memory_space *space, const struct registers *registers)
{
    static const uint8_t svc_0[4] = {0x01, 0x00, 0x00, 0xd4};
    const uint8_t *code = memory_at(space, registers->user.pc - sizeof svc_0, sizeof svc_0, MEMORY_EXECUTE);
    return code != NULL && memcmp(code, svc_0, sizeof svc_0) == 0;
}

void arch_skip(struct registers *registers, const struct instruction *instruction)
{
    registers->user.pc += instruction->length;
    if (instruction->operation == PRIVILEGED_HALT)
        registers->user.regs[0] = 0; /* it was a call of the firmware, PSCI's CPU_SUSPEND, and it succeeded */
}

void arch_set_read(struct registers *registers, const struct instruction *instruction, uint64_t value)
{
    if (instruction->reg < 31) /* 31 is xzr: read, and thrown away */
        registers->user.regs[instruction->reg] = value;
}

/* ---- system registers ---- */

/* Those that only hold what was put there. */
static const struct {
    enum aarch64_system_register which;
    size_t where;
} held[] = {
    {AARCH64_ELR_EL1, offsetof(struct system_registers, elr)},
    {AARCH64_SPSR_EL1, offsetof(struct system_registers, spsr)},
    {AARCH64_ESR_EL1, offsetof(struct system_registers, esr)},
    {AARCH64_FAR_EL1, offsetof(struct system_registers, far)},
    {AARCH64_SP_EL0, offsetof(struct system_registers, sp_el0)},
    {AARCH64_VBAR_EL1, offsetof(struct system_registers, vbar)},
};

bool arch_write_system(struct system_registers *system, const struct memory_space *kernel,
                       const struct instruction *instruction)
{
    const uint64_t value = instruction->value;
    if (instruction->target == AARCH64_VBAR_EL1 &&
        (value % VECTORS_SIZE != 0 || memory_at(kernel, value, VECTORS_SIZE, MEMORY_EXECUTE) == NULL))
        return false; /* a trap table outside of the VM */
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        if (held[i].which != instruction->target)
            continue;
        memcpy((char *)system + held[i].where, &value, sizeof value);
        return true;
    }
    return false;
}

bool arch_read_system(const struct system_registers *system, const struct instruction *instruction, uint64_t *value)
{
    *value = 1 << 2; /* the current level, 1: only a kernel's read comes here */
    for (size_t i = 0; i < sizeof held / sizeof *held; i++) {
        if (held[i].which != instruction->target)
            continue;
        memcpy(value, (const char *)system + held[i].where, sizeof *value);
        return true;
    }
    return instruction->target == AARCH64_CURRENT_EL;
}

uint64_t arch_call_entry(const struct system_registers *system)
{
    return system->vbar == 0 ? 0 : system->vbar + FROM_USER + SYNCHRONOUS;
}

/* ---- into the guest kernel, and back ---- */

static uint64_t cause(enum arch_vector vector)
{
    const uint64_t class = vector == ARCH_VECTOR_CALL     ? CLASS_CALL
                           : vector == ARCH_VECTOR_MEMORY ? CLASS_DATA_ABORT
                                                          : CLASS_UNKNOWN;
    return class << CLASS_SHIFT | FOUR_BYTES;
}

/* The hardware touches no memory: what was interrupted goes to registers, which the kernel reads by instructions that
 * trap, too. */
bool arch_enter_kernel(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                       enum arch_vector vector, bool from_user, bool interrupts_on, uint64_t address)
{
    struct user_regs_struct *user = &registers->user;
    (void)kernel; /* the table was found good when it was registered */
    if (system->vbar == 0)
        return false;
    system->elr = user->pc;
    system->spsr = (user->pstate & STATE_CONDITIONS) | (interrupts_on ? 0 : STATE_NO_IRQ) | (from_user ? 0 : STATE_EL1);
    if (vector != ARCH_VECTOR_TIMER)
        system->esr = cause(vector);
    if (vector == ARCH_VECTOR_MEMORY)
        system->far = address;
    if (from_user) {
        system->sp_el0 = user->sp;
        user->sp = system->sp_el1;
    }
    user->pc =
        system->vbar + (from_user ? FROM_USER : FROM_KERNEL) + (vector == ARCH_VECTOR_TIMER ? INTERRUPT : SYNCHRONOUS);
    return true;
}

bool arch_return(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                 const struct instruction *instruction, bool *to_user, bool *interrupts_on)
{
    struct user_regs_struct *user = &registers->user;
    (void)kernel, (void)instruction;
    *to_user = (system->spsr & STATE_LEVEL) == 0;
    *interrupts_on = (system->spsr & STATE_NO_IRQ) == 0;
    user->pc = system->elr;
    user->pstate = system->spsr & STATE_CONDITIONS;
    if (*to_user) {
        system->sp_el1 = user->sp;
        user->sp = system->sp_el0;
    }
    return true;
}
