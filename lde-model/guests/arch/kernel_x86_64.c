/* x86-64, for guest kernels: the tables that tell the CPU where traps go, filled at boot and registered by privileged
 * instructions.  Knows nothing of what the kernel does with a trap. */
#include "lde-model/guests/arch/kernel.h"

enum { GATES = BOOT_VECTOR_TIMER + 1, GDT_ROWS = 18, GATE_INTERRUPT = 0x8e };

struct gate {
    uint16_t offset_low, selector;
    uint8_t stack, type;
    uint16_t offset_middle;
    uint32_t offset_high, reserved;
} __attribute__((packed));

struct table_register {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

struct task_state {
    uint32_t reserved;
    uint64_t stack; /* where the CPU pushes when a trap comes from user mode */
    uint8_t rest[92];
} __attribute__((packed));
_Static_assert(sizeof(struct task_state) == 104, "Intel's manual, volume 3, figure 8-11");

struct task_state kernel_task; /* the entry code for `syscall` uses its stack, too */
static struct gate gates[GATES];
static uint64_t gdt[GDT_ROWS];

void kernel_enter_call(void), kernel_enter_timer(void), kernel_enter_fault(void); /* kernel_x86_64.S */

static void set_gate(unsigned number, void (*handler)(void))
{
    const uint64_t address = (uint64_t)handler;
    gates[number] = (struct gate){
        .offset_low = (uint16_t)address,
        .offset_middle = (uint16_t)(address >> 16),
        .offset_high = (uint32_t)(address >> 32),
        .selector = KERNEL_CODE_SELECTOR,
        .type = GATE_INTERRUPT, /* an interrupt gate: further interrupts are off */
    };
}

static void fill_gdt(void)
{
    const uint64_t task = (uint64_t)&kernel_task;
    gdt[KERNEL_CODE_SELECTOR / 8] = 0x00209a0000000000;
    gdt[KERNEL_DATA_SELECTOR / 8] = 0x0000920000000000;
    gdt[USER_DATA_SELECTOR / 8] = 0x0000f20000000000;
    gdt[USER_CODE_SELECTOR / 8] = 0x0020fa0000000000;
    gdt[TASK_SELECTOR / 8] =
        (sizeof kernel_task - 1) | (task & 0xffffff) << 16 | (uint64_t)0x89 << 40 | (task >> 24 & 0xff) << 56;
    gdt[TASK_SELECTOR / 8 + 1] = task >> 32;
}

static void write_msr(uint32_t number, uint64_t value)
{
    __asm__ volatile("wrmsr" : : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

void arch_set_up_traps(void)
{
    const struct table_register idt_register = {sizeof gates - 1, (uint64_t)gates};
    const struct table_register gdt_register = {sizeof gdt - 1, (uint64_t)gdt};
    set_gate(BOOT_VECTOR_TIMER, kernel_enter_timer);
    set_gate(BOOT_VECTOR_PROTECTION, kernel_enter_fault);
    set_gate(BOOT_VECTOR_PAGE, kernel_enter_fault);
    fill_gdt();
    __asm__ volatile("lgdt (%0)" : : "a"(&gdt_register), "m"(gdt_register)); /* the one form that is easily decoded */
    __asm__ volatile("ltr %w0" : : "r"(TASK_SELECTOR));
    __asm__ volatile("lidt (%0)" : : "a"(&idt_register), "m"(idt_register));
    /* STAR: `syscall` takes the kernel's selectors from one half, `sysretq` the user's (+16 code, +8 data) from the
     * other */
    write_msr(0xc0000081, (uint64_t)(USER_DATA_SELECTOR - 8) << 48 | (uint64_t)KERNEL_CODE_SELECTOR << 32);
    /* SFMASK: what a process may have set and a kernel does not want: single-stepping (0x100), interrupts, direction,
     * I/O level, nesting (0x4000), alignment checks (0x40000) */
    write_msr(0xc0000084, 0x47700);
    write_msr(0xc0000082, (uint64_t)kernel_enter_call); /* LSTAR: this registers the system-call handler */
}

void arch_use_frame(struct frame *frame)
{
    kernel_task.stack = (uint64_t)(frame + 1); /* pushes go downwards, and so fill the frame */
}
