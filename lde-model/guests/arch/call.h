/* The trap instruction, for guest programs: number and arguments into the registers where the CPU's convention has
 * them, one instruction, the result.  The programs' only piece of assembly besides start_*.S. */
#ifndef LDE_GUESTS_ARCH_CALL_H
#define LDE_GUESTS_ARCH_CALL_H

static inline long guest_call(long number, long a, long b, long c, long d)
{
#if defined(__x86_64__)
    register long r10 __asm__("r10") = d;
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
    return result;
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    /* Linux would keep x7, but a tracer cannot see it during a call: in a process forked under lde it is lost */
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "x7", "memory");
    return x0;
#else
#error "write guest_call for this CPU"
#endif
}

#endif
