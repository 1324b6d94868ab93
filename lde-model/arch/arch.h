/* The arch contract: all that the model must know about a CPU, as one closed list of names.  Each CPU has one
 * header (registers, as small inline functions), one .c (privileged instructions, traps, returns) and one .S
 * (the loop that turns a forked process into an empty guest).  Nothing outside this folder names a CPU; nothing
 * inside it knows of events, of ptrace requests or of scheduling.
 *
 * The CPU's header defines
 *   ARCH_NAME           "x86-64"
 *   ARCH_MACHINE        the ELF e_machine of its programs
 *   ARCH_CALL_LENGTH    bytes of the system-call instruction
 *   struct registers    the general registers, laid out as PTRACE_GETREGSET NT_PRSTATUS hands them over
 *   struct system_registers   the privileged registers of a virtual CPU: only the CPU's .c looks inside
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
static inline uint64_t registers_sp(const struct registers *registers);

/* A system call as the process sees it: number, arguments 0 to 5, and the result where the ABI wants it. */
static inline uint64_t registers_call_number(const struct registers *registers);
static inline uint64_t registers_argument(const struct registers *registers, unsigned index);
static inline void registers_set_result(struct registers *registers, int64_t result);
static inline int64_t registers_result(const struct registers *registers);

/* Makes `registers` those of fresh code: pc, stack, one argument, everything else 0 or as the host demands for
 * user level (selectors, flags).  `registers` must hold values read from a live guest before. */
static inline void registers_start(struct registers *registers, uint64_t pc, uint64_t sp, uint64_t argument);

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

enum { ARCH_TEXT_MAX = 48 };
/* The instruction at `code` (of which `size` bytes can be read) for a reader: "hlt", or its bytes if it is not
 * privileged.  True if it is. */
bool arch_instruction_text(const uint8_t *code, size_t size, char text[ARCH_TEXT_MAX]);

/* ---- making a guest process (engine/spawn.c) ---- */

/* One system call of the script that a forked process runs on its way to becoming a guest. */
struct arch_script_call {
    uint64_t number; /* UINT64_MAX ends the script */
    uint64_t argument[6];
    uint64_t may_fail;
};

/* Position-independent code, copied to a page of its own: called as f(script), it makes each call in turn, and
 * breaks to the tracer, with pc inside it and arch_script_result() telling how it went.  Never returns. */
extern const char arch_script_code[], arch_script_code_end[];

/* 0 if the script that broke here ran to its end, otherwise the errno of the call that failed. */
int arch_script_result(const struct registers *registers);

#endif
