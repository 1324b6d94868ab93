/* Virtual timer interrupts.  Knows when one may be delivered; what entering a kernel does to registers is the CPU's
 * business (arch/), and what the OS does with it is the OS's. */
#include "lde-model/interrupt.h"

static void put(struct vm *vm, enum event_kind kind, uint32_t lane)
{
    LADDER(&vm->lde->ladder, kind, 0, lane, interrupt, .pc = registers_pc(&vm->vcpu.cpu), .line = BOOT_VECTOR_TIMER,
           .enabled = vm->vcpu.interrupts_on, .traps = vm->turn.traps);
}

void interrupt_check_timer(struct vm *vm, uint64_t now_ns)
{
    if (vm->timer_period_ns == 0 || now_ns < vm->timer_due_ns)
        return;
    vm->timer_due_ns =
        now_ns + vm->timer_period_ns; /* ticks missed while others ran come as one, as on real hardware */
    vm->vcpu.halted = false;
    if (vm->vcpu.timer_pending)
        return;
    vm->vcpu.timer_pending = true;
    put(vm, EVENT_INTERRUPT_RAISE, VM_HYPERVISOR_LANE);
    if (!vm->vcpu.interrupts_on)
        put(vm, EVENT_INTERRUPT_PENDING, VM_HYPERVISOR_LANE);
}

void interrupt_deliver(struct vm *vm)
{
    struct vcpu *vcpu = &vm->vcpu;
    if (!vcpu->timer_pending || !vcpu->interrupts_on)
        return;
    const bool from_user = vcpu->mode == MODE_USER;
    if (from_user && !vcpu->has_run)
        return; /* where handling a tick takes longer than a tick, a process still gets on, call by call */
    if (from_user)
        vcpu->saved_user = vcpu->cpu;
    if (!arch_enter_kernel(&vcpu->cpu, &vcpu->system, &vm->kernel_space, ARCH_VECTOR_TIMER, from_user, true, 0)) {
        vm_end(vm, -1, "a timer interrupt came, and its trap table has no handler for it");
        return;
    }
    vcpu->timer_pending = false;
    vcpu->has_run = vcpu->resumes = false; /* what it would have gone on with has to wait for the handler's end */
    vcpu->interrupts_on = false;           /* until the handler returns, or turns them on */
    vcpu->mode = MODE_GUEST_KERNEL;
    vm->lde->ladder.tid = (uint32_t)vm->kernel.pid;
    put(vm, EVENT_INTERRUPT_DELIVER, VM_OS_LANE(vm));
}
