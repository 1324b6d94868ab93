/* AArch64: the number of a call is a register set of its own, NT_ARM_SYSTEM_CALL; x0 is the first argument and then the
 * result; `svc` is four bytes long. */
#ifndef TESTS_HARNESS_ARCH_AARCH64_H
#define TESTS_HARNESS_ARCH_AARCH64_H

enum { ARCH_CALL_BYTES = 4 };

static inline bool arch_skip_call(pid_t tid)
{
    int none = -1;
    struct iovec span = {&none, sizeof none};
    return ptrace(PTRACE_SETREGSET, tid, (void *)NT_ARM_SYSTEM_CALL, &span) == 0;
}

static inline bool arch_set_result(pid_t tid, long value)
{
    struct user_regs_struct registers;
    if (!arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    registers.regs[0] = (unsigned long long)value;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

static inline bool arch_retry_call(pid_t tid, uint64_t number, uint64_t first)
{
    struct user_regs_struct registers;
    (void)number; /* x8 is as it was */
    if (!arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    registers.regs[0] = first;
    registers.pc -= ARCH_CALL_BYTES;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

static inline bool arch_calls_next(const unsigned char bytes[4])
{
    static const unsigned char svc[4] = {0x01, 0x00, 0x00, 0xd4};
    return memcmp(bytes, svc, sizeof svc) == 0;
}

#endif
