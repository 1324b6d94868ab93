/* Guest memory.  One memfd a machine, so that an address space can be made in any process by mmap, and so that
 * we see every byte without asking the host kernel.  Does not know whether a program or a kernel lies in it. */
#include "lde-model/support/memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_create(struct memory *memory)
{
    memory->fd = memfd_create("lde-machine", MFD_CLOEXEC);
    if (memory->fd < 0)
        return -1;
    if (ftruncate(memory->fd, BOOT_MEMORY) == 0) {
        memory->bytes = mmap(NULL, BOOT_MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, memory->fd, 0);
        if (memory->bytes != MAP_FAILED)
            return 0;
    }
    int error = errno;
    close(memory->fd);
    errno = error;
    return -1;
}

void memory_destroy(struct memory *memory)
{
    munmap(memory->bytes, BOOT_MEMORY);
    close(memory->fd);
}

struct memory_space memory_user_space(const struct memory *memory, unsigned index)
{
    uint64_t physical = BOOT_SPACE_BASE + (uint64_t)index * BOOT_SPACE_SIZE;
    return (struct memory_space){
        .memory = memory,
        .map = {{.address = BOOT_USER_BASE, .size = BOOT_USER_CODE, .physical = physical, .executable = true},
                {.address = BOOT_USER_BASE + BOOT_USER_CODE,
                 .size = BOOT_SPACE_SIZE - BOOT_USER_CODE,
                 .physical = physical + BOOT_USER_CODE,
                 .writable = true}},
    };
}

struct memory_space memory_kernel_space(const struct memory *memory)
{
    return (struct memory_space){
        .memory = memory,
        .map = {{.address = BOOT_KERNEL_BASE, .size = BOOT_KERNEL_CODE, .executable = true},
                {.address = BOOT_KERNEL_BASE + BOOT_KERNEL_CODE,
                 .size = BOOT_MEMORY - BOOT_KERNEL_CODE,
                 .physical = BOOT_KERNEL_CODE,
                 .writable = true}},
    };
}

uint8_t *memory_at(const struct memory_space *space, uint64_t address, uint64_t size, enum memory_access access)
{
    for (size_t i = 0; i < sizeof space->map / sizeof *space->map; i++) {
        const struct memory_map *map = &space->map[i];
        uint64_t offset = address - map->address;
        if (address < map->address || offset >= map->size || size > map->size - offset)
            continue;
        if ((access == MEMORY_WRITE && !map->writable) || (access == MEMORY_EXECUTE && !map->executable))
            return NULL;
        return space->memory->bytes + map->physical + offset;
    }
    return NULL;
}
