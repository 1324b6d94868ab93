/* x86-64: the number of a call lies in orig_rax, its result in rax; `syscall` is two bytes long. */
#ifndef TESTS_HARNESS_ARCH_X86_64_H
#define TESTS_HARNESS_ARCH_X86_64_H

enum { ARCH_CALL_BYTES = 2 };

static inline bool arch_skip_call(pid_t tid)
{
    struct user_regs_struct registers;
    if (!arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    registers.orig_rax = (unsigned long long)-1;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

static inline bool arch_set_result(pid_t tid, long value)
{
    struct user_regs_struct registers;
    if (!arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    registers.rax = (unsigned long long)value;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

static inline bool arch_retry_call(pid_t tid, uint64_t number, uint64_t first)
{
    struct user_regs_struct registers;
    (void)first; /* rdi is as it was */
    if (!arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    registers.rax = number;
    registers.rip -= ARCH_CALL_BYTES;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

static inline bool arch_calls_next(const unsigned char bytes[4])
{
    return bytes[0] == 0x0f && bytes[1] == 0x05;
}

/* Every instruction can be stepped over. */
static inline bool arch_step(pid_t tid, const unsigned char bytes[4], bool *reserved)
{
    (void)tid, (void)bytes, (void)reserved;
    return false;
}

#endif
