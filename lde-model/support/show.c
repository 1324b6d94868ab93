/* Words for a VM's traps, for the trace alone.  Handles nothing. */
#include "lde-model/support/show.h"

#include <string.h>

/* The bytes that a call hands over: Linux's write has them in its second argument, YieldOS's print in its first. */
static void show_bytes(struct vm *vm, const struct event *event, const struct trap *trap, const char *name)
{
    const unsigned index = strcmp(name, "write") == 0 ? 1 : 0;
    if (index == 0 && strcmp(name, "print") != 0)
        return;
    const struct memory_space *space = &vm_context(vm)->space;
    const uint8_t *bytes = memory_at(space, trap->argument[index], trap->argument[index + 1], MEMORY_READ);
    if (bytes != NULL)
        ladder_argument(&vm->lde->ladder, event, index, bytes, trap->argument[index + 1]);
}

void show_trap(struct vm *vm, const struct trap *trap, const char *name)
{
    if (!vm->lde->ladder.on ||
        (trap->cause == CAUSE_TIMER && trap->signo == 0)) /* it is stopped still: that is no news */
        return;
    struct event_trap payload = {.pc = registers_pc(&vm->vcpu.cpu),
                                 .cause = (uint16_t)trap->cause,
                                 .signo = (int16_t)trap->signo,
                                 .number = (uint32_t)trap->number};
    memcpy(payload.argument, trap->argument, sizeof payload.argument);
    const struct event *event = ladder_put(&vm->lde->ladder, EVENT_TRAP, 0, VM_LANE(vm), &payload, sizeof payload);
    if (trap->cause != CAUSE_SYSCALL)
        return;
    ladder_name(&vm->lde->ladder, event, name);
    show_bytes(vm, event, trap, name);
}
