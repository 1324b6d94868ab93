/* x86-64: registers.  See arch.h for what each name means; Intel's manual, volume 3, for the rest. */
#ifndef LDE_ARCH_X86_64_H
#define LDE_ARCH_X86_64_H

#include <elf.h>
#include <sys/user.h>

#define ARCH_NAME "x86-64"
#define ARCH_MACHINE EM_X86_64
#define ARCH_CALL_LENGTH 2
#define ARCH_REFLECTED_TRAPS "2: syscall, sysretq"

struct registers {
    struct user_regs_struct user;
};

struct system_registers {
    uint64_t lstar, star, sfmask; /* MSRs: where `syscall` goes, with which selectors, which flags off */
    uint64_t idt_base, idt_limit; /* the table of gates for faults and interrupts */
    uint64_t gdt_base, gdt_limit;
    uint64_t tss_base; /* the task state, which holds the kernel's stack pointer */
    uint64_t cr2, cr3; /* address of the last page fault; the address-space register */
};

/* General register 0 to 15, in the order in which instructions number them. */
static inline unsigned long long *registers_general(struct registers *registers, unsigned number)
{
    struct user_regs_struct *user = &registers->user;
    unsigned long long *const general[16] = {&user->rax, &user->rcx, &user->rdx, &user->rbx, &user->rsp, &user->rbp,
                                             &user->rsi, &user->rdi, &user->r8,  &user->r9,  &user->r10, &user->r11,
                                             &user->r12, &user->r13, &user->r14, &user->r15};
    return general[number & 15];
}

static inline uint64_t registers_pc(const struct registers *registers)
{
    return registers->user.rip;
}

static inline uint64_t registers_frame(const struct registers *registers)
{
    return registers->user.rbp;
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

/* What code cannot see of another process's registers: segments and their bases stay the process's own. */
static inline void registers_keep_hidden(struct registers *registers, const struct registers *own)
{
    registers->user.fs_base = own->user.fs_base;
    registers->user.gs_base = own->user.gs_base;
}

static inline void registers_start(struct registers *registers, uint64_t pc, uint64_t sp, uint64_t argument)
{
    const struct user_regs_struct old = registers->user;
    registers->user = (struct user_regs_struct){
        .rip = pc,
        .rsp = sp,
        .rdi = argument,
        .eflags = 0x202, /* interrupts on, as user level always has them */
        .cs = old.cs,
        .ss = old.ss,
        .ds = old.ds,
        .es = old.es,
        .fs = old.fs,
        .gs = old.gs,
    };
    registers->user.orig_rax = UINT64_MAX;
}

static inline void registers_detach_from_call(struct registers *registers)
{
    registers->user.orig_rax = UINT64_MAX;
}

#endif
