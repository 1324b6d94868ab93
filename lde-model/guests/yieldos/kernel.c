/* YieldOS: a cooperative kernel.  It has no timer and no memory of who waits: a process runs until it gives way or
 * ends.  Four calls, numbers of its own.  It, too, believes that the machine is its own. */
#include "lde-model/guests/arch/kernel.h"
#include "lde-model/guests/tickos/calls.h"
#include "lde-model/guests/yieldos/numbers.h"

#include <linux/errno.h>

static const struct boot_information *boot;
static struct frame frames[BOOT_SPACES];
static bool alive[BOOT_SPACES];
static unsigned current, loaded = BOOT_SPACES, failures;

static void print(const char *text)
{
    while (*text != '\0')
        device_write8(BOOT_CONSOLE, (uint8_t)*text++);
}

static _Noreturn void run(unsigned first)
{
    for (unsigned i = 0; i < BOOT_SPACES; i++) {
        current = (first + i) % BOOT_SPACES;
        if (!alive[current])
            continue;
        arch_use_frame(&frames[current]);
        if (loaded != current)
            arch_load_space(boot->space[current].handle);
        loaded = current;
        arch_resume(&frames[current]);
    }
    device_write32(BOOT_POWER, failures > 0);
    arch_idle();
}

/* ---- calls ---- */

static int64_t yield_print(struct tick_process *self, const uint64_t argument[6])
{
    (void)self;
    const int64_t offset = boot_user_offset(argument[0], argument[1], false);
    if (offset < 0)
        return -EFAULT;
    const uint8_t *bytes = (const uint8_t *)(BOOT_KERNEL_BASE + boot->space[current].physical + offset);
    for (uint64_t i = 0; i < argument[1]; i++)
        device_write8(BOOT_CONSOLE, bytes[i]);
    return (int64_t)argument[1];
}

static int64_t yield_end(struct tick_process *self, const uint64_t argument[6])
{
    (void)self;
    alive[current] = false;
    failures += argument[0] != 0;
    return 0;
}

static int64_t yield_give_way(struct tick_process *self, const uint64_t argument[6])
{
    (void)self, (void)argument;
    return 0; /* call() sees to it */
}

static int64_t yield_who_am_i(struct tick_process *self, const uint64_t argument[6])
{
    (void)self, (void)argument;
    return current + 1;
}

/* In the shape of TickOS's table, so that tools read both alike. */
extern const struct tick_call yield_calls[];
extern const unsigned yield_call_count;
const struct tick_call yield_calls[] = {
    {YIELD_PRINT, "print", yield_print},
    {YIELD_END, "end", yield_end},
    {YIELD_GIVE_WAY, "give_way", yield_give_way},
    {YIELD_WHO_AM_I, "who_am_i", yield_who_am_i},
};
const unsigned yield_call_count = sizeof yield_calls / sizeof *yield_calls;

static unsigned call(void)
{
    uint64_t argument[6];
    const uint64_t number = frame_number(&frames[current]);
    frame_arguments(&frames[current], argument);
    for (unsigned i = 0; i < yield_call_count; i++) {
        if (yield_calls[i].number != number)
            continue;
        frame_set_result(&frames[current], yield_calls[i].body(0, argument));
        return number == YIELD_GIVE_WAY ? current + 1 : current;
    }
    print("yieldos: no such call\n");
    frame_set_result(&frames[current], -ENOSYS);
    return current;
}

_Noreturn void kernel_trap(enum kernel_trap why)
{
    if (why == TRAP_CALL)
        run(call() % BOOT_SPACES);
    print("yieldos: a process ended: it did what a process may not do\n");
    alive[current] = false;
    failures++;
    run(current);
}

_Noreturn void kernel_boot(const struct boot_information *information)
{
    boot = information;
    arch_set_up_traps();
    for (unsigned i = 0; i < boot->programs; i++) {
        const struct boot_program *program = &boot->program[i];
        frame_start(&frames[program->space], program->entry, program->stack);
        alive[program->space] = true;
    }
    run(0);
}
