/* What a process may not do, one function each: for the guest program rogue.  On return, the process got away with it.
 */
#ifndef LDE_GUESTS_ARCH_ROGUE_H
#define LDE_GUESTS_ARCH_ROGUE_H

struct trick {
    const char *name;
    void (*play)(void);
};

#define TRICK(name, instruction)                                                                                       \
    static void name(void)                                                                                             \
    {                                                                                                                  \
        __asm__ volatile(instruction ::: "memory");                                                                    \
    }

/* The bytes of a privileged instruction where they cannot be executed: on a page of data. */
extern unsigned char trick_data[];
static void play_on_data(void)
{
    ((void (*)(void))(unsigned long)trick_data)();
}

#if defined(__x86_64__)
unsigned char trick_data[16] = {0xf4}; /* hlt */
TRICK(play_halt, "hlt")
TRICK(play_prefixed_halt, ".byte 0xf3, 0xf4")
TRICK(play_cli, "cli")
TRICK(play_out, "mov $0x3f8, %%edx; mov $88, %%eax; outb %%al, %%dx")
TRICK(play_msr, "mov $0xc0000082, %%ecx; xor %%eax, %%eax; xor %%edx, %%edx; wrmsr")
TRICK(play_space, "xor %%eax, %%eax; mov %%rax, %%cr3")
TRICK(play_return, "mov $0x400000, %%ecx; sysretq")
TRICK(play_int80, "mov $1, %%eax; mov $7, %%ebx; int $0x80") /* exit(7), had the host heard it */
TRICK(play_vsyscall, "xor %%edi, %%edi; mov $0xffffffffff600400, %%rax; call *%%rax")
TRICK(play_non_canonical, "movabs $0x8000000000000000, %%rax; movb $1, (%%rax)")
TRICK(play_alignment,
      "pushf; orl $0x40000, (%%rsp); popf; mov $110, %%eax; syscall; incl trick_data + 1(%%rip)") /* in a call, too */
TRICK(play_32_bits, "push $0x23; lea 1f(%%rip), %%rax; push %%rax; lretq; 1: mov $1, %%eax; int $0x80")

static const struct trick tricks[] = {
    {"hlt", play_halt},
    {"rep-hlt", play_prefixed_halt},
    {"cli", play_cli},
    {"out", play_out},
    {"wrmsr", play_msr},
    {"mov-cr3", play_space},
    {"sysretq", play_return},
    {"int80", play_int80},
    {"vsyscall", play_vsyscall},
    {"non-canonical", play_non_canonical},
    {"alignment", play_alignment},
    {"32-bits", play_32_bits},
    {"hlt-in-data", play_on_data},
};
#elif defined(__aarch64__)
unsigned char trick_data[16] = {0xe0, 0x03, 0x9f, 0xd6}; /* eret */
TRICK(play_return, "eret")
TRICK(play_mask, "msr daifset, #2")
TRICK(play_table, "msr vbar_el1, xzr")
TRICK(play_space, "msr ttbr0_el1, xzr")
TRICK(play_hypercall, "hvc #0")
TRICK(play_firmware, "smc #0")
TRICK(play_level, "mrs x0, CurrentEL")
TRICK(play_device, "mov x0, #0x0f000000; mov w1, #88; strb w1, [x0, #0x3f8]")
TRICK(play_other_svc, "mov x8, #93; mov x0, #7; svc #1") /* exit(7), had the host heard it */
TRICK(play_break, "brk #1")
TRICK(play_stack, "sub sp, sp, #8; mov x8, #173; svc #0; ldr x0, [sp]") /* sp must be a multiple of 16, in a call not */

static const struct trick tricks[] = {
    {"eret", play_return},     {"msr-daifset", play_mask},  {"msr-vbar", play_table}, {"msr-ttbr0", play_space},
    {"mrs-level", play_level}, {"str-device", play_device}, {"smc", play_firmware},   {"svc-1", play_other_svc},
    {"hvc", play_hypercall},   {"brk", play_break},         {"stack", play_stack},    {"eret-in-data", play_on_data},
};
#else
#error "write the tricks of this CPU"
#endif
enum { TRICKS = sizeof tricks / sizeof *tricks };

#endif
