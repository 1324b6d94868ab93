/* Limited direct execution under a hypervisor.
 *
 *   ┌─▶ next trap: give each free CPU to a VM, deliver its pending interrupt, let its code run ────┐
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
    *hypervisor = (struct hypervisor){.lde = lde, .queue.policy = &run_round_robin};
    ladder_lane(&lde->ladder, VM_HYPERVISOR_LANE, VM_HYPERVISOR_LANE, "hypervisor thread");
    ladder_file(&lde->ladder, VM_HYPERVISOR_LANE, NULL);
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
        hypervisor->lde->ladder.vm = (uint16_t)vm->number;
        interrupt_check_timer(vm, now);
        if (!vm->vcpu.halted)
            hypervisor->queue.policy->add(&hypervisor->queue, i);
        else if (vm->timer_due_ns < first)
            first = vm->timer_due_ns;
    }
    return first;
}

/* The VM whose turn it is gets this CPU.  False if none can run. */
static bool take_seat(struct hypervisor *hypervisor, unsigned seat)
{
    struct hypervisor_seat *here = &hypervisor->seat[seat];
    const int next = run_queue_first(&hypervisor->queue);
    if (next < 0)
        return false;
    struct vm *vm = hypervisor->vm[next];
    hypervisor->queue.policy->remove(&hypervisor->queue, (unsigned)next);
    hypervisor->lde->ladder.vm = (uint16_t)vm->number;
    if (vm != here->last) {
        LADDER(&hypervisor->lde->ladder, EVENT_SWITCH, 0, VM_HYPERVISOR_LANE, switch,
               .from_lane = here->last == NULL ? VM_HYPERVISOR_LANE : VM_LANE(here->last), .to_lane = VM_LANE(vm));
        hypervisor->lde->counts.switches++;
    }
    if (vm->left_ns != 0)
        vm->resumed_ns += clock_real_ns() - vm->left_ns; /* its time away is not what its call costs */
    vm->turn.seat = seat;
    here->vm = here->last = vm;
    here->alarm_ns = 0;
    return true;
}

static void leave_seat(struct hypervisor *hypervisor, struct vm *vm, bool used_up)
{
    hypervisor->seat[vm->turn.seat].vm = NULL;
    vm->left_ns = clock_real_ns();
    clock_end_turn(&hypervisor->lde->clock, &vm->turn, used_up);
}

static void go_on(struct vm *vm)
{
    struct vcpu *vcpu = &vm->vcpu;
    const unsigned bit = vcpu->mode == MODE_USER ? 1u << vcpu->space : 0;
    vcpu->has_run = vcpu->has_run || vcpu->mode == MODE_USER;
    lde_resume(vm->lde, vm->turn.seat, vm_context(vm), vcpu->mode, &vcpu->cpu);
    if (vcpu->resumes)
        LADDER(&vm->lde->ladder, EVENT_RESUME, (vcpu->behind_call & bit) != 0 ? 9 : 0, VM_LANE(vm), trap,
               .pc = registers_pc(&vcpu->cpu));
    vcpu->resumes = false;
    vcpu->behind_call &= (uint16_t)~bit;
}

/* Lets a VM run until it traps.  False if its code has nowhere to run: then it has ended. */
static bool run(struct hypervisor *hypervisor, struct vm *vm)
{
    struct lde *lde = hypervisor->lde;
    lde->ladder.vm = (uint16_t)vm->number;
    if (!vm->turn.begun)
        clock_begin_turn(&lde->clock, &vm->turn, vm_cpu_ns(vm));
    interrupt_check_timer(vm, clock_now(&lde->clock));
    interrupt_deliver(vm);
    if (!vm->off && !vm_context_ready(vm))
        vm_end(vm, -1, "its code has nowhere to run");
    if (vm->off)
        return false;
    go_on(vm);
    return true;
}

