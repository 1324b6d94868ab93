/* The CPU that the tracer itself runs on, as far as the tracer's flow code needs to know it.  One closed list of names
 * for every CPU:
 *
 *   MACHINE_ELF            its number in ELF headers
 *   MACHINE_CLOCKSOURCE    the kernel's name of its counter: where the kernel trusts that, we do
 *   machine_ticks          reads the counter, not before the instructions in front of it are done
 *   machine_ticks_early    reads it, perhaps before: for what is timed before it happens
 *   machine_call           a system call, made right here and not in the C library
 *
 * This folder is the only one of tracer/ where a CPU's name may stand.
 */
#ifndef TRACER_ARCH_MACHINE_H
#define TRACER_ARCH_MACHINE_H

#include <elf.h>
#include <stdint.h>

#if defined(__x86_64__)
#define MACHINE_ELF EM_X86_64
#define MACHINE_CLOCKSOURCE "tsc"
static inline uint64_t machine_ticks(void)
{
    uint32_t low, high, cpu;

    /* rdtscp and not rdtsc: a lock is to be held before its time is read. */
    __asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(cpu) : : "memory");
    return (uint64_t)high << 32 | low;
}
static inline uint64_t machine_ticks_early(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}
static inline long machine_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
#define MACHINE_ELF EM_AARCH64
#define MACHINE_CLOCKSOURCE "arch_sys_counter"
static inline uint64_t machine_ticks(void)
{
    uint64_t ticks;

    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}
static inline uint64_t machine_ticks_early(void)
{
    uint64_t ticks;

    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks) : : "memory");
    return ticks;
}
static inline long machine_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;

    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#else
#error "trapflow knows x86-64 and AArch64; another CPU needs its rows in tracer/arch/"
#endif

#endif
