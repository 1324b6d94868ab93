/* AArch64: registers.  arch.h says what each name means, Arm's Architecture Reference Manual, part D, the rest. */
#ifndef LDE_ARCH_AARCH64_H
#define LDE_ARCH_AARCH64_H

#include <elf.h>
#include <sys/user.h>

#define ARCH_NAME "AArch64"
#define ARCH_MACHINE EM_AARCH64
#define ARCH_CALL_LENGTH 4
/* All exceptions of one level share a vector here: the kernel must ask ESR_EL1 which one it was, and that traps. */
#define ARCH_REFLECTED_TRAPS "3: svc, mrs esr_el1, eret"

/* One surprise: at the stop for a system call x7 tells tracers "entry" (0), and what we write there is dropped; the
 * host gives the process its own x7 back when that same stop ends.  So a call keeps it, and only a forked process,
 * made of what we saw, begins with 0 there: guests/arch/call.h counts x7 among what a call may change. */
struct registers {
    struct user_regs_struct user; /* x0 to x30, sp, pc, pstate */
};

/* System registers, by the five fields that name them in an instruction (Arm's manual, part D, chapter 19). */
#define AARCH64_FIELDS(op0, op1, n, m, op2) ((op0) << 14 | (op1) << 11 | (n) << 7 | (m) << 3 | (op2))
enum aarch64_system_register {
    AARCH64_TTBR0_EL1 = AARCH64_FIELDS(3, 0, 2, 0, 0),
    AARCH64_SPSR_EL1 = AARCH64_FIELDS(3, 0, 4, 0, 0),
    AARCH64_ELR_EL1 = AARCH64_FIELDS(3, 0, 4, 0, 1),
    AARCH64_SP_EL0 = AARCH64_FIELDS(3, 0, 4, 1, 0),
    AARCH64_CURRENT_EL = AARCH64_FIELDS(3, 0, 4, 2, 2),
    AARCH64_ESR_EL1 = AARCH64_FIELDS(3, 0, 5, 2, 0),
    AARCH64_FAR_EL1 = AARCH64_FIELDS(3, 0, 6, 0, 0),
    AARCH64_VBAR_EL1 = AARCH64_FIELDS(3, 0, 12, 0, 0),
    AARCH64_DAIF = AARCH64_FIELDS(3, 3, 4, 2, 1),
};

struct system_registers {
    uint64_t vbar;      /* where the table of vectors is; 0: none yet */
    uint64_t elr, spsr; /* pc and state of the interrupted code */
    uint64_t esr, far;  /* why it was, and the address that a memory fault touched */
    uint64_t sp_el0;    /* the two stack pointers: each is here while the other one is sp */
    uint64_t sp_el1;
};

static inline uint64_t registers_pc(const struct registers *registers)
{
    return registers->user.pc;
}

static inline uint64_t registers_frame(const struct registers *registers)
{
    return registers->user.regs[29];
}

static inline uint64_t registers_call_number(const struct registers *registers)
{
    return registers->user.regs[8]; /* which the host has copied to NT_ARM_SYSTEM_CALL, and nobody has changed since */
}

static inline uint64_t registers_argument(const struct registers *registers, unsigned index)
{
    return registers->user.regs[index];
}

static inline void registers_set_result(struct registers *registers, int64_t result)
{
    registers->user.regs[0] = (uint64_t)result;
}

static inline int64_t registers_result(const struct registers *registers)
{
    return (int64_t)registers->user.regs[0];
}

static inline void registers_keep_hidden(struct registers *registers, const struct registers *own)
{
    /* what a kernel does not see (the thread pointer, vectors) is no part of these: it stays with its host process */
    (void)registers, (void)own;
}

static inline void registers_start(struct registers *registers, uint64_t pc, uint64_t sp, uint64_t argument)
{
    registers->user = (struct user_regs_struct){.regs = {argument}, .sp = sp, .pc = pc}; /* pstate 0: user level */
}

static inline void registers_detach_from_call(struct registers *registers)
{
    /* the host takes only x0 of −512 to −516 for a call to restart, and no OS of ours ever answers with those */
    (void)registers;
}

#endif
