/* Walks stacks and writes them down.  Every frame begins with the caller's frame pointer and the address to return to,
 * on both CPUs, in guests and in lde alike: they are compiled so.  Nothing found there is trusted: a guest may have
 * written any number.  Knows nothing of names; tracer/record/symbols.c finds them after the run. */
#include "lde-model/support/stacks.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

unsigned stacks_of_guest(const struct registers *registers, const struct memory_space *space,
                         uint64_t pc[STACKS_FRAMES])
{
    unsigned count = 0;
    const uint64_t *frame;
    pc[count++] = registers_pc(registers);
    for (uint64_t at = registers_frame(registers), next; count < STACKS_FRAMES; at = next) {
        frame = (const void *)memory_at(space, at, 2 * sizeof *frame, MEMORY_READ);
        if (at % sizeof *frame != 0 || frame == NULL || memory_at(space, frame[1], 1, MEMORY_EXECUTE) == NULL)
            break;
        pc[count++] = frame[1];
        next = frame[0];
        if (next <= at) /* callers' frames are higher up, or this is no chain */
            break;
    }
    return count;
}

unsigned stacks_of_ours(uint64_t pc[STACKS_FRAMES])
{
    unsigned count = 0;
    const uint64_t *frame = __builtin_frame_address(0);
    const uintptr_t top = (uintptr_t)environ; /* the environment lies above all frames */
    while (count < STACKS_FRAMES) {
        pc[count++] = frame[1];
        const uintptr_t next = frame[0];
        if (next <= (uintptr_t)frame || next >= top || next % sizeof *frame != 0)
            break;
        frame = (const uint64_t *)next;
    }
    return count;
}

/* ---- which file ---- */

typedef void each_code(const struct event_module *module, const char *path, void *data);

static void code_of_file(const char *path, each_code *each, void *data)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    char whole[4096];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || realpath(path, whole) == NULL || pread(fd, &header, sizeof header, 0) != sizeof header)
        header.e_phnum = 0;
    for (unsigned i = 0; i < header.e_phnum; i++) {
        const off_t at = (off_t)(header.e_phoff + i * sizeof segment);
        if (pread(fd, &segment, sizeof segment, at) != sizeof segment || segment.p_type != PT_LOAD ||
            !(segment.p_flags & PF_X))
            continue;
        const struct event_module module = {segment.p_vaddr, segment.p_vaddr + segment.p_memsz, segment.p_offset};
        each(&module, whole, data);
    }
    if (fd >= 0)
        close(fd);
}

static void code_of_ours(each_code *each, void *data)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    char line[4400];
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        struct event_module module;
        char access[5], path[4096];
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %4095[^\n]", &module.start, &module.end,
                   access, &module.file_offset, path) == 5 &&
            access[2] == 'x')
            each(&module, path, data);
    }
    if (maps != NULL)
        fclose(maps);
}

void stacks_code(const char *path, each_code *each, void *data)
{
    if (path == NULL)
        code_of_ours(each, data);
    else
        code_of_file(path, each, data);
}
