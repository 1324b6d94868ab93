/* Looks two symbols up in a kernel's ELF file, and rows of the table that they point to in its memory.  Knows the shape
 * of that table (guests/tickos/calls.h); calls nothing in it. */
#include "lde-model/support/symbols.h"

#include "lde-model/guests/tickos/calls.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct symbols {
    uint64_t calls, count; /* addresses in the kernel of its table, and of the number of its rows */
};

/* Is [offset, offset + size) in the file? */
static bool inside(size_t file_size, uint64_t offset, uint64_t size)
{
    return offset <= file_size && size <= file_size - offset;
}

static void find(struct symbols *symbols, const char *file, size_t size)
{
    const Elf64_Ehdr *header = (const void *)file;
    if (!inside(size, header->e_shoff, (uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
        return;
    const Elf64_Shdr *section = (const void *)(file + header->e_shoff);
    for (unsigned s = 0; s < header->e_shnum; s++) {
        const Elf64_Shdr *table = &section[s];
        if (table->sh_type != SHT_SYMTAB || table->sh_link >= header->e_shnum ||
            !inside(size, table->sh_offset, table->sh_size) ||
            !inside(size, section[table->sh_link].sh_offset, section[table->sh_link].sh_size))
            continue;
        const Elf64_Sym *symbol = (const void *)(file + table->sh_offset);
        const char *names = file + section[table->sh_link].sh_offset;
        for (uint64_t i = 0; i < table->sh_size / sizeof *symbol; i++) {
            if (symbol[i].st_name + sizeof "kernel_call_count" > section[table->sh_link].sh_size)
                continue;
            if (strcmp(names + symbol[i].st_name, "kernel_calls") == 0)
                symbols->calls = symbol[i].st_value;
            if (strcmp(names + symbol[i].st_name, "kernel_call_count") == 0)
                symbols->count = symbol[i].st_value;
        }
    }
}

const struct symbols *symbols_load(const char *path)
{
    struct stat status;
    struct symbols *symbols = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && (size_t)status.st_size >= sizeof(Elf64_Ehdr)) {
        const char *file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (file != MAP_FAILED && (symbols = calloc(1, sizeof *symbols)) != NULL)
            find(symbols, file, (size_t)status.st_size);
        if (file != MAP_FAILED)
            munmap((void *)(uintptr_t)file, (size_t)status.st_size);
    }
    close(fd);
    return symbols;
}

void symbols_free(const struct symbols *symbols)
{
    free((void *)(uintptr_t)symbols);
}

const char *symbols_call(const struct symbols *symbols, const struct memory_space *kernel, uint64_t number,
                         uint64_t *address)
{
    *address = 0;
    const unsigned *count =
        symbols == NULL ? NULL : (const void *)memory_at(kernel, symbols->count, sizeof *count, MEMORY_READ);
    if (count == NULL)
        return "?";
    for (unsigned i = 0; i < *count; i++) {
        const struct tick_call *call =
            (const void *)memory_at(kernel, symbols->calls + i * sizeof *call, sizeof *call, MEMORY_READ);
        if (call == NULL || call->number != number)
            continue;
        const char *name = (const void *)memory_at(kernel, (uint64_t)(uintptr_t)call->name, 32, MEMORY_READ);
        *address = (uint64_t)(uintptr_t)call->body;
        return name != NULL && memchr(name, '\0', 32) != NULL ? name : "?";
    }
    return "no such call";
}
