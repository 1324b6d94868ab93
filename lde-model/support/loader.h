/* Puts guest programs and kernels into a machine's memory before it boots. */
#ifndef LDE_LOADER_H
#define LDE_LOADER_H

#include "lde-model/lde.h"

/* Loads `program` into user space `index`, with its arguments on its stack as Linux would have them, and describes
 * it in `boot`; keeps a fingerprint of its code.  Returns 0, or −1 with what is wrong in `error` ("not an ELF file").
 */
int loader_load_program(const struct memory *memory, unsigned index, struct lde_program *program,
                        struct boot_program *boot, char error[256]);

/* A number that tells the code in user space `index` from any other, by which a program is known again wherever its OS
 * has copied it. */
uint64_t loader_fingerprint(const struct memory *memory, unsigned index);

/* Loads the kernel at `path`; its entry point is stored in `*entry`.  Returns as above. */
int loader_load_kernel(const struct memory *memory, const char *path, uint64_t *entry, char error[256]);

#endif
