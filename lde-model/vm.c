/* A virtual machine as a thing: made, asked for its parts, ended.  Does not know why it traps or whose turn it is. */
#include "lde-model/vm.h"

#include "lde-model/support/loader.h"
#include "lde-model/support/symbols.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t handle_of(unsigned space)
{
    return BOOT_SPACE_BASE + (uint64_t)space * BOOT_SPACE_SIZE;
}

int vm_space_of(const struct vm *vm, uint64_t handle)
{
    (void)vm;
    for (unsigned i = 0; i < BOOT_SPACES; i++) {
        if (handle == handle_of(i))
            return (int)i;
    }
    return -1;
}

static int load(struct vm *vm, const char *kernel, uint64_t *entry)
{
    char error[256];
    struct boot_information *boot = (void *)(vm->memory.bytes + BOOT_INFORMATION);
    *boot = (struct boot_information){.magic = BOOT_MAGIC, .programs = vm->programs};
    for (unsigned i = 0; i < BOOT_SPACES; i++)
        boot->space[i] =
            (struct boot_space){.handle = handle_of(i), .physical = BOOT_SPACE_BASE + (uint64_t)i * BOOT_SPACE_SIZE};
    for (unsigned i = 0; i < vm->programs; i++) {
        if (loader_load_program(&vm->memory, i, &vm->program[i], &boot->program[i], error) != 0) {
            lde_say("cannot load guest '%s': %s", vm->program[i].text, error);
            return -1;
        }
    }
    if (loader_load_kernel(&vm->memory, kernel, entry, error) != 0) {
        lde_say("cannot load the kernel of %s: %s", vm->os, error);
        return -1;
    }
    if (vm->lde->ladder.on)
        vm->symbols = symbols_load(kernel);
    return 0;
}

static const struct lde_program *program_in(const struct vm *vm, unsigned space)
{
    const uint64_t fingerprint = loader_fingerprint(&vm->memory, space);
    for (unsigned i = 0; i < vm->programs; i++) {
        if (vm->program[i].fingerprint == fingerprint)
            return &vm->program[i];
    }
    return NULL;
}

const char *vm_program_in(const struct vm *vm, unsigned space)
{
    const struct lde_program *program = program_in(vm, space);
    return program == NULL ? "a process" : program->name;
}

/* Which program runs in a space is the guest OS's affair: we see that one has moved in by its code. */
static void name_space(struct vm *vm, unsigned space)
{
    const struct lde_program *program = vm->lde->ladder.on ? program_in(vm, space) : NULL;
    if (program == NULL || program == vm->named[space])
        return;
    vm->named[space] = program;
    ladder_lane(&vm->lde->ladder, VM_SPACE_LANE(vm, space), VM_OS_LANE(vm), program->name);
    ladder_file(&vm->lde->ladder, VM_SPACE_LANE(vm, space), program->path);
}

static bool make_space(struct vm *vm, unsigned space)
{
    char error[256];
    struct registers fresh;
    const struct memory_space pages = memory_user_space(&vm->memory, space);
    if (vm->lde->engine->create(&vm->user[space], &pages, &fresh, error) != 0) {
        lde_say("%s", error);
        return false;
    }
    vm->lde->ladder.tid = (uint32_t)vm->user[space].pid;
    name_space(vm, space);
    return true;
}

int vm_create(struct vm *vm, struct lde *lde, unsigned number, const char *os, const char *kernel,
              struct lde_program *program, unsigned programs)
{
    char error[256];
    uint64_t entry;
    *vm = (struct vm){.lde = lde, .number = number, .program = program, .programs = programs, .status = -1};
    snprintf(vm->os, sizeof vm->os, "%s", os);
    if (memory_create(&vm->memory) != 0) {
        lde_say("cannot make the memory of VM %u: %s (%s)", number, strerror(errno), strerrorname_np(errno));
        return -1;
    }
    vm->kernel_space = memory_kernel_space(&vm->memory);
    if (load(vm, kernel, &entry) != 0)
        return -1;
    if (lde->engine->create(&vm->kernel, &vm->kernel_space, &vm->vcpu.cpu, error) != 0) {
        lde_say("%s", error);
        return -1;
    }
    vm->vcpu.mode = MODE_GUEST_KERNEL;
    registers_start(&vm->vcpu.cpu, entry, 0, BOOT_KERNEL_BASE + BOOT_INFORMATION);
    lde->ladder.vm = (uint16_t)number;
    lde->ladder.tid = (uint32_t)vm->kernel.pid;
    ladder_lane(&lde->ladder, VM_OS_LANE(vm), VM_HYPERVISOR_LANE, os);
    ladder_file(&lde->ladder, VM_OS_LANE(vm), kernel);
    ladder_name(&lde->ladder,
                LADDER(&lde->ladder, EVENT_GUEST_START, 0, VM_OS_LANE(vm), life, .pid = (uint32_t)vm->kernel.pid,
                       .other_lane = VM_HYPERVISOR_LANE),
                os);
    for (unsigned i = 0; i < programs; i++) { /* so that a process's first step is not as slow as a fork */
        if (!make_space(vm, i))
            return -1;
    }
    return 0;
}

struct context *vm_context(struct vm *vm)
{
    return vm->vcpu.mode == MODE_USER ? &vm->user[vm->vcpu.space] : &vm->kernel;
}

bool vm_context_ready(struct vm *vm)
{
    const bool user = vm->vcpu.mode == MODE_USER;
    if (vm_context(vm)->pid == 0 && (!user || !make_space(vm, vm->vcpu.space)))
        return false;
    if (user && vm->vcpu.space != vm->last_space)
        name_space(vm, vm->last_space = vm->vcpu.space);
    return true;
}

uint64_t vm_cpu_ns(const struct vm *vm)
{
    uint64_t sum = vm->cpu_ns + context_cpu_ns(&vm->kernel);
    for (unsigned i = 0; i < BOOT_SPACES; i++)
        sum += context_cpu_ns(&vm->user[i]);
    return sum;
}

void vm_end(struct vm *vm, int status, const char *format, ...)
{
    char why[256];
    va_list arguments;
    va_start(arguments, format);
    if (format != NULL)
        vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    if (vm->line_used > 0)
        vm_device_write(vm, BOOT_CONSOLE, '\n');
    if (format != NULL)
        lde_say("%s (VM %u) ended: %s", vm->os, vm->number, why);
    vm->status = status;
    vm->off = true;
    vm->lde->failed = vm->lde->failed || (status != 0 && !vm->lde->clock.over);
    LADDER(&vm->lde->ladder, EVENT_GUEST_END, 0, VM_HYPERVISOR_LANE, life, .pid = (uint32_t)vm->kernel.pid,
           .status = status, .other_lane = VM_OS_LANE(vm));
    vm->cpu_ns = vm_cpu_ns(vm);
    lde_destroy(vm->lde, &vm->kernel, MODE_GUEST_KERNEL);
    for (unsigned i = 0; i < BOOT_SPACES; i++)
        lde_destroy(vm->lde, &vm->user[i], MODE_USER);
}

void vm_destroy(struct vm *vm)
{
    if (!vm->off)
        vm_end(vm, -1, NULL);
    memory_destroy(&vm->memory);
    symbols_free(vm->symbols);
}
