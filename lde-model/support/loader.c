/* An ELF loader for files that we built, which trusts them no more than if we had not: every segment must lie in the
 * window that boot.h gives it, with the rights that this window has.  Knows nothing of what the code does. */
#include "lde-model/support/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEGMENTS_MAX = 8, STACK_ALIGNMENT = 16 };

static int complain(char error[256], const char *what)
{
    snprintf(error, 256, "%s", what);
    return -1;
}

static int check_header(const Elf64_Ehdr *header, char error[256])
{
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return complain(error, "not an ELF file");
    if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
        header->e_machine != ARCH_MACHINE)
        return complain(error, "not made for this CPU (" ARCH_NAME ", 64 bits)");
    if (header->e_type != ET_EXEC || header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum > SEGMENTS_MAX)
        return complain(error, "not a static executable as guests/program.ld lays it out");
    return 0;
}

/* Is this an image that can lie in memory just as the file says, each byte once, and none both written and executed? */
static int check_segments(const Elf64_Phdr *segment, unsigned count, uint64_t entry, char error[256])
{
    uint64_t end = 0;
    bool entered = false;
    for (unsigned i = 0; i < count; i++, segment++) {
        if (segment->p_type == PT_INTERP || segment->p_type == PT_DYNAMIC)
            return complain(error, "dynamically linked: a guest has no libraries, link it -static -nostdlib");
        if (segment->p_type != PT_LOAD || segment->p_memsz == 0)
            continue;
        if (segment->p_vaddr < end)
            return complain(error, "its segments overlap, or are not in order");
        if (segment->p_vaddr + segment->p_memsz < segment->p_vaddr || segment->p_filesz > segment->p_memsz)
            return complain(error, "a segment is larger in the file than in memory, or than memory");
        if ((segment->p_flags & PF_W) != 0 && (segment->p_flags & PF_X) != 0)
            return complain(error, "a segment is writable and executable, too: a guest's memory is one or the other");
        end = segment->p_vaddr + segment->p_memsz;
        entered = entered || ((segment->p_flags & PF_X) != 0 && entry >= segment->p_vaddr && entry < end);
    }
    return entered ? 0 : complain(error, "its entry point is not in its code");
}

static int load_segment(int fd, const struct memory_space *space, const Elf64_Phdr *segment, char error[256])
{
    const enum memory_access access = segment->p_flags & PF_X   ? MEMORY_EXECUTE
                                      : segment->p_flags & PF_W ? MEMORY_WRITE
                                                                : MEMORY_READ;
    uint8_t *to = memory_at(space, segment->p_vaddr, segment->p_memsz, access);
    if (to == NULL)
        return complain(error, "a segment lies outside of a guest's memory");
    if (pread(fd, to, segment->p_filesz, (off_t)segment->p_offset) != (ssize_t)segment->p_filesz)
        return complain(error, "the file is cut short");
    return 0; /* the rest is zero: the memory is new */
}

static int load_file(int fd, const struct memory_space *space, uint64_t *entry, char error[256])
{
    Elf64_Ehdr header;
    Elf64_Phdr segment[SEGMENTS_MAX];
    if (pread(fd, &header, sizeof header, 0) != sizeof header)
        return complain(error, "not an ELF file");
    if (check_header(&header, error) != 0)
        return -1;
    const size_t size = header.e_phnum * sizeof *segment;
    if (pread(fd, segment, size, (off_t)header.e_phoff) != (ssize_t)size)
        return complain(error, "the file is cut short");
    if (check_segments(segment, header.e_phnum, header.e_entry, error) != 0)
        return -1;
    for (unsigned i = 0; i < header.e_phnum; i++) {
        if (segment[i].p_type == PT_LOAD && segment[i].p_memsz > 0 && load_segment(fd, space, &segment[i], error) != 0)
            return -1;
    }
    *entry = header.e_entry;
    return 0;
}

static int load(const char *path, const struct memory_space *space, uint64_t *entry, char error[256])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* or a pipe of that name would keep us waiting */
    if (fd < 0) {
        snprintf(error, 256, "open %.150s: %s (%s)", path, strerror(errno), strerrorname_np(errno));
        return -1;
    }
    int result = load_file(fd, space, entry, error);
    close(fd);
    return result;
}

/* argc, argv, NULL, no environment, no auxiliary vector; the strings above them.  Returns the stack pointer. */
static uint64_t write_stack(const struct memory_space *space, const char *const argv[])
{
    uint64_t vector[32] = {0}, at = BOOT_USER_END;
    unsigned argc = 0;
    for (; argv[argc] != NULL; argc++) {
        const size_t size = strlen(argv[argc]) + 1;
        at -= size;
        memcpy(memory_at(space, at, size, MEMORY_WRITE), argv[argc], size);
        vector[argc + 1] = at;
    }
    vector[0] = argc;
    const size_t size =
        (argc + 5) * sizeof *vector; /* NULL after argv, NULL for the environment, AT_NULL and its value */
    at = (at - size) & ~(uint64_t)(STACK_ALIGNMENT - 1);
    memcpy(memory_at(space, at, size, MEMORY_WRITE), vector, size);
    return at;
}

uint64_t loader_fingerprint(const struct memory *memory, unsigned index)
{
    const uint64_t *word = (const void *)(memory->bytes + BOOT_SPACE_BASE + (size_t)index * BOOT_SPACE_SIZE);
    uint64_t sum = 0xcbf29ce484222325; /* as FNV-1a, but by words */
    for (size_t i = 0; i < BOOT_USER_CODE / sizeof *word; i++)
        sum = (sum ^ word[i]) * 0x100000001b3;
    return sum;
}

int loader_load_program(const struct memory *memory, unsigned index, struct lde_program *program,
                        struct boot_program *boot, char error[256])
{
    const struct memory_space space = memory_user_space(memory, index);
    *boot = (struct boot_program){.space = index};
    if (load(program->path, &space, &boot->entry, error) != 0)
        return -1;
    boot->stack = write_stack(&space, program->argv);
    snprintf(boot->name, sizeof boot->name, "%s", program->name);
    program->fingerprint = loader_fingerprint(memory, index);
    return 0;
}

int loader_load_kernel(const struct memory *memory, const char *path, uint64_t *entry, char error[256])
{
    const struct memory_space space = memory_kernel_space(memory);
    return load(path, &space, entry, error);
}
