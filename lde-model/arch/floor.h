/* For bench/floor.c: what the two sides of a reflected call execute on this CPU that stops them. */
#ifndef LDE_ARCH_FLOOR_H
#define LDE_ARCH_FLOOR_H

#if defined(__x86_64__)
#define ARCH_PRIVILEGED_INSTRUCTION "hlt" /* it faults at user level, as sysretq does */
enum { ARCH_KERNEL_STOPS = 1 };           /* sysretq */
#elif defined(__aarch64__)
#define ARCH_PRIVILEGED_INSTRUCTION "eret"
enum { ARCH_KERNEL_STOPS = 2 }; /* mrs esr_el1, without which no kernel knows why it was entered, and eret */
#else
#error "name a privileged instruction of this CPU, and how many of them a guest kernel executes in a call"
#endif

#endif
