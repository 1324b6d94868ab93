/* Limited direct execution under a hypervisor.
 *
 *   ┌─▶ next trap: choose a VM, deliver a pending interrupt, let its code run on the CPU ──────────┐
 *   └── handle it: reflect the call (1–5) or the fault, or emulate the privileged instruction (6–9) ◀─ trap
 *
 * Whatever runs in a VM, process or kernel, runs at user level.  "Kernel mode" of the real machine is this thread.
 * Decides who runs and which module handles a trap; knows no instruction and no operating system. */
#include "lde-model/hypervisor.h"

#include "lde-model/interrupt.h"
#include "lde-model/privileged.h"
#include "lde-model/reflect.h"
#include "lde-model/support/show.h"

#include <signal.h>

void hypervisor_start(struct hypervisor *hypervisor, struct lde *lde)
{
    *hypervisor = (struct hypervisor){.lde = lde, .running = -1, .queue.policy = &run_round_robin};
    ladder_lane(&lde->ladder, VM_HYPERVISOR_LANE, VM_HYPERVISOR_LANE, "hypervisor thread");
}

void hypervisor_add(struct hypervisor *hypervisor, struct vm *vm)
{
    hypervisor->vm[hypervisor->vms] = vm;
    hypervisor->queue.policy->add(&hypervisor->queue, hypervisor->vms++);
}

/* ---- next trap ---- */

/* Halted VMs wake by their timers.  Returns when the first of those that still sleep will; UINT64_MAX: never. */
static uint64_t wake_halted(struct hypervisor *hypervisor)
{
    const uint64_t now = clock_now(&hypervisor->lde->clock);
    uint64_t first = UINT64_MAX;
    for (unsigned i = 0; i < hypervisor->vms; i++) {
        struct vm *vm = hypervisor->vm[i];
        if (vm->off || !vm->vcpu.halted)
            continue;
        interrupt_check_timer(vm, now);
        if (!vm->vcpu.halted)
            hypervisor->queue.policy->add(&hypervisor->queue, i);
        else if (vm->timer_due_ns < first)
            first = vm->timer_due_ns;
    }
    return first;
}

/* The index of the VM to run now; −1: none is left. */
static int choose(struct hypervisor *hypervisor)
{
    for (;;) {
        const uint64_t alarm = wake_halted(hypervisor);
        const int first = run_queue_first(&hypervisor->queue);
        if (first >= 0 || alarm == UINT64_MAX)
            return first;
        LADDER(&hypervisor->lde->ladder, EVENT_IDLE, 0, VM_HYPERVISOR_LANE, switch, .to_lane = VM_HYPERVISOR_LANE);
        clock_idle(&hypervisor->lde->clock, alarm);
    }
}

static void switch_to(struct hypervisor *hypervisor, int next)
{
    struct vm *vm = hypervisor->vm[next];
    const uint32_t from = hypervisor->running < 0 ? VM_HYPERVISOR_LANE : VM_LANE(hypervisor->vm[hypervisor->running]);
    const uint64_t now = clock_real_ns();
    if (hypervisor->running >= 0)
        hypervisor->vm[hypervisor->running]->left_ns = now;
    if (vm->left_ns != 0)
        vm->resumed_ns += now - vm->left_ns; /* its time away is not what its call costs */
    hypervisor->lde->ladder.vm = (uint16_t)vm->number;
    LADDER(&hypervisor->lde->ladder, EVENT_SWITCH, 0, VM_HYPERVISOR_LANE, switch, .from_lane = from,
           .to_lane = VM_LANE(vm));
    hypervisor->running = next;
    hypervisor->lde->counts.switches++;
}

/* Lets a VM run until it traps.  False if its code has nowhere to run: then it has ended. */
static bool run(struct hypervisor *hypervisor, struct vm *vm)
{
    if (!vm->turn.begun)
        clock_begin_turn(&hypervisor->lde->clock, &vm->turn, vm_cpu_ns(vm));
    interrupt_check_timer(vm, clock_now(&hypervisor->lde->clock));
    interrupt_deliver(vm);
    if (vm->off || !vm_context_ready(vm))
        return false;
    struct context *context = vm_context(vm);
    hypervisor->lde->ladder.tid = (uint32_t)context->pid;
    vm->vcpu.has_run = vm->vcpu.has_run || vm->vcpu.mode == MODE_USER;
    lde_run(hypervisor->lde, context, vm->vcpu.mode, &vm->vcpu.cpu, &hypervisor->trap);
    return true;
}

const struct trap *hypervisor_next_trap(struct hypervisor *hypervisor)
{
    for (int next; !hypervisor->lde->clock.over && (next = choose(hypervisor)) >= 0;) {
        struct vm *vm = hypervisor->vm[next];
        if (next != hypervisor->running)
            switch_to(hypervisor, next);
        if (run(hypervisor, vm))
            return &hypervisor->trap;
        if (!vm->off)
            vm_end(vm, -1, "its code has nowhere to run");
        hypervisor->queue.policy->remove(&hypervisor->queue, (unsigned)next);
    }
    return NULL;
}

/* ---- handle ---- */

static void end_turn(struct hypervisor *hypervisor, struct vm *vm)
{
    LADDER(&hypervisor->lde->ladder, EVENT_SLICE_END, 0, VM_HYPERVISOR_LANE, interrupt,
           .pc = registers_pc(&vm->vcpu.cpu), .enabled = vm->vcpu.interrupts_on, .traps = hypervisor->lde->clock.traps);
    clock_end_turn(&hypervisor->lde->clock, &vm->turn, true);
    hypervisor->queue.policy->turn_over(&hypervisor->queue);
}

static void handle(struct vm *vm, const struct trap *trap)
{
    struct instruction instruction;
    if (trap->cause == CAUSE_EXIT) {
        reflect_death(vm, trap);
    } else if (trap->cause == CAUSE_SYSCALL) {
        reflect_call(vm, trap);
    } else if (trap->signo != SIGSYS && arch_decode(&vm_context(vm)->space, &vm->vcpu.cpu, &instruction)) {
        vm->lde->counts.traps[CAUSE_PRIVILEGED]++;
        privileged_handle(vm, trap, &instruction);
    } else {
        reflect_fault(vm, trap);
    }
}

void hypervisor_handle(struct hypervisor *hypervisor, const struct trap *trap)
{
    struct vm *vm = hypervisor->vm[hypervisor->running];
    if (trap->cause == CAUSE_TIMER) {
        hypervisor->lde->counts.traps[CAUSE_TIMER]++; /* a trap, whether or not the turn is over */
        if (!clock_alarm(&hypervisor->lde->clock, &vm->turn, vm_cpu_ns(vm)))
            return;
        show_trap(vm, trap, "");
        end_turn(hypervisor, vm);
        return;
    }
    handle(vm, trap);
    const bool slice_used_up = clock_count_trap(&hypervisor->lde->clock);
    if (vm->off || vm->vcpu.halted) {
        clock_end_turn(&hypervisor->lde->clock, &vm->turn, false);
        hypervisor->queue.policy->remove(&hypervisor->queue, (unsigned)hypervisor->running);
    } else if (slice_used_up) {
        end_turn(hypervisor, vm);
    }
}
