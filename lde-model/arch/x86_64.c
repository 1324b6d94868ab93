/* x86-64: instructions.  Knows opcodes and what the CPU does with them; does not know why a guest stopped, nor
 * what its operating system wants.  Decoding is in x86_64_decode.c. */
#include "lde-model/arch/arch.h"

#include <string.h>

enum {
    FLAG_ALWAYS = 0x2,
    FLAG_TRAP = 0x100,
    FLAG_INTERRUPTS = 0x200,
    FLAGS_OF_USER = 0x40cd5, /* what user mode may set: by arithmetic, the direction, alignment checks */
    GATE_SIZE = 16,
    GATE_PRESENT = 0x80,
    TSS_STACK_OFFSET = 4,
    TSS_SIZE = 104,
};
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_SFMASK 0xc0000084

bool arch_is_system_call(const struct memory_space *space, const struct registers *registers)
{
    /* `int 0x80` and the vsyscall page reach the host kernel, too, with other numbers or without our stop */
    const uint8_t *code = memory_at(space, registers->user.rip - 2, 2, MEMORY_EXECUTE);
    return code != NULL && code[0] == 0x0f && code[1] == 0x05;
}

void arch_skip(struct registers *registers, const struct instruction *instruction)
{
    registers->user.rip += instruction->length;
}

void arch_set_read(struct registers *registers, const struct instruction *instruction, uint64_t value)
{
    struct user_regs_struct *user = &registers->user;
    if (strcmp(instruction->name, "rdmsr") == 0) {
        user->rax = (uint32_t)value;
        user->rdx = value >> 32;
    } else if (instruction->operation == PRIVILEGED_DEVICE_READ) {
        user->rax = (uint32_t)value; /* in %dx, %eax; narrower ones are not used */
    } else {
        *registers_general(registers, instruction->reg) = value;
    }
}

/* ---- system registers ---- */

static uint64_t load(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;
    memcpy(&value, bytes, size); /* little-endian, as the guest */
    return value;
}

/* lidt and lgdt: a limit and a base in memory.  False if they or the table are not all the kernel's. */
static bool load_table(const struct memory_space *kernel, uint64_t operand, uint64_t *base, uint64_t *limit)
{
    const uint8_t *bytes = memory_at(kernel, operand, 10, MEMORY_READ);
    if (bytes == NULL || memory_at(kernel, load(bytes + 2, 8), load(bytes, 2) + 1, MEMORY_READ) == NULL)
        return false;
    *limit = load(bytes, 2);
    *base = load(bytes + 2, 8);
    return true;
}

/* ltr: the base is spread over a 16-byte descriptor in the GDT. */
static bool load_task(struct system_registers *system, const struct memory_space *kernel, uint64_t selector)
{
    const uint64_t offset = selector & 0xfff8;
    const uint8_t *descriptor = memory_at(kernel, system->gdt_base + offset, 16, MEMORY_READ);
    if (descriptor == NULL || offset + 15 > system->gdt_limit)
        return false;
    const uint64_t base = load(descriptor + 2, 3) | load(descriptor + 7, 1) << 24 | load(descriptor + 8, 4) << 32;
    if (memory_at(kernel, base, TSS_SIZE, MEMORY_READ) == NULL)
        return false;
    system->tss_base = base;
    return true;
}

bool arch_write_system(struct system_registers *system, const struct memory_space *kernel,
                       const struct instruction *instruction)
{
    const char *name = instruction->name;
    if (strcmp(name, "lidt") == 0)
        return load_table(kernel, instruction->value, &system->idt_base, &system->idt_limit);
    if (strcmp(name, "lgdt") == 0)
        return load_table(kernel, instruction->value, &system->gdt_base, &system->gdt_limit);
    if (strcmp(name, "ltr") == 0)
        return load_task(system, kernel, instruction->value);
    if (strcmp(name, "wrmsr") != 0)
        return false;
    switch (instruction->target) {
    case MSR_STAR:
        system->star = instruction->value;
        return true;
    case MSR_SFMASK:
        system->sfmask = instruction->value;
        return true;
    case MSR_LSTAR:
        if (memory_at(kernel, instruction->value, 1, MEMORY_EXECUTE) == NULL)
            return false; /* a trap table outside of the VM */
        system->lstar = instruction->value;
        return true;
    default:
        return false;
    }
}

bool arch_read_system(const struct system_registers *system, const struct instruction *instruction, uint64_t *value)
{
    if (strncmp(instruction->name, "mov from cr", 11) != 0 || (instruction->target != 2 && instruction->target != 3))
        return false;
    *value = instruction->target == 2 ? system->cr2 : system->cr3;
    return true;
}

