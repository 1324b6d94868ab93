/* AArch64, for guest kernels: the frame as the entry code fills it, and privileged instructions.
 *
 * Three registers of a process are not in x0 to x30: its pc (ELR_EL1), its state (SPSR_EL1) and its stack pointer
 * (SP_EL0) stay in the CPU while its kernel handles its trap.  Reading each is privileged, so they are moved to the
 * frame only when another process is to have the CPU (arch_use_frame). */
#ifndef LDE_GUESTS_ARCH_KERNEL_AARCH64_H
#define LDE_GUESTS_ARCH_KERNEL_AARCH64_H

/* Offsets into struct frame for kernel_aarch64.S, and the firmware's call that waits for an interrupt. */
#define FRAME_X2 16
#define FRAME_X30 240
#define PSCI_CPU_SUSPEND 0xc4000001

#ifndef __ASSEMBLER__

#include <stddef.h>

struct frame {
    uint64_t x[31];
    uint64_t pc, state, sp; /* as of the last time that the process lost the CPU to another */
} __attribute__((aligned(16)));
_Static_assert(offsetof(struct frame, x[2]) == FRAME_X2 && offsetof(struct frame, x[30]) == FRAME_X30,
               "as in kernel_aarch64.S");

static inline void frame_start(struct frame *frame, uint64_t entry, uint64_t stack)
{
    *frame = (struct frame){.pc = entry, .sp = stack}; /* state 0: user level, interrupts on */
}

/* Moves the three to their frame if the CPU has them. */
void arch_save_rest(const struct frame *frame);

static inline void frame_copy(struct frame *to, const struct frame *from)
{
    arch_save_rest(from);
    *to = *from;
}

static inline uint64_t frame_number(const struct frame *frame)
{
    return frame->x[8];
}

static inline void frame_arguments(const struct frame *frame, uint64_t argument[6])
{
    for (unsigned i = 0; i < 6; i++)
        argument[i] = frame->x[i];
}

static inline void frame_set_result(struct frame *frame, int64_t result)
{
    frame->x[0] = (uint64_t)result;
}

/* Nothing is mapped at the device page, so these fault.  One fixed form each, that is easily decoded. */
static inline void device_write8(uint64_t device, uint8_t value)
{
    __asm__ volatile("strb %w0, [%1]" : : "r"(value), "r"(BOOT_DEVICES + device) : "memory");
}

static inline void device_write32(uint64_t device, uint32_t value)
{
    __asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(BOOT_DEVICES + device) : "memory");
}

static inline uint32_t device_read32(uint64_t device)
{
    uint32_t value;
    __asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(BOOT_DEVICES + device) : "memory");
    return value;
}

static inline void arch_load_space(uint64_t handle)
{
    __asm__ volatile("msr ttbr0_el1, %0\n\tisb" : : "r"(handle) : "memory");
}

#endif
#endif
