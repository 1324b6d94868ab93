/* What a guest kernel needs of its CPU: the second arch contract, of the software inside the machine.  Each CPU has
 * kernel_CPU.h (privileged instructions, inline), kernel_CPU.c (tables, set up at boot) and kernel_CPU.S (where traps
 * enter and leave).  Nothing here knows that the instructions will trap to a hypervisor: on a CPU of one's own they
 * would just work.
 *
 * A frame is where the registers of a process are while the kernel runs; the entry code fills the one last told to
 * arch_use_frame.  The kernel itself keeps nothing on its stack from one trap to the next. */
#ifndef LDE_GUESTS_ARCH_KERNEL_H
#define LDE_GUESTS_ARCH_KERNEL_H

#include "lde-model/guests/boot.h"

struct frame;

enum kernel_trap { TRAP_CALL, TRAP_TIMER, TRAP_FAULT };

/* A new process: its registers when it runs for the first time, interrupts on. */
static inline void frame_start(struct frame *frame, uint64_t entry, uint64_t stack);
/* The copy of a process that forks. */
static inline void frame_copy(struct frame *to, const struct frame *from);
/* A system call's number, arguments and result. */
static inline uint64_t frame_number(const struct frame *frame);
static inline void frame_arguments(const struct frame *frame, uint64_t argument[6]);
static inline void frame_set_result(struct frame *frame, int64_t result);

/* Devices of boot.h: 8 or 32 bits. */
static inline void device_write8(uint64_t device, uint8_t value);
static inline void device_write32(uint64_t device, uint32_t value);
static inline uint32_t device_read32(uint64_t device);

/* Loads the address-space register. */
static inline void arch_load_space(uint64_t handle);

#if defined(__x86_64__)
#include "lde-model/guests/arch/kernel_x86_64.h"
#elif defined(__aarch64__)
#include "lde-model/guests/arch/kernel_aarch64.h"
#else
#error "write lde-model/guests/arch/kernel_CPU.{h,c,S}"
#endif

/* Registers the trap table.  Once, at boot. */
void arch_set_up_traps(void);
/* The next trap from user mode saves its registers there. */
void arch_use_frame(struct frame *frame);

/* In kernel_CPU.S, never returning: goes to user mode with the registers in the frame; or turns interrupts on and
 * halts until one comes (kernel_trap is then called with TRAP_TIMER, on a fresh stack). */
_Noreturn void arch_resume(struct frame *frame);
_Noreturn void arch_idle(void);

/* What the kernel defines and the entry code calls, each time on an empty stack. */
_Noreturn void kernel_boot(const struct boot_information *boot);
_Noreturn void kernel_trap(enum kernel_trap why);

#endif
