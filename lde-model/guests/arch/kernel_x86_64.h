/* x86-64, for guest kernels: the frame as the CPU and the entry code push it, and privileged instructions. */
#ifndef LDE_GUESTS_ARCH_KERNEL_X86_64_H
#define LDE_GUESTS_ARCH_KERNEL_X86_64_H

/* Selectors.  The user's are of index 16 and above, beyond the GDT of any host, so that `iretq` to them faults at user
 * level, as a hypervisor that cannot see it otherwise needs; on a CPU of our own they are in our GDT. */
#define KERNEL_CODE_SELECTOR 0x08
#define KERNEL_DATA_SELECTOR 0x10
#define TASK_SELECTOR 0x18
#define USER_DATA_SELECTOR 0x83
#define USER_CODE_SELECTOR 0x8b

#define USER_FLAGS 0x202 /* interrupts on */

#ifndef __ASSEMBLER__

struct frame {        /* in the order of kernel_x86_64.S, from low addresses to high */
    uint64_t by_call; /* 1: came by `syscall`, so that `sysretq` leads back */
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
    uint64_t error;
    uint64_t rip, cs, rflags, rsp, ss;
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct frame) == 22 * 8,
               "as kernel_x86_64.S pushes it, and a multiple of 16 as the CPU wants it");

static inline void frame_start(struct frame *frame, uint64_t entry, uint64_t stack)
{
    *frame = (struct frame){
        .rip = entry, .rsp = stack, .cs = USER_CODE_SELECTOR, .ss = USER_DATA_SELECTOR, .rflags = USER_FLAGS};
}

static inline void frame_copy(struct frame *to, const struct frame *from)
{
    *to = *from;
}

static inline uint64_t frame_number(const struct frame *frame)
{
    return frame->rax;
}

static inline void frame_arguments(const struct frame *frame, uint64_t argument[6])
{
    argument[0] = frame->rdi;
    argument[1] = frame->rsi;
    argument[2] = frame->rdx;
    argument[3] = frame->r10;
    argument[4] = frame->r8;
    argument[5] = frame->r9;
}

static inline void frame_set_result(struct frame *frame, int64_t result)
{
    frame->rax = (uint64_t)result;
}

static inline void device_write8(uint64_t device, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "d"((uint16_t)device));
}

static inline void device_write32(uint64_t device, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "d"((uint16_t)device));
}

static inline uint32_t device_read32(uint64_t device)
{
    uint32_t value;
    __asm__ volatile("inl %1, %0" : "=a"(value) : "d"((uint16_t)device));
    return value;
}

static inline void arch_load_space(uint64_t handle)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(handle) : "memory");
}

#endif
#endif
