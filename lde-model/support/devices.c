/* The three devices of a virtual machine: console, timer and clock, and the power switch.  They know the VM that they
 * are part of, not how its kernel reached them. */
#include "lde-model/vm.h"

#include <stdio.h>

static void console(struct vm *vm, char byte)
{
    vm->line[vm->line_used++] = byte;
    if (byte != '\n' && vm->line_used < sizeof vm->line)
        return;
    fwrite(vm->line, 1, vm->line_used, stdout);
    vm->line_used = 0;
}

bool vm_device_write(struct vm *vm, uint64_t device, uint64_t value)
{
    switch (device) {
    case BOOT_CONSOLE:
        console(vm, (char)value);
        return true;
    case BOOT_TIMER:
        vm->timer_period_ns = (value & 0xffffffff) * 1000;
        vm->timer_due_ns = clock_now(&vm->lde->clock) + vm->timer_period_ns;
        return true;
    case BOOT_POWER:
        vm_end(vm, (int)(value & 0xff), NULL);
        return true;
    default:
        return false;
    }
}

bool vm_device_read(struct vm *vm, uint64_t device, uint64_t *value)
{
    const uint64_t now = clock_now(&vm->lde->clock);
    switch (device) {
    case BOOT_CLOCK_LOW:
        vm->clock_high = (uint32_t)(now >> 32);
        *value = now & 0xffffffff;
        return true;
    case BOOT_CLOCK_HIGH:
        *value = vm->clock_high;
        return true;
    default:
        return false;
    }
}
