/* x86-64: which instruction is it?  Only privileged ones are told apart; all else is "not privileged".  Knows the
 * opcode map (Intel's manual, volume 2, appendix A), and changes nothing. */
#include "lde-model/arch/arch.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 15, ANY = -1 };

/* Opcodes, two-byte ones (after 0f) as 0x0fXX; `group` is the middle of the ModRM byte where that tells them apart. */
static const struct row {
    int first, last, group;
    enum privileged_operation operation;
    const char *name;
} rows[] = {
    {0x6c, 0x6d, ANY, PRIVILEGED_UNKNOWN, "ins"},
    {0x6e, 0x6f, ANY, PRIVILEGED_UNKNOWN, "outs"},
    {0xcf, 0xcf, ANY, PRIVILEGED_RETURN, "iretq"},
    {0xe4, 0xe5, ANY, PRIVILEGED_DEVICE_READ, "in"},
    {0xe6, 0xe7, ANY, PRIVILEGED_DEVICE_WRITE, "out"},
    {0xec, 0xed, ANY, PRIVILEGED_DEVICE_READ, "in"},
    {0xee, 0xef, ANY, PRIVILEGED_DEVICE_WRITE, "out"},
    {0xf4, 0xf4, ANY, PRIVILEGED_HALT, "hlt"},
    {0xfa, 0xfa, ANY, PRIVILEGED_INTERRUPTS_OFF, "cli"},
    {0xfb, 0xfb, ANY, PRIVILEGED_INTERRUPTS_ON, "sti"},
    {0x0f00, 0x0f00, 2, PRIVILEGED_UNKNOWN, "lldt"},
    {0x0f00, 0x0f00, 3, PRIVILEGED_SYSTEM_WRITE, "ltr"},
    {0x0f01, 0x0f01, 2, PRIVILEGED_SYSTEM_WRITE, "lgdt"},
    {0x0f01, 0x0f01, 3, PRIVILEGED_TRAP_TABLE, "lidt"},
    {0x0f01, 0x0f01, 6, PRIVILEGED_UNKNOWN, "lmsw"},
    {0x0f01, 0x0f01, 7, PRIVILEGED_UNKNOWN, "invlpg"},
    {0x0f06, 0x0f06, ANY, PRIVILEGED_UNKNOWN, "clts"},
    {0x0f07, 0x0f07, ANY, PRIVILEGED_RETURN, "sysretq"},
    {0x0f08, 0x0f08, ANY, PRIVILEGED_UNKNOWN, "invd"},
    {0x0f09, 0x0f09, ANY, PRIVILEGED_UNKNOWN, "wbinvd"},
    {0x0f20, 0x0f20, ANY, PRIVILEGED_SYSTEM_READ, "mov from cr"},
    {0x0f22, 0x0f22, 3, PRIVILEGED_SPACE, "mov to cr"},
    {0x0f22, 0x0f22, ANY, PRIVILEGED_UNKNOWN, "mov to cr"},
    {0x0f21, 0x0f21, ANY, PRIVILEGED_UNKNOWN, "mov from dr"},
    {0x0f23, 0x0f23, ANY, PRIVILEGED_UNKNOWN, "mov to dr"},
    {0x0f30, 0x0f30, ANY, PRIVILEGED_SYSTEM_WRITE, "wrmsr"},
    {0x0f32, 0x0f32, ANY, PRIVILEGED_SYSTEM_READ, "rdmsr"},
};

struct cursor {
    const uint8_t *code;
    size_t size, at;
    uint8_t rex;
    struct registers registers; /* all zero where operands do not matter */
};

static int next_byte(struct cursor *cursor)
{
    return cursor->at < cursor->size ? cursor->code[cursor->at++] : -1;
}

/* The opcode, behind its prefixes: they change nothing, but may stand there (f3 f4 is a hlt, too). */
static int next_opcode(struct cursor *cursor)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    int byte = next_byte(cursor);
    while (byte > 0 && memchr(prefixes, byte, sizeof prefixes) != NULL)
        byte = next_byte(cursor);
    if (byte >= 0 && (byte & 0xf0) == 0x40) { /* REX counts only right before the opcode */
        cursor->rex = (uint8_t)byte;
        byte = next_byte(cursor);
    }
    return byte != 0x0f ? byte : (byte = next_byte(cursor)) < 0 ? byte : 0x0f00 | byte;
}

