/* AArch64, for guest kernels: which process's registers are in the CPU, and what the CPU does not do by itself for code
 * that was just written.  Knows nothing of what the kernel does with a trap. */
#include "lde-model/guests/arch/kernel.h"

extern const char kernel_vectors[]; /* kernel_aarch64.S */

static struct frame *in_cpu; /* whose pc, state and stack pointer the CPU holds; 0: nobody's */

#define READ(name, value) __asm__ volatile("mrs %0, " name : "=r"(value))
#define WRITE(name, value) __asm__ volatile("msr " name ", %0" : : "r"(value))

void arch_set_up_traps(void)
{
    __asm__ volatile("msr vbar_el1, %0\n\tisb" : : "r"(kernel_vectors));
}

void arch_save_rest(const struct frame *frame)
{
    if (in_cpu == 0 || frame != in_cpu)
        return;
    READ("elr_el1", in_cpu->pc);
    READ("spsr_el1", in_cpu->state);
    READ("sp_el0", in_cpu->sp);
}

/* Six privileged instructions, but only where the CPU goes to another process. */
void arch_use_frame(struct frame *frame)
{
    if (frame == in_cpu)
        return;
    arch_save_rest(in_cpu);
    in_cpu = frame;
    if (frame == 0)
        return;
    WRITE("elr_el1", frame->pc);
    WRITE("spsr_el1", frame->state);
    WRITE("sp_el0", frame->sp);
}

/* What gcc calls for __builtin___clear_cache: the CPU fetches instructions past the cache that stores go to, so new
 * code must be written back from the one (dc) and forgotten by the other (ic).  Neither is privileged. */
void __clear_cache(void *begin, void *end);
void __clear_cache(void *begin, void *end)
{
    uint64_t type;
    READ("ctr_el0", type);
    const uint64_t data = 4u << (type >> 16 & 15), code = 4u << (type & 15), to = (uint64_t)end;
    for (uint64_t line = (uint64_t)begin & -data; line < to; line += data)
        __asm__ volatile("dc cvau, %0" : : "r"(line) : "memory");
    __asm__ volatile("dsb ish" ::: "memory");
    for (uint64_t line = (uint64_t)begin & -code; line < to; line += code)
        __asm__ volatile("ic ivau, %0" : : "r"(line) : "memory");
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}
