/* The bare machine around its one OS: starting and ending processes, what TickOS's calls ask of a machine
 * (guests/tickos/machine.h), and words about it all.  Decides nothing about whose turn it is. */
#include "lde-model/guests/tickos/machine.h"
#include "lde-model/os.h"
#include "lde-model/support/explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct os *machine; /* the one whose processes tick_processes are */

void os_boot(struct os *os, struct lde *lde)
{
    machine = os;
    os->lde = lde;
    os->running = -1;
    os->queue.policy = &run_round_robin;
    for (unsigned i = 0; i < tick_call_count; i++)
        trap_table_register(&os->table, &tick_calls[i]);
    ladder_lane(&lde->ladder, OS_LANE, OS_LANE, "tickos");
    ladder_file(&lde->ladder, OS_LANE, NULL);
}

static int new_process(unsigned index, uint32_t parent_lane, const char *name, char error[256])
{
    struct os_process *process = &machine->process[index];
    const struct memory_space space = memory_user_space(&machine->memory, index);
    struct ladder *ladder = &machine->lde->ladder;
    const uint32_t tid = ladder->tid, lane = OS_PROCESS_LANE(index);
    if (machine->lde->engine->create(&process->context, &space, &process->frame.registers, error) != 0)
        return -1;
    snprintf(process->name, sizeof process->name, "%s", name);
    process->turn = (struct turn){0};
    ladder->tid = (uint32_t)process->context.pid;
    ladder_lane(ladder, lane, parent_lane, name);
    ladder_file(ladder, lane, process->path);
    ladder_name(ladder, LADDER(ladder, EVENT_GUEST_START, 0, lane, life, .pid = ladder->tid, .other_lane = parent_lane),
                name);
    ladder->tid = tid;
    machine->queue.policy->add(&machine->queue, index);
    return 0;
}

int os_start(struct os *os, unsigned index, const struct boot_program *boot, struct lde_program *program,
             char error[256])
{
    struct os_process *process = &os->process[index];
    process->program = program;
    snprintf(process->path, sizeof process->path, "%s", program->path);
    if (new_process(index, OS_PROCESS_LANE(index), boot->name, error) != 0)
        return -1;
    process->resumed_ns = clock_real_ns();
    registers_start(&process->frame.registers, boot->entry, boot->stack, 0);
    tick_start(index);
    return 0;
}

static void take_away(struct os *os, unsigned index, int status)
{
    struct os_process *process = &os->process[index];
    if (process->program != NULL) {
        process->program->cpu_ns = context_cpu_ns(&process->context);
        process->program->status = status;
        if (status != 0 && !os->lde->clock.over)
            os->lde->failed = true;
    }
    LADDER(&os->lde->ladder, EVENT_GUEST_END, 0, OS_LANE, life, .pid = (uint32_t)process->context.pid, .status = status,
           .other_lane = OS_PROCESS_LANE(index));
    lde_destroy(os->lde, &process->context, MODE_USER);
    process->program = NULL;
    process->returns = false;
}

void os_remove(struct os *os, unsigned index)
{
    os->queue.policy->remove(&os->queue, index);
    take_away(os, index, tick_processes[index].status);
}

void os_idle(struct os *os, uint64_t alarm)
{
    LADDER(&os->lde->ladder, EVENT_IDLE, 0, OS_LANE, switch, .from_lane = OS_LANE, .to_lane = OS_LANE);
    clock_idle(&os->lde->clock, alarm);
}

void os_halt(struct os *os)
{
    for (unsigned i = 0; i < BOOT_SPACES; i++) {
        if (os->process[i].context.pid == 0)
            continue;
        take_away(os, i, -1);
        if (os->lde->clock.over)
            continue; /* it was not its fault */
        lde_say("%s (process %d) waits for ever: for a pipe or a child that nobody will end", os->process[i].name,
                tick_processes[i].pid);
        os->lde->failed = true;
    }
}

/* ---- what TickOS asks of a machine ---- */

uint8_t *machine_memory(unsigned index, uint64_t address, uint64_t size, bool write)
{
    const int64_t offset = boot_user_offset(address, size, write);
    return offset < 0 ? NULL : machine->memory.bytes + BOOT_SPACE_BASE + (size_t)index * BOOT_SPACE_SIZE + offset;
}

