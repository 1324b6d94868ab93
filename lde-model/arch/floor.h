/* For bench/floor.c: an instruction that is privileged, so that it faults at user level. */
#ifndef LDE_ARCH_FLOOR_H
#define LDE_ARCH_FLOOR_H

#if defined(__x86_64__)
#define ARCH_PRIVILEGED_INSTRUCTION "hlt"
#elif defined(__aarch64__)
#define ARCH_PRIVILEGED_INSTRUCTION "eret"
#else
#error "name a privileged instruction of this CPU"
#endif

#endif
