/* Limited direct execution by one OS.
 *
 *   ┌─▶ next trap: choose a process, finish its call (steps 5, 6, 7), let it run on the CPU ───────┐
 *   └── handle it: save registers (1), kernel mode (2), look up (3), call the handler (4) ◀── trap ┘
 *
 * "Kernel mode" is this thread between a process's stop and its resumption; "user mode" is the process itself, on
 * the real CPU, with nobody between.  What the calls do is TickOS's business (guests/tickos/calls.c). */
#include "lde-model/os.h"

#include <signal.h>

/* ---- next trap ---- */

/* Processes that wait for something look whether it has come. */
static void wake(struct os *os)
{
    int64_t result;
    for (unsigned i = 0; i < TICK_PROCESSES; i++) {
        if (!tick_try_again(&tick_processes[i], &result))
            continue;
        trap_frame_set_result(&os->process[i].frame, result);
        os->queue.policy->add(&os->queue, i);
    }
}

/* The process to run now, or −1: none is left, or all wait for each other. */
static int choose(struct os *os)
{
    for (;;) {
        wake(os);
        const int first = run_queue_first(&os->queue);
        const uint64_t alarm = tick_next_wake();
        if (first >= 0 && tick_take_signal(&tick_processes[first]))
            os_remove(os, (unsigned)first);
        else if (first >= 0 || alarm == UINT64_MAX)
            return first;
        else
            os_idle(os, alarm);
    }
}

static void return_from_call(struct os *os, struct os_process *process, uint32_t lane)
{
    const uint64_t pc = registers_pc(&os->cpu);
    LADDER(&os->lde->ladder, EVENT_RESTORE_REGISTERS, 5, OS_LANE, handler, .pc = pc,
           .result = registers_result(&os->cpu));
    LADDER(&os->lde->ladder, EVENT_ENTER_USER, 6, lane, trap, .pc = pc);
    process->returns = false;
    os_count_call(os, process);
}

const struct trap *os_next_trap(struct os *os)
{
    const int next = os->lde->clock.over ? -1 : choose(os);
    if (next < 0)
        return NULL;
    struct os_process *process = &os->process[next];
    const uint32_t lane = OS_PROCESS_LANE((unsigned)next);
    const bool switched = next != os->running, returns = process->returns;
    if (switched)
        os_count_switch(os, (unsigned)next);
    os->running = next;
    if (!process->turn.begun)
        clock_begin_turn(&os->lde->clock, &process->turn, context_cpu_ns(&process->context));
    trap_frame_restore(&process->frame, &os->cpu);
    if (returns)
        return_from_call(os, process, lane);
    lde_resume(os->lde, 0, &process->context, MODE_USER, &os->cpu);
    if (returns || switched) /* with no call to return from, it goes on where the timer stopped it, or begins */
        LADDER(&os->lde->ladder, EVENT_RESUME, returns ? 7 : 0, lane, trap, .pc = registers_pc(&os->cpu),
               .cause = returns ? CAUSE_SYSCALL : CAUSE_TIMER);
    lde_wait(os->lde, &os->trap);
    return &os->trap;
}

/* ---- handle ---- */

static void system_call(struct os *os, struct os_process *process, const struct trap *trap)
{
    struct ladder *ladder = &os->lde->ladder;
    const uint64_t pc = registers_pc(&os->cpu);

    LADDER(ladder, EVENT_SAVE_REGISTERS, 1, OS_LANE, trap, .pc = pc);
    trap_frame_save(&process->frame, &os->cpu);

    LADDER(ladder, EVENT_ENTER_KERNEL, 2, OS_LANE, trap, .pc = pc);

    const struct tick_call *call = trap_table_lookup(&os->table, trap->number);
    const struct event_handler row = {.pc = pc, .number = trap->number, .address = os_handler_address(call)};
    ladder_name(ladder, ladder_put(ladder, EVENT_TABLE_LOOKUP, 3, OS_LANE, &row, sizeof row), os_call_name(call));

    ladder_name(ladder, ladder_put(ladder, EVENT_HANDLER, 4, OS_LANE, &row, sizeof row), os_call_name(call));
    const int64_t result = call == NULL ? os_no_such_call(os, trap->number)
                                        : tick_do(&tick_processes[os->running], call->body, trap->argument);
    process->returns = true; /* steps 5 to 7: when it has its result, and its turn */
    if (result != TICK_WAIT)
        trap_frame_set_result(&process->frame, result);
}

static void end_turn(struct os *os, struct os_process *process, bool by_timer)
{
    if (by_timer)
        LADDER(&os->lde->ladder, EVENT_SLICE_END, 0, OS_LANE, interrupt, .pc = registers_pc(&os->cpu),
               .traps = process->turn.traps);
    clock_end_turn(&os->lde->clock, &process->turn, by_timer);
    os->queue.policy->turn_over(&os->queue);
}

static void alarm_rang(struct os *os, struct os_process *process, const struct trap *trap)
{
    trap_frame_save(&process->frame, &os->cpu);
    os->lde->counts.traps[CAUSE_TIMER]++; /* a trap, whether or not the turn is over */
    if (!clock_alarm(&os->lde->clock, &process->turn, context_cpu_ns(&process->context), trap->signo))
        return;
    os_show_trap(os, trap);
    end_turn(os, process, trap->signo == SIGALRM); /* or it is stopped from outside */
}

void os_handle(struct os *os, const struct trap *trap)
{
    struct os_process *process = &os->process[os->running];
    struct tick_process *self = &tick_processes[os->running];
    if (trap->cause == CAUSE_TIMER) {
        alarm_rang(os, process, trap);
        return;
    }
    os->lde->counts.traps[trap->cause]++;
    os_show_trap(os, trap);
    if (trap->cause == CAUSE_SYSCALL)
        system_call(os, process, trap);
    else
        tick_end(self, os_explain_death(os, trap));

    const bool slice_used_up = clock_count_trap(&os->lde->clock, &process->turn);
    if (self->state == TICK_READY) {
        if (slice_used_up || self->gives_way)
            end_turn(os, process, slice_used_up);
        self->gives_way = false;
        return;
    }
    clock_end_turn(&os->lde->clock, &process->turn, false);
    if (self->state == TICK_WAITING)
        os->queue.policy->remove(&os->queue, (unsigned)os->running);
    else
        os_remove(os, (unsigned)os->running);
}
