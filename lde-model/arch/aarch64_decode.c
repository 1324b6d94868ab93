/* AArch64: which instruction is it?  Only privileged ones, and accesses to the device page, are told apart; all else is
 * "not privileged".  Every instruction is one word, so a mask and a value name it (Arm's manual, part C4), and nothing
 * is changed here. */
#include "lde-model/arch/arch.h"

#include <stdio.h>
#include <string.h>

enum { WORD = 4, NO_REGISTER = 31 };

#define DEVICE_PAGE 0x1000
#define PSCI_CPU_SUSPEND 0xc4000001

static void set(struct instruction *to, enum privileged_operation operation, const char *name)
{
    to->operation = operation;
    snprintf(to->name, sizeof to->name, "%s", name);
}

static uint64_t general_register(const struct registers *registers, unsigned number)
{
    return number == NO_REGISTER ? 0 : registers->user.regs[number];
}

/* Which system register, for readers; the others are only "msr" and "mrs". */
static void name_register(struct instruction *to, const char *verb)
{
    static const struct {
        enum aarch64_system_register which;
        const char *name;
    } names[] = {
        {AARCH64_TTBR0_EL1, "ttbr0_el1"}, {AARCH64_SPSR_EL1, "spsr_el1"}, {AARCH64_ELR_EL1, "elr_el1"},
        {AARCH64_SP_EL0, "sp_el0"},       {AARCH64_ESR_EL1, "esr_el1"},   {AARCH64_FAR_EL1, "far_el1"},
        {AARCH64_VBAR_EL1, "vbar_el1"},   {AARCH64_DAIF, "daif"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (to->target == names[i].which)
            snprintf(to->name, sizeof to->name, "%s %s", verb, names[i].name);
    }
}

/* mrs and msr: which register is in five fields, op0 to op2, together bits 5 to 20. */
static bool decode_system_register(uint32_t word, const struct registers *registers, struct instruction *to)
{
    const bool read = word & 1u << 21;
    const unsigned level = word >> 16 & 7, group = word >> 12 & 15;
    to->target = word >> 5 & 0xffff;
    if (level == 3 && group != 14 && to->target != AARCH64_DAIF)
        return false; /* op1 = 3: open to user mode, but for the timers (14) and the interrupt mask */
    to->reg = word & 31;
    set(to, read ? PRIVILEGED_SYSTEM_READ : PRIVILEGED_SYSTEM_WRITE, read ? "mrs" : "msr");
    name_register(to, read ? "mrs" : "msr");
    if (!read && to->target == AARCH64_VBAR_EL1)
        to->operation = PRIVILEGED_TRAP_TABLE;
    else if (!read && to->target == AARCH64_TTBR0_EL1)
        to->operation = PRIVILEGED_SPACE;
    if (!read && registers != NULL)
        to->value = general_register(registers, to->reg);
    return true;
}

/* msr with an immediate: of these, DAIFSet and DAIFClr mask interrupts (bit 1 of the immediate: IRQ). */
static bool decode_immediate(uint32_t word, struct instruction *to)
{
    const unsigned level = word >> 16 & 7, field = word >> 5 & 7;
    const bool masks = level == 3 && field >= 6, irq = word >> 8 & 2;
    if (!masks && (level == 3 || field < 3))
        return false; /* these change flags of user mode */
    set(to, PRIVILEGED_UNKNOWN, !masks ? "msr immediate" : field == 6 ? "msr daifset" : "msr daifclr");
    if (masks && irq)
        to->operation = field == 6 ? PRIVILEGED_INTERRUPTS_OFF : PRIVILEGED_INTERRUPTS_ON;
    to->value = word >> 8 & 15;
    return true;
}

static bool decode_hypercall(const struct registers *registers, struct instruction *to)
{
    set(to, PRIVILEGED_UNKNOWN, "hvc");
    if (registers != NULL)
        to->target = registers->user.regs[0];
    if (to->target == PSCI_CPU_SUSPEND) /* wfi would be the instruction to idle with, but it does not trap */
        to->operation = PRIVILEGED_HALT;
    return true;
}

/* ldr and str with an unsigned offset, 8 to 64 bits wide: privileged only by where they point. */
static bool decode_device(uint32_t word, const struct registers *registers, struct instruction *to)
{
    const unsigned width = word >> 30, kind = word >> 22 & 3, base = word >> 5 & 31;
    if (registers == NULL || kind > 1)
        return false;
    const uint64_t from = base == 31 ? registers->user.sp : registers->user.regs[base];
    const uint64_t address = from + ((uint64_t)(word >> 10 & 0xfff) << width);
    if (address < BOOT_DEVICES || address >= BOOT_DEVICES + DEVICE_PAGE)
        return false;
    set(to, kind == 0 ? PRIVILEGED_DEVICE_WRITE : PRIVILEGED_DEVICE_READ, kind == 0 ? "str" : "ldr");
    to->target = address - BOOT_DEVICES;
    to->reg = word & 31;
    if (kind == 0)
        to->value = general_register(registers, to->reg) & (UINT64_MAX >> (64 - (8u << width)));
    return true;
}

/* `registers` is NULL where operands do not matter. */
static bool decode(uint32_t word, const struct registers *registers, struct instruction *to)
{
    if (word == 0xd69f03e0)
        return set(to, PRIVILEGED_RETURN, "eret"), true;
    if ((word & 0xffe0001f) == 0xd4000002)
        return decode_hypercall(registers, to);
    if ((word & 0xffe0001f) == 0xd4000003)
        return set(to, PRIVILEGED_UNKNOWN, "smc"), true;
    if ((word & 0xfff8f01f) == 0xd500401f)
        return decode_immediate(word, to);
    if ((word & 0xffd00000) == 0xd5100000)
        return decode_system_register(word, registers, to);
    if ((word & 0xfff80000) == 0xd5080000)
        return set(to, PRIVILEGED_UNKNOWN, "sys"), true; /* tlbi, and cache operations that user mode may not do */
    if ((word & 0x3f000000) == 0x39000000)
        return decode_device(word, registers, to);
    return false;
}

bool arch_decode(const struct memory_space *space, const struct registers *registers, struct instruction *instruction)
{
    uint32_t word;
    const uint8_t *code = memory_at(space, registers->user.pc, WORD, MEMORY_EXECUTE);
    *instruction = (struct instruction){.length = WORD};
    if (code == NULL)
        return false;
    memcpy(&word, code, WORD);
    memcpy(instruction->bytes, code, WORD);
    return decode(word, registers, instruction);
}

bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX])
{
    struct instruction instruction = {0};
    uint32_t word;
    text[0] = '\0';
    if (size < WORD)
        return false;
    memcpy(&word, code, WORD);
    const bool privileged = decode(word, NULL, &instruction);
    if (privileged)
        snprintf(text, ARCH_TEXT_MAX, "%s", instruction.name);
    else if ((word & 0xffe0001f) == 0xd4000001 || (word & 0xffe0001f) == 0xd4200000)
        snprintf(text, ARCH_TEXT_MAX, "%s #%u", word & 1 ? "svc" : "brk", word >> 5 & 0xffff);
    else
        snprintf(text, ARCH_TEXT_MAX, "0x%08x", word);
    return privileged;
}
