/* The machine as TickOS's call bodies see it: the few things that they cannot do in plain C.  Below it lies either
 * the guest kernel (kernel.c, which does them with privileged instructions) or, in mode bare, the model itself
 * (os.c, which is in the real machine's kernel mode, as far as there is one here). */
#ifndef TICKOS_MACHINE_H
#define TICKOS_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* `size` bytes at `address` in the user memory of process `index`, or 0 if they are not all there for it to read
 * (or, if `write`, to write).  The bounds check that stands between a guest's pointer and the kernel. */
uint8_t *machine_memory(unsigned index, uint64_t address, uint64_t size, bool write);

/* Makes process `child` a copy of `parent`: memory and registers.  In the copy, the call returns 0.
 * False if the machine has no room for one more. */
bool machine_fork(unsigned parent, unsigned child);

/* Time since boot. */
uint64_t machine_now_ns(void);

/* Bytes for the console, from process `index`. */
void machine_print(unsigned index, const uint8_t *bytes, uint64_t size);

#endif
