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

/* Writes the low `size` bytes, which do not cross a word. */
static inline bool arch_store(pid_t tid, unsigned long long address, unsigned long long value, size_t size)
{
    unsigned long long word_address = address & ~7ull;
    errno = 0;
    long word = ptrace(PTRACE_PEEKDATA, tid, (void *)word_address, NULL);
    if (errno)
        return false;
    memcpy((char *)&word + (address - word_address), &value, size);
    return ptrace(PTRACE_POKEDATA, tid, (void *)word_address, (void *)word) == 0;
}

/* A CPU without atomic instructions changes memory in two: ldxr reads and reserves, stxr writes only if nobody came
 * between, else the program tries again.  Every stop comes between: stepped, that loop has no end.  But between two
 * steps of one task no other task runs, so if the ldxr was stepped as well, the stxr succeeds, by us. */
static inline bool arch_step(pid_t tid, const unsigned char bytes[4], bool *reserved)
{
    enum { KIND = 0x3fe00000, STXR = 0x08000000, LDXR = 0x08400000, ZERO = 31 };
    struct user_regs_struct registers;
    uint32_t code;
    memcpy(&code, bytes, sizeof code);
    if ((code & KIND) == LDXR)
        *reserved = true;
    if ((code & KIND) != STXR || !*reserved || !arch_registers(PTRACE_GETREGSET, tid, &registers))
        return false;
    unsigned status = code >> 16 & 31, base = code >> 5 & 31, from = code & 31;
    unsigned long long address = base == ZERO ? registers.sp : registers.regs[base];
    if (!arch_store(tid, address, from == ZERO ? 0 : registers.regs[from], (size_t)1 << (code >> 30)))
        return false;
    *reserved = false;
    if (status != ZERO)
        registers.regs[status] = 0;
    registers.pc += ARCH_CALL_BYTES;
    return arch_registers(PTRACE_SETREGSET, tid, &registers);
}

#endif