/* A register that three bits and one of REX name. */
static uint64_t named(struct cursor *cursor, int bits)
{
    return *registers_general(&cursor->registers, ((unsigned)bits & 7) | (cursor->rex & 1u) << 3);
}

static const struct row *find_row(int opcode, int group, bool in_memory)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        if (opcode < row->first || opcode > row->last || (row->group != ANY && row->group != group))
            continue;
        return opcode == 0x0f01 && group < 4 && !in_memory ? NULL : row; /* there, registers mean other instructions */
    }
    return NULL;
}

static void read_operands(struct cursor *cursor, int opcode, int modrm, struct instruction *to)
{
    const struct user_regs_struct *user = &cursor->registers.user;
    if (opcode == 0x0f30 || opcode == 0x0f32) {
        to->target = (uint32_t)user->rcx;
        to->value = (uint32_t)user->rax | user->rdx << 32;
        if (opcode == 0x0f30 && to->target == 0xc0000082) /* LSTAR: where `syscall` goes */
            to->operation = PRIVILEGED_TRAP_TABLE;
    } else if (opcode < 0xf0 && opcode > 0xe0) {
        to->target = opcode < 0xe8 ? (uint64_t)next_byte(cursor) : user->rdx & 0xffff;
        to->value = user->rax & (opcode & 1 ? 0xffffffff : 0xff);
    } else if (modrm >= 0) {
        to->target = ((unsigned)modrm >> 3 & 7) | (cursor->rex & 4u) << 1;
        to->reg = (uint8_t)((modrm & 7) | (cursor->rex & 1) << 3);
        to->value = named(cursor, modrm);
        /* a table's place is read through a register, (%rax), and no other way: two instructions at boot need it */
        if (opcode == 0x0f01 && (modrm >= 0x40 || (modrm & 7) == 4 || (modrm & 7) == 5))
            to->operation = PRIVILEGED_UNKNOWN;
    }
}

static bool decode(struct cursor *cursor, struct instruction *to)
{
    const int opcode = next_opcode(cursor);
    const bool has_modrm = opcode == 0x0f00 || opcode == 0x0f01 || (opcode >= 0x0f20 && opcode <= 0x0f23);
    const int modrm = has_modrm ? next_byte(cursor) : -1;
    const struct row *row = find_row(opcode, modrm < 0 ? ANY : modrm >> 3 & 7, modrm < 0xc0);
    if (row == NULL || (has_modrm && modrm < 0))
        return false;
    const bool narrow_return = row->operation == PRIVILEGED_RETURN && (cursor->rex & 8) == 0; /* to 32-bit code */
    *to = (struct instruction){.operation = narrow_return ? PRIVILEGED_UNKNOWN : row->operation};
    const bool numbered = opcode >= 0x0f20 && opcode <= 0x0f23;
    snprintf(to->name, sizeof to->name, numbered ? "%s%d" : "%s",
             modrm == 0xf8 && opcode == 0x0f01 ? "swapgs" : row->name, modrm >> 3 & 7);
    read_operands(cursor, opcode, modrm, to);
    to->length = (uint8_t)cursor->at;
    memcpy(to->bytes, cursor->code, cursor->at < sizeof to->bytes ? cursor->at : sizeof to->bytes);
    return true;
}

bool arch_decode(const struct memory_space *space, const struct registers *registers, struct instruction *instruction)
{
    struct cursor cursor = {.size = LONGEST, .registers = *registers};
    while (cursor.size > 0 &&
           (cursor.code = memory_at(space, registers_pc(registers), cursor.size, MEMORY_EXECUTE)) == NULL)
        cursor.size--; /* the code may end with this instruction */
    return cursor.size > 0 && decode(&cursor, instruction);
}

bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX])
{
    struct cursor cursor = {.code = code, .size = size};
    struct instruction instruction;
    const bool privileged = decode(&cursor, &instruction);
    if (privileged) {
        snprintf(text, ARCH_TEXT_MAX, "%s", instruction.name);
    } else if (size >= 2 && code[0] == 0xcd) {
        snprintf(text, ARCH_TEXT_MAX, "int 0x%x", code[1]);
    } else {
        for (size_t i = 0; i < size && i < 8; i++)
            snprintf(text + 3 * i, ARCH_TEXT_MAX - 3 * i, "%02x%s", code[i], i + 1 < size && i < 7 ? " " : "");
    }
    return privileged;
}
