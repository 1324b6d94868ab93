/* x86-64: instructions.  Knows opcodes and what the CPU does with them; does not know why a guest stopped, nor
 * what its operating system wants. */
#include "lde-model/arch/arch.h"
#include "lde-model/arch/offsets.h"

#include <stdio.h>
#include <string.h>

_Static_assert(offsetof(struct arch_script_call, number) == SCRIPT_NUMBER, "as in x86_64.S");
_Static_assert(offsetof(struct arch_script_call, argument) == SCRIPT_ARGUMENT, "as in x86_64.S");
_Static_assert(offsetof(struct arch_script_call, may_fail) == SCRIPT_MAY_FAIL, "as in x86_64.S");
_Static_assert(sizeof(struct arch_script_call) == SCRIPT_SIZE, "as in x86_64.S");

int arch_script_result(const struct registers *registers)
{
    return (int)-(int64_t)registers->user.rax;
}

bool arch_is_system_call(const struct memory_space *space, const struct registers *registers)
{
    /* `int 0x80` and the vsyscall page reach the host kernel, too, with other numbers or without our stop */
    const uint8_t *code = memory_at(space, registers->user.rip - 2, 2, MEMORY_EXECUTE);
    return code != NULL && code[0] == 0x0f && code[1] == 0x05;
}

bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < size && i < 8; i++)
        used += (size_t)snprintf(text + used, ARCH_TEXT_MAX - used, "%s%02x", i == 0 ? "" : " ", code[i]);
    return false;
}