bool machine_fork(unsigned parent, unsigned child)
{
    char error[256];
    struct os_process *copy = &machine->process[child];
    memcpy(copy->path, machine->process[parent].path, sizeof copy->path);
    if (new_process(child, OS_PROCESS_LANE(parent), machine->process[parent].name, error) != 0) {
        lde_say("%s", error);
        return false;
    }
    uint8_t *memory = machine->memory.bytes + BOOT_SPACE_BASE;
    memcpy(memory + (size_t)child * BOOT_SPACE_SIZE, memory + (size_t)parent * BOOT_SPACE_SIZE, BOOT_SPACE_SIZE);
    char *code = (char *)memory + (size_t)child * BOOT_SPACE_SIZE;
    __builtin___clear_cache(code, code + BOOT_USER_CODE);
    copy->frame = machine->process[parent].frame;
    trap_frame_set_result(&copy->frame, 0);
    copy->returns = true;
    copy->resumed_ns = machine->process[parent].resumed_ns;
    copy->left_ns = clock_real_ns();
    return true;
}

uint64_t machine_now_ns(void)
{
    return clock_now(&machine->lde->clock);
}

void machine_print(unsigned index, const uint8_t *bytes, uint64_t size)
{
    (void)index;
    fwrite(bytes, 1, size, stdout);
}

/* ---- words ---- */

void os_count_call(struct os *os, struct os_process *process)
{
    const uint64_t now = clock_real_ns();
    os->lde->counts.calls++;
    os->lde->counts.call_ns += now - process->resumed_ns;
    process->resumed_ns = now;
}

void os_count_switch(struct os *os, unsigned next)
{
    struct os_process *to = &os->process[next];
    const uint64_t now = clock_real_ns();
    os->lde->counts.switches++;
    if (os->running >= 0)
        os->process[os->running].left_ns = now;
    if (to->left_ns != 0)
        to->resumed_ns += now - to->left_ns;
    os->lde->ladder.tid = (uint32_t)to->context.pid;
    LADDER(&os->lde->ladder, EVENT_SWITCH, 0, OS_LANE, switch,
           .from_lane = os->running < 0 ? OS_LANE : OS_PROCESS_LANE((unsigned)os->running),
           .to_lane = OS_PROCESS_LANE(next));
}

const char *os_call_name(const struct tick_call *call)
{
    return call == NULL ? "no such call" : call->name;
}

uint64_t os_handler_address(const struct tick_call *call)
{
    return call == NULL ? 0 : (uint64_t)(uintptr_t)call->body;
}

void os_show_trap(struct os *os, const struct trap *trap)
{
    if (!os->lde->ladder.on ||
        (trap->cause == CAUSE_TIMER && trap->signo == 0)) /* it is stopped still: that is no news */
        return;
    ladder_code(&os->lde->ladder, OS_PROCESS_LANE((unsigned)os->running), OS_LANE, &os->cpu,
                &os->process[os->running].context.space);
    struct event_trap payload = {.pc = registers_pc(&os->cpu),
                                 .cause = (uint16_t)trap->cause,
                                 .signo = (int16_t)trap->signo,
                                 .number = (uint32_t)trap->number};
    memcpy(payload.argument, trap->argument, sizeof payload.argument);
    const struct event *event =
        ladder_put(&os->lde->ladder, EVENT_TRAP, 0, OS_PROCESS_LANE((unsigned)os->running), &payload, sizeof payload);
    if (trap->cause != CAUSE_SYSCALL)
        return;
    const struct tick_call *call = trap_table_lookup(&os->table, trap->number);
    ladder_name(&os->lde->ladder, event, os_call_name(call));
    uint8_t *bytes = NULL;
    if (call != NULL && strcmp(call->name, "write") == 0)
        bytes = machine_memory((unsigned)os->running, trap->argument[1], trap->argument[2], false);
    if (bytes != NULL)
        ladder_argument(&os->lde->ladder, event, 1, bytes, trap->argument[2]);
}

int64_t os_no_such_call(struct os *os, uint64_t number)
{
    lde_say("%s (process %d): no such call: TickOS has no number %llu", os->process[os->running].name,
            tick_processes[os->running].pid, (unsigned long long)number);
    return -ENOSYS;
}

int os_explain_death(struct os *os, const struct trap *trap)
{
    const struct os_process *process = &os->process[os->running];
    char text[EXPLAIN_MAX];
    explain_death(&process->context, &os->cpu, trap, text);
    lde_say("%s (process %d) ended: %s", process->name, tick_processes[os->running].pid, text);
    ladder_name(&os->lde->ladder,
                LADDER(&os->lde->ladder, EVENT_FAULT, 0, OS_LANE, trap, .pc = registers_pc(&os->cpu),
                       .cause = (uint16_t)trap->cause, .signo = (int16_t)trap->signo),
                text);
    return trap->cause == CAUSE_FAULT ? trap->signo : trap->status;
}