uint64_t arch_call_entry(const struct system_registers *system)
{
    return system->lstar;
}

/* ---- into the guest kernel, and back ---- */

static uint64_t flags_seen(const struct registers *registers, bool interrupts_on)
{
    /* at user level the real flag is always on: the virtual CPU's takes its place */
    const uint64_t flags = registers->user.eflags & ~(uint64_t)(FLAG_INTERRUPTS | FLAG_TRAP);
    return flags | (interrupts_on ? FLAG_INTERRUPTS : 0);
}

static void enter_by_syscall(struct registers *registers, const struct system_registers *system, bool interrupts_on)
{
    struct user_regs_struct *user = &registers->user;
    user->rax = user->orig_rax; /* SYSEMU has put −ENOSYS there */
    user->rcx = user->rip;
    user->r11 = flags_seen(registers, interrupts_on);
    user->eflags = (user->r11 & ~system->sfmask) | FLAG_ALWAYS;
    user->rip = system->lstar;
}

/* Through a gate of the IDT: onto the kernel's stack go ss, rsp, flags, cs, rip, and for faults an error code. */
static bool enter_by_gate(struct registers *registers, const struct system_registers *system,
                          const struct memory_space *kernel, unsigned number, bool error, bool from_user,
                          bool interrupts_on)
{
    struct user_regs_struct *user = &registers->user;
    const uint8_t *gate = memory_at(kernel, system->idt_base + number * GATE_SIZE, GATE_SIZE, MEMORY_READ);
    if (gate == NULL || number * GATE_SIZE + GATE_SIZE - 1 > system->idt_limit || !(gate[5] & GATE_PRESENT))
        return false;
    const uint64_t handler = load(gate, 2) | load(gate + 6, 2) << 16 | load(gate + 8, 4) << 32;

    uint64_t stack = user->rsp;
    if (from_user) {
        const uint8_t *task = memory_at(kernel, system->tss_base, TSS_SIZE, MEMORY_READ);
        if (task == NULL)
            return false;
        stack = load(task + TSS_STACK_OFFSET, 8);
    }
    stack &= ~(uint64_t)15;
    const uint64_t base = from_user ? (system->star >> 48 & 0xffff) | 3 : (system->star >> 32 & 0xffff);
    const uint64_t frame[6] = {0,         user->rip, from_user ? base + 16 : base, flags_seen(registers, interrupts_on),
                               user->rsp, base + 8};
    const size_t size = error ? sizeof frame : sizeof frame - sizeof *frame;
    uint8_t *to = memory_at(kernel, stack - size, size, MEMORY_WRITE);
    if (to == NULL || memory_at(kernel, handler, 1, MEMORY_EXECUTE) == NULL)
        return false;
    memcpy(to, error ? frame : frame + 1, size);
    user->rsp = stack - size;
    user->rip = handler;
    user->eflags = FLAG_ALWAYS;
    return true;
}

bool arch_enter_kernel(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                       enum arch_vector vector, bool from_user, bool interrupts_on, uint64_t address)
{
    switch (vector) {
    case ARCH_VECTOR_CALL:
        if (system->lstar == 0)
            return false;
        enter_by_syscall(registers, system, interrupts_on);
        return true;
    case ARCH_VECTOR_TIMER:
        return enter_by_gate(registers, system, kernel, BOOT_VECTOR_TIMER, false, from_user, interrupts_on);
    case ARCH_VECTOR_PRIVILEGED:
        return enter_by_gate(registers, system, kernel, BOOT_VECTOR_PROTECTION, true, from_user, interrupts_on);
    default:
        system->cr2 = address;
        return enter_by_gate(registers, system, kernel, BOOT_VECTOR_PAGE, true, from_user, interrupts_on);
    }
}

bool arch_return(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                 const struct instruction *instruction, bool *to_user, bool *interrupts_on)
{
    struct user_regs_struct *user = &registers->user;
    uint64_t flags;
    (void)system;
    if (strcmp(instruction->name, "sysretq") == 0) {
        user->rip = user->rcx;
        flags = user->r11;
        *to_user = true;
    } else {
        const uint8_t *frame = memory_at(kernel, user->rsp, 40, MEMORY_READ);
        if (frame == NULL)
            return false;
        user->rip = load(frame, 8);
        *to_user = (frame[8] & 3) == 3;
        flags = load(frame + 16, 8);
        user->rsp = load(frame + 24, 8);
    }
    *interrupts_on = (flags & FLAG_INTERRUPTS) != 0;
    user->eflags = (flags & FLAGS_OF_USER) | FLAG_ALWAYS | FLAG_INTERRUPTS;
    return true;
}
