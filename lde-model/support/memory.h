/* The memory of one machine: a memfd, seen whole by us and in part by each guest process.
 * Knows where things lie (guests/boot.h), not what they mean. */
#ifndef LDE_MEMORY_H
#define LDE_MEMORY_H

#include "lde-model/guests/boot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memory {
    int fd;
    uint8_t *bytes; /* all BOOT_MEMORY bytes of it, mapped here */
};

/* Pages of the memory as one address space shows them. */
struct memory_map {
    uint64_t address, size, physical;
    bool writable, executable;
};

/* An address space: what page tables would say.  Small, because every map is a memfd's own piece. */
struct memory_space {
    const struct memory *memory;
    struct memory_map map[2];
};

/* Returns 0, or −1 with errno set.  The pages cost nothing until they are touched. */
int memory_create(struct memory *memory);
void memory_destroy(struct memory *memory);

/* The memory as a process in user space `index` sees it, and as a kernel sees it. */
struct memory_space memory_user_space(const struct memory *memory, unsigned index);
struct memory_space memory_kernel_space(const struct memory *memory);

enum memory_access { MEMORY_READ, MEMORY_WRITE, MEMORY_EXECUTE };

/* Our view of `size` bytes at a guest's `address`, or NULL unless the guest itself might use all of them so.
 * Reading instructions through it costs no kernel entry. */
uint8_t *memory_at(const struct memory_space *space, uint64_t address, uint64_t size, enum memory_access access);

#endif
