/* x86-64: which instruction is it?  Only privileged ones are told apart; all else is "not privileged".  Knows the
 * opcode map (Intel's manual, volume 2, appendix A), and changes nothing. */
#include "lde-model/arch/arch.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST = 15 };

struct cursor {
    const uint8_t *code;
    size_t size, at;
    uint8_t rex;
    const struct user_regs_struct *user; /* NULL: operands do not matter */
};

static int next_byte(struct cursor *cursor)
{
    return cursor->at < cursor->size ? cursor->code[cursor->at++] : -1;
}

static uint64_t general_register(const struct user_regs_struct *user, unsigned number)
{
    const uint64_t general[16] = {user->rax, user->rcx, user->rdx, user->rbx, user->rsp, user->rbp,
                                  user->rsi, user->rdi, user->r8,  user->r9,  user->r10, user->r11,
                                  user->r12, user->r13, user->r14, user->r15};
    return general[number & 15];
}

/* Legacy prefixes change nothing here, but they may stand before any of these instructions (f3 f4 is a hlt, too). */
static int skip_prefixes(struct cursor *cursor)
{
    static const uint8_t prefixes[] = {0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
    int byte = next_byte(cursor);
    while (byte > 0 && memchr(prefixes, byte, sizeof prefixes) != NULL)
        byte = next_byte(cursor);
    if (byte >= 0 && (byte & 0xf0) == 0x40) { /* REX counts only right before the opcode */
        cursor->rex = (uint8_t)byte;
        byte = next_byte(cursor);
    }
    return byte;
}

static int32_t displacement(struct cursor *cursor, unsigned size)
{
    int32_t value = 0;
    for (unsigned i = 0; i < size; i++)
        value |= (int32_t)((uint32_t)next_byte(cursor) << 8 * i);
    return size == 1 ? (int8_t)value : value;
}

/* The address that a ModRM byte's memory operand means. */
static uint64_t memory_operand(struct cursor *cursor, uint8_t modrm)
{
    const unsigned mod = modrm >> 6, rm = modrm & 7;
    uint64_t address = 0;
    bool pc_relative = false;
    unsigned size = mod == 1 ? 1 : mod == 2 ? 4 : 0;
    if (rm == 4) {
        const uint8_t sib = (uint8_t)next_byte(cursor);
        const unsigned index = (sib >> 3 & 7) | (cursor->rex & 2) << 2;
        if ((sib & 7) == 5 && mod == 0)
            size = 4;
        else if (cursor->user != NULL)
            address = general_register(cursor->user, (sib & 7) | (cursor->rex & 1) << 3);
        if (index != 4 && cursor->user != NULL)
            address += general_register(cursor->user, index) << (sib >> 6);
    } else if (rm == 5 && mod == 0) {
        size = 4;
        pc_relative = true;
    } else if (cursor->user != NULL) {
        address = general_register(cursor->user, rm | (cursor->rex & 1) << 3);
    }
    address += (uint64_t)(int64_t)displacement(cursor, size);
    if (pc_relative && cursor->user != NULL)
        address += cursor->user->rip + cursor->at;
    return address;
}

static void set(struct instruction *to, enum privileged_operation operation, const char *name)
{
    to->operation = operation;
    snprintf(to->name, sizeof to->name, "%s", name);
}

/* 0f 00 and 0f 01: tables and the task register. */
static bool decode_group(struct cursor *cursor, int opcode, struct instruction *to)
{
    static const char *const names[2][8] = {{NULL, NULL, "lldt", "ltr"},
                                            {NULL, NULL, "lgdt", "lidt", NULL, NULL, "lmsw", "invlpg"}};
    const int modrm = next_byte(cursor);
    if (modrm < 0)
        return false;
    const unsigned which = (unsigned)modrm >> 3 & 7;
    const char *name = modrm == 0xf8 && opcode == 1 ? "swapgs" : names[opcode][which];
    const bool in_memory = modrm < 0xc0;
    if (name == NULL || (opcode == 1 && !in_memory && which < 4))
        return false;
    set(to, PRIVILEGED_UNKNOWN, name);
    if (in_memory)
        to->value = memory_operand(cursor, (uint8_t)modrm);
    else if (cursor->user != NULL)
        to->value = general_register(cursor->user, (modrm & 7u) | (cursor->rex & 1u) << 3);
    if (strcmp(name, "lidt") == 0)
        to->operation = PRIVILEGED_TRAP_TABLE;
    else if (strcmp(name, "lgdt") == 0 || (strcmp(name, "ltr") == 0 && !in_memory))
        to->operation = PRIVILEGED_SYSTEM_WRITE;
    return true;
}

static bool decode_control_register(struct cursor *cursor, bool write, struct instruction *to)
{
    const int modrm = next_byte(cursor);
    if (modrm < 0)
        return false;
    to->target = ((unsigned)modrm >> 3 & 7) | (cursor->rex & 4u) << 1;
    to->reg = (uint8_t)((modrm & 7) | (cursor->rex & 1) << 3);
    set(to, write ? PRIVILEGED_UNKNOWN : PRIVILEGED_SYSTEM_READ, "mov cr");
    if (write && to->target == 3)
        to->operation = PRIVILEGED_SPACE;
    if (cursor->user != NULL)
        to->value = general_register(cursor->user, to->reg);
    return true;
}

static bool decode_two_bytes(struct cursor *cursor, struct instruction *to)
{
    const int opcode = next_byte(cursor);
    switch (opcode) {
    case 0x00:
    case 0x01:
        return decode_group(cursor, opcode, to);
    case 0x06:
        set(to, PRIVILEGED_UNKNOWN, "clts");
        return true;
    case 0x07:
        set(to, cursor->rex & 8 ? PRIVILEGED_RETURN : PRIVILEGED_UNKNOWN, cursor->rex & 8 ? "sysretq" : "sysret");
        return true;
    case 0x08:
        set(to, PRIVILEGED_UNKNOWN, "invd");
        return true;
    case 0x09:
        set(to, PRIVILEGED_UNKNOWN, "wbinvd");
        return true;
    case 0x20:
    case 0x22:
        return decode_control_register(cursor, opcode == 0x22, to);
    case 0x21:
    case 0x23:
        set(to, PRIVILEGED_UNKNOWN, "mov dr");
        next_byte(cursor);
        return true;
    case 0x30:
    case 0x32:
        set(to, opcode == 0x30 ? PRIVILEGED_SYSTEM_WRITE : PRIVILEGED_SYSTEM_READ, opcode == 0x30 ? "wrmsr" : "rdmsr");
        if (cursor->user != NULL) {
            to->target = (uint32_t)cursor->user->rcx;
            to->value = (uint32_t)cursor->user->rax | cursor->user->rdx << 32;
        }
        if (opcode == 0x30 && to->target == 0xc0000082) /* LSTAR: where `syscall` goes */
            to->operation = PRIVILEGED_TRAP_TABLE;
        return true;
    default:
        return false;
    }
}

static bool decode_port(struct cursor *cursor, int opcode, struct instruction *to)
{
    const bool write = opcode & 2, immediate = opcode < 0xe8;
    set(to, write ? PRIVILEGED_DEVICE_WRITE : PRIVILEGED_DEVICE_READ, write ? "out" : "in");
    to->target = immediate ? (uint64_t)next_byte(cursor) : cursor->user == NULL ? 0 : cursor->user->rdx & 0xffff;
    if (cursor->user != NULL)
        to->value = cursor->user->rax & (opcode & 1 ? 0xffffffff : 0xff);
    return true;
}

static bool decode(struct cursor *cursor, struct instruction *to)
{
    const int opcode = skip_prefixes(cursor);
    switch (opcode) {
    case 0x0f:
        return decode_two_bytes(cursor, to);
    case 0x6c:
    case 0x6d:
        set(to, PRIVILEGED_UNKNOWN, "ins");
        return true;
    case 0x6e:
    case 0x6f:
        set(to, PRIVILEGED_UNKNOWN, "outs");
        return true;
    case 0xcf:
        set(to, cursor->rex & 8 ? PRIVILEGED_RETURN : PRIVILEGED_UNKNOWN, cursor->rex & 8 ? "iretq" : "iret");
        return true;
    case 0xe4:
    case 0xe5:
    case 0xe6:
    case 0xe7:
    case 0xec:
    case 0xed:
    case 0xee:
    case 0xef:
        return decode_port(cursor, opcode, to);
    case 0xf4:
        set(to, PRIVILEGED_HALT, "hlt");
        return true;
    case 0xfa:
        set(to, PRIVILEGED_INTERRUPTS_OFF, "cli");
        return true;
    case 0xfb:
        set(to, PRIVILEGED_INTERRUPTS_ON, "sti");
        return true;
    default:
        return false;
    }
}

bool arch_decode(const struct memory_space *space, const struct registers *registers, struct instruction *instruction)
{
    struct cursor cursor = {.size = LONGEST, .user = &registers->user};
    while (cursor.size > 0 &&
           (cursor.code = memory_at(space, registers->user.rip, cursor.size, MEMORY_EXECUTE)) == NULL)
        cursor.size--; /* the code may end with this instruction */
    *instruction = (struct instruction){0};
    if (cursor.size == 0 || !decode(&cursor, instruction))
        return false;
    instruction->length = (uint8_t)cursor.at;
    memcpy(instruction->bytes, cursor.code,
           cursor.at < sizeof instruction->bytes ? cursor.at : sizeof instruction->bytes);
    return true;
}

bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX])
{
    struct cursor cursor = {.code = code, .size = size};
    struct instruction instruction = {0};
    if (decode(&cursor, &instruction)) {
        snprintf(text, ARCH_TEXT_MAX, "%s", instruction.name);
        return true;
    }
    if (size >= 2 && code[0] == 0xcd) {
        snprintf(text, ARCH_TEXT_MAX, "int 0x%x", code[1]);
        return false;
    }
    size_t used = 0;
    for (size_t i = 0; i < size && i < 8; i++)
        used += (size_t)snprintf(text + used, ARCH_TEXT_MAX - used, "%s%02x", i == 0 ? "" : " ", code[i]);
    return false;
}
