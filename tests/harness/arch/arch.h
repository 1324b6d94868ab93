/* The few things about registers that a tracer has to know: one closed list of names, defined for each CPU.
 *
 *   arch_skip_call(tid)                    at a call's entry: the kernel will not execute it
 *   arch_set_result(tid, value)            at a call's exit: what the program gets for it
 *   arch_retry_call(tid, number, first)    at the exit of a skipped call: as if it had not been made yet
 *   arch_calls_next(bytes)                 do these 4 bytes begin with the instruction that makes a system call?
 *   arch_step(tid, bytes, reserved)        carries these 4 bytes out in a single step's place, where such a step cannot
 *                                          get past them; `reserved`: false before the first step, ours between them
 *
 * The first three return whether the kernel let us, the last one whether it has done so. */
#ifndef TESTS_HARNESS_ARCH_ARCH_H
#define TESTS_HARNESS_ARCH_ARCH_H

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>

static inline bool arch_registers(int request, pid_t tid, struct user_regs_struct *registers)
{
    struct iovec span = {registers, sizeof *registers};
    return ptrace((enum __ptrace_request)request, tid, (void *)NT_PRSTATUS, &span) == 0;
}

#if defined(__x86_64__)
#include "tests/harness/arch/x86_64.h"
#elif defined(__aarch64__)
#include "tests/harness/arch/aarch64.h"
#else
#error "The harness knows x86-64 and AArch64: write tests/harness/arch/CPU.h after the list in arch.h."
#endif

#endif
