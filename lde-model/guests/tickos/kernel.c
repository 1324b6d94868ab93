/* TickOS: a preemptive kernel.  Boots by registering its trap table, starting the timer and waiting for its first
 * tick; afterwards it only ever answers traps: a call is done and its process goes on, a tick gives the next process
 * its turn.  Knows nothing of hypervisors: it believes that the machine is its own. */
#include "lde-model/guests/arch/kernel.h"
#include "lde-model/guests/tickos/calls.h"
#include "lde-model/guests/tickos/machine.h"

#include <linux/errno.h>

enum { TICK_US = 1000 };

static const struct boot_information *boot;
static struct frame frames[TICK_PROCESSES];
static char names[TICK_PROCESSES][BOOT_NAME_MAX];
static unsigned current, loaded = TICK_PROCESSES; /* whose turn it is; whose address space is in the register */

/* ---- what calls.c asks of a machine ---- */

static uint8_t *space_memory(unsigned index)
{
    return (uint8_t *)(BOOT_KERNEL_BASE + boot->space[index].physical);
}

uint8_t *machine_memory(unsigned index, uint64_t address, uint64_t size, bool write)
{
    const int64_t offset = boot_user_offset(address, size, write);
    return offset < 0 ? 0 : space_memory(index) + offset;
}

bool machine_fork(unsigned parent, unsigned child)
{
    uint64_t *to = (uint64_t *)space_memory(child);
    const uint64_t *from = (const uint64_t *)space_memory(parent);
    for (unsigned i = 0; i < BOOT_SPACE_SIZE / sizeof *to; i++)
        to[i] = from[i];
    __builtin___clear_cache((char *)to, (char *)to + BOOT_USER_CODE);
    frame_copy(&frames[child], &frames[parent]);
    frame_set_result(&frames[child], 0);
    for (unsigned i = 0; i < BOOT_NAME_MAX; i++)
        names[child][i] = names[parent][i];
    return true;
}

uint64_t machine_now_ns(void)
{
    const uint64_t low = device_read32(BOOT_CLOCK_LOW); /* in this order: it holds the high half still */
    return low | (uint64_t)device_read32(BOOT_CLOCK_HIGH) << 32;
}

void machine_print(unsigned index, const uint8_t *bytes, uint64_t size)
{
    (void)index;
    for (uint64_t i = 0; i < size; i++)
        device_write8(BOOT_CONSOLE, bytes[i]);
}

/* ---- words ---- */

static void print(const char *text)
{
    while (*text != '\0')
        device_write8(BOOT_CONSOLE, (uint8_t)*text++);
}

static void print_number(uint64_t number)
{
    if (number > 9)
        print_number(number / 10);
    device_write8(BOOT_CONSOLE, (uint8_t)('0' + number % 10));
}

static void print_process(void)
{
    print("tickos: ");
    print(names[current]);
    print(" (process ");
    print_number((uint64_t)tick_processes[current].pid);
    print(")");
}

/* ---- who runs ---- */

/* Process after process tries again what it waits for; then the first that can run, after the one that just did. */
static int choose(unsigned after)
{
    int64_t result;
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        if (tick_try_again(&tick_processes[i], &result))
            frame_set_result(&frames[i], result);
    }
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        const unsigned candidate = (after + i) % TICK_PROCESSES;
        if (tick_processes[candidate].state == TICK_READY)
            return tick_take_signal(&tick_processes[candidate]) ? choose(after) : (int)candidate;
    }
    return -1;
}

static _Noreturn void nobody_can_run(void)
{
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        if (tick_processes[i].state != TICK_WAITING)
            continue;
        if (tick_next_wake() != UINT64_MAX)
            arch_idle(); /* until a tick: somebody sleeps */
        current = i;
        print_process();
        print(" waits for ever\n");
        tick_failures++;
    }
    device_write32(BOOT_POWER, tick_failures > 0);
    arch_idle();
}

/* Goes on with the process whose turn it is, or with one after it. */
static _Noreturn void run(unsigned first)
{
    const int next = choose(first);
    if (next < 0)
        nobody_can_run();
    current = (unsigned)next;
    arch_use_frame(&frames[current]);
    if (loaded != current)
        arch_load_space(boot->space[current].handle);
    loaded = current;
    arch_resume(&frames[current]);
}

/* ---- traps ---- */

static void call(struct tick_process *self)
{
    uint64_t argument[6];
    const uint64_t number = frame_number(&frames[current]);
    frame_arguments(&frames[current], argument);
    for (unsigned i = 0; i < tick_call_count; i++) {
        if (tick_calls[i].number != number)
            continue;
        const int64_t result = tick_do(self, tick_calls[i].body, argument);
        if (result != TICK_WAIT)
            frame_set_result(&frames[current], result);
        return;
    }
    print_process();
    print(": no such call: TickOS has no number ");
    print_number(number);
    print("\n");
    frame_set_result(&frames[current], -ENOSYS);
}

static void fault(struct tick_process *self)
{
    print_process();
    print(" ended: it did what a process may not do\n");
    tick_end(self, 11 /* SIGSEGV */);
}

_Noreturn void kernel_trap(enum kernel_trap why)
{
    struct tick_process *self = &tick_processes[current];
    if (why == TRAP_CALL)
        call(self);
    else if (why == TRAP_FAULT)
        fault(self);
    const bool next = why == TRAP_TIMER || self->gives_way;
    self->gives_way = false;
    run(next ? (current + 1) % TICK_PROCESSES : current);
}

_Noreturn void kernel_boot(const struct boot_information *information)
{
    boot = information;
    arch_set_up_traps();
    for (unsigned i = 0; i < boot->programs; i++) {
        const struct boot_program *program = &boot->program[i];
        frame_start(&frames[program->space], program->entry, program->stack);
        for (unsigned c = 0; c < BOOT_NAME_MAX; c++)
            names[program->space][c] = program->name[c];
        tick_start((unsigned)program->space);
    }
    current = TICK_PROCESSES - 1; /* so that the first tick, which ends its turn, begins with space 0 */
    device_write32(BOOT_TIMER, TICK_US);
    arch_idle();
}
