/* The registers of a stopped thread, in the order by which unwind tables number them (the DWARF register numbers of
 * each CPU's ABI).  One closed list of names for every CPU:
 *
 *   REGISTER_COUNT                      how many the order has
 *   REGISTER_FRAME, _STACK, _PC         the frame pointer's, stack pointer's and program counter's places in it
 *   registers_in_order                  puts the kernel's struct into that order
 *   registers_stack                     the stack pointer's place in the kernel's struct
 */
#ifndef TRACER_ARCH_REGISTERS_H
#define TRACER_ARCH_REGISTERS_H

#include <stdint.h>
#include <string.h>
#include <sys/user.h>

#if defined(__x86_64__)
enum { REGISTER_COUNT = 17, REGISTER_FRAME = 6, REGISTER_STACK = 7, REGISTER_PC = 16 };
static inline void registers_in_order(const struct user_regs_struct *from, uint64_t to[REGISTER_COUNT])
{
    const uint64_t order[] = {from->rax, from->rdx, from->rcx, from->rbx, from->rsi, from->rdi,
                              from->rbp, from->rsp, from->r8,  from->r9,  from->r10, from->r11,
                              from->r12, from->r13, from->r14, from->r15, from->rip};

    memcpy(to, order, sizeof order);
}
static inline void *registers_stack(struct user_regs_struct *registers)
{
    return &registers->rsp;
}
#elif defined(__aarch64__)
enum { REGISTER_COUNT = 33, REGISTER_FRAME = 29, REGISTER_STACK = 31, REGISTER_PC = 32 };
static inline void registers_in_order(const struct user_regs_struct *from, uint64_t to[REGISTER_COUNT])
{
    memcpy(to, from->regs, 31 * sizeof *to);
    to[REGISTER_STACK] = from->sp;
    to[REGISTER_PC] = from->pc;
}
static inline void *registers_stack(struct user_regs_struct *registers)
{
    return &registers->sp;
}
#else
#error "stacks are known of x86-64 and AArch64; another CPU needs its rows here"
#endif

#endif
