/* Trap and emulate.  Knows what each privileged operation means for a virtual CPU; the bytes are the CPU's business
 * (arch/), and why the OS executes it is the OS's. */
#include "lde-model/privileged.h"

#include "lde-model/reflect.h"

#include <string.h>

static void show(struct vm *vm, const struct instruction *instruction, bool reflected)
{
    struct event_privileged payload = {.pc = registers_pc(&vm->vcpu.cpu),
                                       .operation = instruction->operation,
                                       .length = instruction->length,
                                       .reflected = reflected,
                                       .value = instruction->value,
                                       .target = instruction->target};
    memcpy(payload.bytes, instruction->bytes, sizeof payload.bytes);
    ladder_name(&vm->lde->ladder,
                ladder_put(&vm->lde->ladder, EVENT_PRIVILEGED, 0, VM_HYPERVISOR_LANE, &payload, sizeof payload),
                instruction->name);
}

static bool choose_space(struct vm *vm, uint64_t handle)
{
    const int space = vm_space_of(vm, handle);
    if (space >= 0)
        vm->vcpu.space = (unsigned)space;
    return space >= 0;
}

static bool halt(struct vm *vm)
{
    if (vm->vcpu.timer_pending && vm->vcpu.interrupts_on)
        return true; /* the interrupt that it would wait for is here */
    if (!vm->vcpu.interrupts_on || vm->timer_period_ns == 0)
        return false; /* nothing would ever wake it */
    vm->vcpu.halted = true;
    return true;
}

static bool read_into(struct vm *vm, const struct instruction *instruction, bool known, uint64_t value)
{
    if (known)
        arch_set_read(&vm->vcpu.saved_kernel, instruction, value);
    return known;
}

/* Everything but the return.  False if the virtual CPU or the machine has no such thing. */
static bool emulate(struct vm *vm, const struct instruction *instruction)
{
    struct vcpu *vcpu = &vm->vcpu;
    uint64_t value = 0;
    switch (instruction->operation) {
    case PRIVILEGED_TRAP_TABLE: /* this is how the hypervisor learns where the VM's table is */
    case PRIVILEGED_SYSTEM_WRITE:
        return arch_write_system(&vcpu->system, &vm->kernel_space, instruction);
    case PRIVILEGED_SYSTEM_READ:
        return read_into(vm, instruction, arch_read_system(&vcpu->system, instruction, &value), value);
    case PRIVILEGED_SPACE:
        return choose_space(vm, instruction->value);
    case PRIVILEGED_INTERRUPTS_ON:
        vcpu->interrupts_on = true;
        return true;
    case PRIVILEGED_INTERRUPTS_OFF:
        vcpu->interrupts_on = false;
        return true;
    case PRIVILEGED_HALT:
        return halt(vm);
    case PRIVILEGED_DEVICE_WRITE:
        return vm_device_write(vm, instruction->target, instruction->value);
    case PRIVILEGED_DEVICE_READ:
        return read_into(vm, instruction, vm_device_read(vm, instruction->target, &value), value);
    default:
        return false;
    }
}

void privileged_handle(struct vm *vm, const struct trap *trap, const struct instruction *instruction)
{
    struct vcpu *vcpu = &vm->vcpu;
    if (vcpu->mode == MODE_USER) {
        show(vm, instruction, true);
        reflect_privileged(vm, trap);
        return;
    }
    if (instruction->operation == PRIVILEGED_RETURN) {
        reflect_return(vm, trap, instruction);
        return;
    }
    show(vm, instruction, false);
    vcpu->saved_kernel = vcpu->cpu; /* beside those of the process, whose call the kernel may be in the midst of */
    if (!emulate(vm, instruction)) {
        vm_end(vm, -1, "its kernel executed %s (0x%llx), which this virtual CPU cannot do", instruction->name,
               (unsigned long long)instruction->target);
        return;
    }
    if (vm->off)
        return; /* that was the power switch */
    arch_skip(&vcpu->saved_kernel, instruction);
    vcpu->cpu = vcpu->saved_kernel;
    vcpu->resumes = !vcpu->halted;
}
