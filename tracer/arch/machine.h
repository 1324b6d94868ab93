/* The CPU that the tracer itself runs on, as far as the tracer's flow code needs to know it.
 * This folder is the only one of tracer/ where a CPU's name may stand. */
#ifndef TRACER_ARCH_MACHINE_H
#define TRACER_ARCH_MACHINE_H

#include <elf.h>

#if defined(__x86_64__)
#define MACHINE_ELF EM_X86_64
#elif defined(__aarch64__)
#define MACHINE_ELF EM_AARCH64
#else
#error "trapflow knows x86-64 and AArch64; another CPU needs its rows in tracer/arch/"
#endif

#endif
