/* What a process may not do, one function each: for the guest program rogue.  On return, the process got away with it.
 */
#ifndef LDE_GUESTS_ARCH_ROGUE_H
#define LDE_GUESTS_ARCH_ROGUE_H

struct trick {
    const char *name;
    void (*play)(void);
};

/* The bytes of a privileged instruction where they cannot be executed: on a page of data. */
extern unsigned char trick_data[];
static void play_on_data(void)
{
    ((void (*)(void))(unsigned long)trick_data)();
}

/* clang-format off */
#if defined(__x86_64__)
unsigned char trick_data[16] = {0xf4}; /* hlt */
#define EACH_TRICK(TRICK) \
    TRICK("hlt", halt, "hlt") \
    TRICK("rep-hlt", prefixed_halt, ".byte 0xf3, 0xf4") \
    TRICK("cli", cli, "cli") \
    TRICK("out", out, "mov $0x3f8, %%edx; mov $88, %%eax; outb %%al, %%dx") \
    TRICK("wrmsr", msr, "mov $0xc0000082, %%ecx; xor %%eax, %%eax; xor %%edx, %%edx; wrmsr") \
    TRICK("mov-cr3", space, "xor %%eax, %%eax; mov %%rax, %%cr3") \
    TRICK("sysretq", return, "mov $0x400000, %%ecx; sysretq") \
    TRICK("int80", int80, "mov $1, %%eax; mov $7, %%ebx; int $0x80") /* exit(7), had the host heard it */ \
    TRICK("vsyscall", vsyscall, "xor %%edi, %%edi; mov $0xffffffffff600400, %%rax; call *%%rax") \
    TRICK("non-canonical", non_canonical, "movabs $0x8000000000000000, %%rax; movb $1, (%%rax)") \
    TRICK("alignment", alignment, /* it is checked in a call, too */ \
          "pushf; orl $0x40000, (%%rsp); popf; mov $110, %%eax; syscall; incl trick_data + 1(%%rip)") \
    TRICK("32-bits", 32_bits, "push $0x23; lea 1f(%%rip), %%rax; push %%rax; lretq; 1: mov $1, %%eax; int $0x80")
#define DATA_TRICK "hlt-in-data"
#elif defined(__aarch64__)
unsigned char trick_data[16] = {0xe0, 0x03, 0x9f, 0xd6}; /* eret */
#define EACH_TRICK(TRICK) \
    TRICK("eret", return, "eret") \
    TRICK("msr-daifset", mask, "msr daifset, #2") \
    TRICK("msr-vbar", table, "msr vbar_el1, xzr") \
    TRICK("msr-ttbr0", space, "msr ttbr0_el1, xzr") \
    TRICK("mrs-level", level, "mrs x0, CurrentEL") \
    TRICK("str-device", device, "mov x0, #0x0f000000; mov w1, #88; strb w1, [x0, #0x3f8]") \
    TRICK("smc", firmware, "smc #0") \
    TRICK("svc-1", other_svc, "mov x8, #93; mov x0, #7; svc #1") /* exit(7), had the host heard it */ \
    TRICK("hvc", hypercall, "hvc #0") \
    TRICK("brk", break, "brk #1") \
    TRICK("stack", stack, /* sp must be a multiple of 16, in a call not */ \
          "sub sp, sp, #8; mov x8, #173; svc #0; ldr x0, [sp]")
#define DATA_TRICK "eret-in-data"
#else
#error "write the tricks of this CPU"
#endif
/* clang-format on */

#define TRICK_FUNCTION(name, play, instruction)                                                                        \
    static void play_##play(void)                                                                                      \
    {                                                                                                                  \
        __asm__ volatile(instruction ::: "memory");                                                                    \
    }
EACH_TRICK(TRICK_FUNCTION)

#define TRICK_ROW(name, play, instruction) {name, play_##play},
static const struct trick tricks[] = {EACH_TRICK(TRICK_ROW){DATA_TRICK, play_on_data}};
enum { TRICKS = sizeof tricks / sizeof *tricks };

#endif
