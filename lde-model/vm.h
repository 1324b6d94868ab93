/* A virtual machine: memory, a virtual CPU, three devices, and the host processes that are its address spaces. */
#ifndef LDE_VM_H
#define LDE_VM_H

#include "lde-model/lde.h"
#include "lde-model/vcpu.h"

struct vm {
    struct lde *lde;
    unsigned number; /* from 1 */
    char os[BOOT_NAME_MAX];
    struct vcpu vcpu;
    struct memory memory;
    struct memory_space kernel_space;
    struct context kernel;            /* where its kernel runs, deprivileged */
    struct context user[BOOT_SPACES]; /* where its processes run; made when first chosen */
    struct turn turn;
    uint64_t timer_period_ns, timer_due_ns; /* the timer; 0: off */
    uint32_t clock_high;                    /* the clock's second half, kept when the first was read */
    unsigned line_used;                     /* the console: one line, so that VMs do not write into each other's */
    char line[240];
    uint64_t resumed_ns; /* when a process of it was last let run */
    uint64_t left_ns;    /* when the CPU went to another VM; 0: it never did */
    uint64_t cpu_ns;     /* of processes that are gone */
    bool off;
    int status; /* what it went off with; −1: it was ended */
    unsigned programs;
    struct lde_program *program;                  /* as asked for */
    const struct symbols *symbols;                /* of its kernel: names for the trace; NULL: none known */
    const struct lde_program *named[BOOT_SPACES]; /* whose name the lane of each space has in the trace */
    unsigned last_space;                          /* the one that had the CPU last */
};

#define VM_HYPERVISOR_LANE EVENT_LANE(LANE_HYPERVISOR, 0)
#define VM_OS_LANE(vm) EVENT_LANE(LANE_GUEST_OS, (vm)->number)
#define VM_SPACE_LANE(vm, space) EVENT_LANE(LANE_PROCESS, ((vm)->number - 1) * BOOT_SPACES + (space) + 1)
#define VM_PROCESS_LANE(vm) VM_SPACE_LANE(vm, (vm)->vcpu.space)
/* The lane of the code that has the virtual CPU. */
#define VM_LANE(vm) ((vm)->vcpu.mode == MODE_USER ? VM_PROCESS_LANE(vm) : VM_OS_LANE(vm))

/* Makes VM `number` with its OS (whose ELF file is `kernel`) and programs loaded, about to boot.  Returns 0, or −1
 * having said why. */
int vm_create(struct vm *vm, struct lde *lde, unsigned number, const char *os, const char *kernel,
              struct lde_program *program, unsigned programs);

/* Where the virtual CPU's code runs now: the address space of its mode and register. */
struct context *vm_context(struct vm *vm);
/* Makes that address space if it is not there yet.  False if it cannot be made (said). */
bool vm_context_ready(struct vm *vm);

/* The number of the address space that a handle names, or −1. */
int vm_space_of(const struct vm *vm, uint64_t handle);

/* The name of the program whose code lies in a space: it or a copy that its OS made when it forked. */
const char *vm_program_in(const struct vm *vm, unsigned space);

/* The devices.  False if the VM has none there. */
bool vm_device_write(struct vm *vm, uint64_t device, uint64_t value);
bool vm_device_read(struct vm *vm, uint64_t device, uint64_t *value);

/* CPU time of all its processes. */
uint64_t vm_cpu_ns(const struct vm *vm);

/* Ends it; `format` says why, or is NULL if it went off by itself. */
void vm_end(struct vm *vm, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
void vm_destroy(struct vm *vm);

#endif
