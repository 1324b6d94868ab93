/* The nine steps.  The lecture's words, one after the other:
 *
 *      process          guest OS          hypervisor
 *      system call ──────────────────────▶ 1 save registers
 *                                          2 kernel mode
 *                                          3 the number's handler in the VM's table
 *                       4 user mode     ◀─ world switch
 *                       5 the handler
 *                          its return   ──▶ 6 kernel mode, for the return is privileged
 *                                          7 restore registers
 *      8 user mode      ◀───────────────── world switch
 *      9 resume behind the system call
 *
 * Knows how control passes; does not know what any call does. */
#include "lde-model/reflect.h"

#include "lde-model/support/explain.h"
#include "lde-model/support/show.h"
#include "lde-model/support/symbols.h"

#include <signal.h>

void reflect_call(struct vm *vm, const struct trap *trap)
{
    struct ladder *ladder = &vm->lde->ladder;
    struct vcpu *vcpu = &vm->vcpu;
    uint64_t handler = 0;
    const uint64_t pc = registers_pc(&vcpu->cpu);
    const char *name = ladder->on ? symbols_call(vm->symbols, &vm->kernel_space, trap->number, &handler) : "";
    if (vcpu->mode != MODE_USER) {
        vm_end(vm, -1, "its kernel made a system call, of which nobody is the handler");
        return;
    }
    vm->lde->counts.traps[CAUSE_SYSCALL]++;
    show_trap(vm, trap, name);

    LADDER(ladder, EVENT_SAVE_REGISTERS, 1, VM_HYPERVISOR_LANE, trap, .pc = pc);
    vcpu->saved_user = vcpu->cpu;

    LADDER(ladder, EVENT_ENTER_KERNEL, 2, VM_HYPERVISOR_LANE, trap, .pc = pc);

    const struct event_handler row = {.pc = pc, .number = trap->number, .address = arch_call_entry(&vcpu->system)};
    ladder_name(ladder, ladder_put(ladder, EVENT_TABLE_LOOKUP, 3, VM_HYPERVISOR_LANE, &row, sizeof row), name);
    if (!arch_enter_kernel(&vcpu->cpu, &vcpu->system, &vm->kernel_space, ARCH_VECTOR_CALL, true, vcpu->interrupts_on,
                           0)) {
        vm_end(vm, -1, "a process made a system call, and no trap table is registered");
        return;
    }

    vcpu->mode = MODE_GUEST_KERNEL;
    vcpu->interrupts_on = false;
    vcpu->in_call = true;
    LADDER(ladder, EVENT_LEAVE_KERNEL, 4, VM_OS_LANE(vm), trap, .pc = registers_pc(&vcpu->cpu));

    ladder_name(ladder,
                LADDER(ladder, EVENT_HANDLER, 5, VM_OS_LANE(vm), handler, .pc = registers_pc(&vcpu->cpu),
                       .number = trap->number, .address = handler),
                name);
}

void reflect_return(struct vm *vm, const struct trap *trap, const struct instruction *instruction)
{
    struct vcpu *vcpu = &vm->vcpu;
    bool to_user = false;
    ladder_name(&vm->lde->ladder,
                LADDER(&vm->lde->ladder, EVENT_HANDLER_RETURN, vcpu->in_call ? 6 : 0, VM_HYPERVISOR_LANE, trap,
                       .pc = registers_pc(&vcpu->cpu), .cause = CAUSE_PRIVILEGED, .signo = (int16_t)trap->signo),
                instruction->name);

    if (!arch_return(&vcpu->cpu, &vcpu->system, &vm->kernel_space, instruction, &to_user, &vcpu->interrupts_on)) {
        vm_end(vm, -1, "its kernel returns through a stack that is not its memory");
        return;
    }
    registers_keep_hidden(&vcpu->cpu, &vcpu->saved_user);
    LADDER(&vm->lde->ladder, EVENT_RESTORE_REGISTERS, vcpu->in_call ? 7 : 0, VM_HYPERVISOR_LANE, handler,
           .pc = registers_pc(&vcpu->cpu), .result = registers_result(&vcpu->cpu));
    if (!to_user)
        return;

    vcpu->mode = MODE_USER;
    LADDER(&vm->lde->ladder, EVENT_ENTER_USER, vcpu->in_call ? 8 : 0, VM_PROCESS_LANE(vm), trap,
           .pc = registers_pc(&vcpu->cpu));

    vcpu->resumes =
        true; /* step 9 is the hypervisor's next resumption of it: after other VMs', or after an interrupt */
    const uint64_t now = clock_real_ns();
    if (vcpu->in_call) {
        vcpu->behind_call |= (uint16_t)(1u << vcpu->space);
        vm->lde->counts.calls++;
        vm->lde->counts.call_ns += now - vm->resumed_ns;
    }
    vm->resumed_ns = now;
    vcpu->in_call = false;
}

static void reflect(struct vm *vm, const struct trap *trap, enum arch_vector vector)
{
    struct vcpu *vcpu = &vm->vcpu;
    char why[EXPLAIN_MAX];
    struct context *context = vm_context(vm);
    vm->lde->counts.traps[CAUSE_FAULT]++;
    show_trap(vm, trap, "");
    explain_death(context, &vcpu->cpu, trap, why);
    ladder_name(&vm->lde->ladder,
                LADDER(&vm->lde->ladder, EVENT_FAULT, 0, VM_HYPERVISOR_LANE, trap, .pc = registers_pc(&vcpu->cpu),
                       .cause = CAUSE_FAULT, .signo = (int16_t)trap->signo),
                why);
    if (vcpu->mode != MODE_USER) {
        vm_end(vm, -1, "its kernel failed: %s", why);
        return;
    }
    const uint64_t address = trap->cause == CAUSE_FAULT ? trap_fault_address(context, NULL) : 0;
    lde_say("%s in VM %u (%s): %s", vm_program_in(vm, vcpu->space), vm->number, vm->os, why);
    vcpu->saved_user = vcpu->cpu;
    if (!arch_enter_kernel(&vcpu->cpu, &vcpu->system, &vm->kernel_space, vector, true, vcpu->interrupts_on, address)) {
        vm_end(vm, -1, "a process failed, and its trap table has no handler for that");
        return;
    }
    vcpu->mode = MODE_GUEST_KERNEL;
    vcpu->interrupts_on = false;
}

void reflect_fault(struct vm *vm, const struct trap *trap)
{
    reflect(vm, trap, ARCH_VECTOR_MEMORY);
}

void reflect_privileged(struct vm *vm, const struct trap *trap)
{
    reflect(vm, trap, ARCH_VECTOR_PRIVILEGED);
}

void reflect_death(struct vm *vm, const struct trap *trap)
{
    reflect(vm, trap, ARCH_VECTOR_MEMORY);
}
