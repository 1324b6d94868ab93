/* What a machine of the model looks like to the software that boots on it: the only header that the hypervisor
 * and its guests share, as a data sheet is shared by those who build a machine and those who program it.
 *
 * Memory (one memfd a machine), and where a kernel sees it: at BOOT_KERNEL_BASE + physical address.
 *
 *   0x000000   kernel code, 64 KiB: executable, not writable
 *   0x010000   kernel data, bss and stack
 *   0x0f0000   struct boot_information, written by the loader
 *   0x100000   16 spaces of 256 KiB: the user memory of one process each
 *
 * Every address space looks alike to the process in it, so the loader can prepare all of them before boot:
 *
 *   0x400000   code and constants, 64 KiB: executable, not writable
 *   0x410000   data, then stack, 192 KiB: writable, not executable
 *
 * All borders are multiples of 64 KiB, the largest page that we meet.
 */
#ifndef LDE_BOOT_H
#define LDE_BOOT_H

#define BOOT_KERNEL_BASE 0x10000000
#define BOOT_KERNEL_CODE 0x10000
#define BOOT_INFORMATION 0xf0000
#define BOOT_SPACE_BASE 0x100000
#define BOOT_SPACE_SIZE 0x40000
#define BOOT_SPACES 16
#define BOOT_MEMORY (BOOT_SPACE_BASE + BOOT_SPACES * BOOT_SPACE_SIZE)

#define BOOT_USER_BASE 0x400000
#define BOOT_USER_CODE 0x10000
#define BOOT_USER_END (BOOT_USER_BASE + BOOT_SPACE_SIZE)

/* Devices: port numbers on x86-64, offsets into the device page at BOOT_DEVICES (where nothing is mapped, so
 * that every access traps) on AArch64. */
#define BOOT_DEVICES 0x0f000000
#define BOOT_CONSOLE 0x3f8  /* write a byte: it appears */
#define BOOT_CLOCK_LOW 0x40 /* read: the machine's time in ns, low 32 bits; the high half is kept for the next read */
#define BOOT_CLOCK_HIGH 0x44
#define BOOT_TIMER 0x48  /* write: microseconds between timer interrupts, 0 for none */
#define BOOT_POWER 0x604 /* write: the machine goes off, with this status */

/* Interrupt and fault numbers, as x86-64 numbers its gates; AArch64 has vectors of its own for them. */
#define BOOT_VECTOR_PROTECTION 13
#define BOOT_VECTOR_PAGE 14
#define BOOT_VECTOR_TIMER 32

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stdint.h>

/* The bounds check that stands between a process's pointer and its kernel: where in the process's space the `size`
 * bytes at `address` lie, which it must be able to read (or, if `write`, to write); −1 if they are not all there.  Of
 * no bytes, all are. */
static inline int64_t boot_user_offset(uint64_t address, uint64_t size, bool write)
{
    const uint64_t from = write ? BOOT_USER_BASE + BOOT_USER_CODE : BOOT_USER_BASE;
    if (size == 0)
        return 0;
    if (address < from || address >= BOOT_USER_END || size > BOOT_USER_END - address)
        return -1;
    return (int64_t)(address - BOOT_USER_BASE);
}

enum { BOOT_MAGIC = 0x746f6f42, BOOT_NAME_MAX = 40 };

struct boot_space {
    uint64_t handle;   /* what the address-space register is loaded with to choose it */
    uint64_t physical; /* where its memory is */
};

struct boot_program {
    uint64_t space;        /* index of the space that it is loaded in */
    uint64_t entry, stack; /* first instruction, and stack pointer as Linux would hand it over */
    char name[BOOT_NAME_MAX];
};

struct boot_information {
    uint64_t magic;
    uint64_t programs; /* used of `program` */
    struct boot_space space[BOOT_SPACES];
    struct boot_program program[BOOT_SPACES];
};
#endif
#endif
