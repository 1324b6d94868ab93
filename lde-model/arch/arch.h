/* The arch contract: all that the model must know about a CPU, as one closed list of names.  Each CPU has one
 * header (registers, as small inline functions), one .c (privileged instructions, traps, returns) and one .S
 * (the loop that turns a forked process into an empty guest).  Nothing outside this folder names a CPU; nothing
 * inside it knows of events, of ptrace requests or of scheduling.
 *
 * The CPU's header defines
 *   ARCH_NAME           "x86-64"
 *   ARCH_MACHINE        the ELF e_machine of its programs
 *   ARCH_CALL_LENGTH    bytes of the system-call instruction
 *   ARCH_REFLECTED_TRAPS   how many traps a reflected call takes, and which: "2: syscall, sysretq"
 *   struct registers    the general registers, laid out as PTRACE_GETREGSET NT_PRSTATUS hands them over
 *   struct system_registers   the privileged registers of a virtual CPU, all zero at its reset: only the CPU's .c
 *                       looks inside
 * and, inline, the functions declared here first.  A missing one fails to compile, since they are static.
 */
#ifndef LDE_ARCH_H
#define LDE_ARCH_H

#include "lde-model/support/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct registers;
struct system_registers;

static inline uint64_t registers_pc(const struct registers *registers);
static inline uint64_t registers_frame(const struct registers *registers); /* of the function that runs */

/* A system call as the process sees it: number, arguments 0 to 5, and the result where the ABI wants it. */
static inline uint64_t registers_call_number(const struct registers *registers);
static inline uint64_t registers_argument(const struct registers *registers, unsigned index);
static inline void registers_set_result(struct registers *registers, int64_t result);
static inline int64_t registers_result(const struct registers *registers);

/* Makes `registers` those of fresh code: pc, stack, one argument, everything else 0 or as the host demands for
 * user level (selectors, flags).  `registers` must hold values read from a live guest before. */
static inline void registers_start(struct registers *registers, uint64_t pc, uint64_t sp, uint64_t argument);

/* Copies from `own` to `registers` what a kernel does not see when it handles a trap, and so cannot have kept. */
static inline void registers_keep_hidden(struct registers *registers, const struct registers *own);

/* To be called on registers that will be loaded into a guest that stopped: tells the host kernel not to take
 * the stop for a system call that it might have to restart. */
static inline void registers_detach_from_call(struct registers *registers);

#if defined(__x86_64__)
#include "lde-model/arch/x86_64.h"
#elif defined(__aarch64__)
#include "lde-model/arch/aarch64.h"
#else
#error "The model knows x86-64 and AArch64: write lde-model/arch/CPU.{h,c,S} after the contract in arch.h."
#endif

/* The guest stopped with a system call.  True if the one instruction that counts did it: read from the guest's
 * executable memory just before the pc, so that other ways into the host kernel are seen as what they are. */
bool arch_is_system_call(const struct memory_space *space, const struct registers *registers);

/* ---- what a guest's instructions may not do by themselves ---- */

enum { ARCH_TEXT_MAX = 48 };

/* What a privileged instruction asks of the machine, in words that fit every CPU. */
enum privileged_operation {
    PRIVILEGED_TRAP_TABLE,     /* says where traps go: lidt, wrmsr LSTAR; msr VBAR_EL1 */
    PRIVILEGED_SPACE,          /* loads the address-space register: mov to cr3; msr TTBR0_EL1 */
    PRIVILEGED_INTERRUPTS_ON,  /* sti; msr DAIFClr */
    PRIVILEGED_INTERRUPTS_OFF, /* cli; msr DAIFSet */
    PRIVILEGED_HALT,           /* hlt; hvc with PSCI's CPU_SUSPEND */
    PRIVILEGED_RETURN,         /* sysretq, iretq; eret */
    PRIVILEGED_DEVICE_WRITE,   /* out; a store to the device page */
    PRIVILEGED_DEVICE_READ,    /* in; a load from the device page */
    PRIVILEGED_SYSTEM_WRITE,   /* any other system register of the virtual CPU */
    PRIVILEGED_SYSTEM_READ,
    PRIVILEGED_UNKNOWN, /* privileged, but no part of this virtual CPU */
};

struct instruction {
    enum privileged_operation operation;
    uint8_t length;    /* bytes */
    uint8_t bytes[10]; /* the first of them */
    char name[16];     /* "wrmsr" */
    uint64_t target;   /* which port, device offset, or system register (the CPU's own numbering) */
    uint64_t value;    /* what is written there; the operand's address for lidt and lgdt */
    uint8_t reg;       /* register that a read ends up in (the CPU's own numbering) */
};

/* Decodes the instruction at the pc of a guest that faulted.  False if its bytes are not on a page executable for
 * the guest, or are not privileged (or, on AArch64, no access to the device page): then the fault is the guest's own.
 */
bool arch_decode(const struct memory_space *space, const struct registers *registers, struct instruction *instruction);

/* The instruction at `code` (of which `size` bytes can be read) for a reader: "hlt", or its bytes if it is not
 * privileged.  True if it is. */
bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX]);

/* Goes on behind the instruction; `value` is what a read gives. */
void arch_skip(struct registers *registers, const struct instruction *instruction);
void arch_set_read(struct registers *registers, const struct instruction *instruction, uint64_t value);

/* ---- the virtual CPU's privileged half ---- */

/* TRAP_TABLE, SYSTEM_WRITE and SYSTEM_READ.  `kernel` is the memory that the guest kernel sees: False, and nothing
 * changed, if a table would lie outside of it, or the virtual CPU has no such register. */
bool arch_write_system(struct system_registers *system, const struct memory_space *kernel,
                       const struct instruction *instruction);
bool arch_read_system(const struct system_registers *system, const struct instruction *instruction, uint64_t *value);

/* Where the VM's own table sends a system call; 0 if none is registered yet. */
uint64_t arch_call_entry(const struct system_registers *system);

enum arch_vector { ARCH_VECTOR_CALL, ARCH_VECTOR_TIMER, ARCH_VECTOR_PRIVILEGED, ARCH_VECTOR_MEMORY };

/* Does to `registers` what the hardware does when this trap enters the guest kernel through the table that it has
 * registered: keeps the interrupted pc, stack and flags where that kernel looks for them, and goes to the handler.
 * `from_user` and `interrupts_on` are the virtual CPU's state until now.  `address` is what a MEMORY fault touched.
 * False, and nothing changed, if no handler is registered or its stack is not the VM's memory. */
bool arch_enter_kernel(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                       enum arch_vector vector, bool from_user, bool interrupts_on, uint64_t address);

/* Does what the return instruction asks for: sets the pc, stack and flags of the code returned to.
 * False if the frame is not the VM's memory. */
bool arch_return(struct registers *registers, struct system_registers *system, const struct memory_space *kernel,
                 const struct instruction *instruction, bool *to_user, bool *interrupts_on);

/* ---- making a guest process (engine/spawn.c) ---- */

/* One system call of the script that a forked process runs on its way to becoming a guest. */
struct arch_script_call {
    uint64_t number; /* UINT64_MAX ends the script */
    uint64_t argument[6];
};
#include "lde-model/arch/offsets.h"

/* Position-independent code, copied to a page of its own: called as f(script), it makes each call in turn, and
 * breaks to the tracer behind the last, or behind the first that fails, with registers_result() what that call
 * returned. Never returns. */
extern const char arch_script_code[], arch_script_code_end[];

#endif