/* Every CPU that is free gets a VM, as long as there are some that can run.  Returns how many CPUs are at work. */
static unsigned fill_seats(struct hypervisor *hypervisor)
{
    unsigned at_work = 0;
    for (unsigned seat = 0; seat < hypervisor->lde->seats; seat++) {
        struct hypervisor_seat *here = &hypervisor->seat[seat];
        bool runs = hypervisor->lde->seat[seat].context != NULL;
        while (!runs && (here->vm != NULL || take_seat(hypervisor, seat))) {
            runs = run(hypervisor, here->vm);
            if (!runs)
                leave_seat(hypervisor, here->vm, false);
        }
        at_work += runs;
    }
    return at_work;
}

/* Where others run, a CPU with nothing to do has its own alarm wake us when the first halted VM wants to go on. */
static void set_idle_alarm(struct hypervisor *hypervisor, uint64_t alarm)
{
    unsigned seat = 0;
    while (hypervisor->lde->seat[seat].context != NULL)
        seat++;
    if (hypervisor->seat[seat].alarm_ns != alarm)
        clock_wake_seat(&hypervisor->lde->clock, seat, alarm);
    hypervisor->seat[seat].alarm_ns = alarm;
}

const struct trap *hypervisor_next_trap(struct hypervisor *hypervisor)
{
    struct lde *lde = hypervisor->lde;
    while (!lde->clock.over) {
        const uint64_t alarm = wake_halted(hypervisor);
        const unsigned at_work = fill_seats(hypervisor);
        if (at_work > 0) {
            if (at_work < lde->seats)
                set_idle_alarm(hypervisor, alarm);
            const int seat = lde_wait(lde, &hypervisor->trap);
            if (seat < 0)
                continue; /* the alarm of an idle CPU: somebody wakes */
            hypervisor->trapped = hypervisor->seat[seat].vm;
            return &hypervisor->trap;
        }
        if (alarm == UINT64_MAX)
            break;
        LADDER(&lde->ladder, EVENT_IDLE, 0, VM_HYPERVISOR_LANE, switch, .to_lane = VM_HYPERVISOR_LANE);
        clock_idle(&lde->clock, alarm);
    }
    return NULL;
}

/* ---- handle ---- */

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

static void end_turn(struct hypervisor *hypervisor, struct vm *vm, bool used_up)
{
    if (used_up)
        LADDER(&hypervisor->lde->ladder, EVENT_SLICE_END, 0, VM_HYPERVISOR_LANE, interrupt,
               .pc = registers_pc(&vm->vcpu.cpu), .enabled = vm->vcpu.interrupts_on, .traps = vm->turn.traps);
    leave_seat(hypervisor, vm, used_up);
    wake_halted(hypervisor); /* who woke during this turn comes before who had it */
    hypervisor->queue.policy->add(&hypervisor->queue, vm->number - 1);
}

void hypervisor_handle(struct hypervisor *hypervisor, const struct trap *trap)
{
    struct vm *vm = hypervisor->trapped;
    ladder_code(&vm->lde->ladder, VM_LANE(vm), VM_HYPERVISOR_LANE, &vm->vcpu.cpu, &vm_context(vm)->space);
    hypervisor->lde->ladder.vm = (uint16_t)vm->number;
    if (trap->cause == CAUSE_TIMER) {
        hypervisor->lde->counts.traps[CAUSE_TIMER]++; /* a trap, whether or not the turn is over */
        if (!clock_alarm(&hypervisor->lde->clock, &vm->turn, vm_cpu_ns(vm), trap->signo)) {
            go_on(vm); /* as if nothing had been: an alarm for nothing must not change what happens when */
            return;
        }
        show_trap(vm, trap, "");
        end_turn(hypervisor, vm, trap->signo == SIGALRM); /* or it is stopped from outside */
        return;
    }
    handle(vm, trap);
    const bool slice_used_up = clock_count_trap(&hypervisor->lde->clock, &vm->turn);
    if (vm->off || vm->vcpu.halted)
        leave_seat(hypervisor, vm, false);
    else if (slice_used_up)
        end_turn(hypervisor, vm, true);
}
