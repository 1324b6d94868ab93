/* x86-64: registers.  See arch.h for what each name means; Intel's manual, volume 3, for the rest. */
#ifndef LDE_ARCH_X86_64_H
#define LDE_ARCH_X86_64_H

#include <elf.h>
#include <sys/user.h>

#define ARCH_NAME "x86-64"
#define ARCH_MACHINE EM_X86_64
#define ARCH_CALL_LENGTH 2

struct registers {
    struct user_regs_struct user;
};

static inline uint64_t registers_pc(const struct registers *registers)
{
    return registers->user.rip;
}

static inline uint64_t registers_sp(const struct registers *registers)
{
    return registers->user.rsp;
}

static inline uint64_t registers_call_number(const struct registers *registers)
{
    return registers->user.orig_rax;
}

static inline uint64_t registers_argument(const struct registers *registers, unsigned index)
{
    const struct user_regs_struct *user = &registers->user;
    /* the fourth is in r10, not in rcx as for a C function: `syscall` itself overwrites rcx with the pc */
    const uint64_t arguments[6] = {user->rdi, user->rsi, user->rdx, user->r10, user->r8, user->r9};
    return arguments[index];
}

static inline void registers_set_result(struct registers *registers, int64_t result)
{
    registers->user.rax = (uint64_t)result;
}

static inline int64_t registers_result(const struct registers *registers)
{
    return (int64_t)registers->user.rax;
}

static inline void registers_start(struct registers *registers, uint64_t pc, uint64_t sp, uint64_t argument)
{
    const struct user_regs_struct old = registers->user;
    registers->user = (struct user_regs_struct){
        .rip = pc, .rsp = sp, .rdi = argument, .eflags = 0x202, /* interrupts on, as user level always has them */
        .cs = old.cs, .ss = old.ss, .ds = old.ds, .es = old.es, .fs = old.fs, .gs = old.gs,
    };
    registers->user.orig_rax = UINT64_MAX;
}

static inline void registers_detach_from_call(struct registers *registers)
{
    registers->user.orig_rax = UINT64_MAX;
}

#endif
