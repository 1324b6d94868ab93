/* What loader a program asks for and which libraries it needs, read out of its memory before its first instruction. */
#include "tracer/record/record.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* A program's headers, and how far from where they say it was loaded. */
struct image {
    int memory;
    uint64_t headers, count, bias;
};

static bool read_at(const struct image *image, uint64_t address, void *to, size_t size)
{
    return pread(image->memory, to, size, (off_t)address) == (ssize_t)size;
}

/* The first segment of that type; false if there is none. */
static bool find_segment(const struct image *image, uint32_t type, Elf64_Phdr *segment)
{
    for (uint64_t i = 0; i < image->count; i++)
        if (read_at(image, image->headers + i * sizeof *segment, segment, sizeof *segment) && segment->p_type == type)
            return true;
    return false;
}

static struct image open_image(int memory, uint64_t headers, uint64_t count)
{
    struct image image = {.memory = memory, .headers = headers, .count = count};
    Elf64_Phdr segment;

    if (find_segment(&image, PT_PHDR, &segment))
        image.bias = headers - segment.p_vaddr;
    return image;
}

/* The loader's file, in the view of the process that it is to load. */
static bool stat_loader(const struct image *image, pid_t tid, struct stat *status)
{
    char path[PATH_MAX + 64], name[PATH_MAX] = "";
    Elf64_Phdr segment;

    if (!find_segment(image, PT_INTERP, &segment) || segment.p_filesz >= sizeof name ||
        !read_at(image, image->bias + segment.p_vaddr, name, segment.p_filesz))
        return false;
    snprintf(path, sizeof path, "/proc/%d/root%s", (int)tid, name);
    return stat(path, status) == 0;
}

static bool stat_own_loader(struct stat *status)
{
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    struct image image;
    bool found;

    if (memory < 0)
        return false;
    image = open_image(memory, getauxval(AT_PHDR), getauxval(AT_PHNUM));
    found = stat_loader(&image, getpid(), status);
    close(memory);
    return found;
}

/* The run-time of a sanitizer (libasan.so.8, libtsan.so.2…) stands between the program and the C library as we would,
 * and refuses to start where it is not the first. */
static bool is_sanitizer(const char *name)
{
    const char *end = strstr(name, "san.so");

    return strncmp(name, "lib", 3) == 0 && end != NULL;
}

static bool needs_sanitizer(const struct image *image)
{
    enum { ENTRIES_MOST = 256, NEEDED_MOST = 64 };
    uint64_t needed[NEEDED_MOST], strings = 0, count = 0;
    Elf64_Phdr segment;
    Elf64_Dyn entry;
    char name[32];

    if (!find_segment(image, PT_DYNAMIC, &segment))
        return false;
    for (uint64_t i = 0; i < ENTRIES_MOST; i++) {
        if (!read_at(image, image->bias + segment.p_vaddr + i * sizeof entry, &entry, sizeof entry) ||
            entry.d_tag == DT_NULL)
            break;
        if (entry.d_tag == DT_STRTAB)
            strings = image->bias + entry.d_un.d_ptr;
        if (entry.d_tag == DT_NEEDED && count < NEEDED_MOST)
            needed[count++] = entry.d_un.d_val;
    }
    for (uint64_t i = 0; i < count; i++) {
        name[0] = name[sizeof name - 1] = '\0';
        if (read_at(image, strings + needed[i], name, sizeof name - 1) && is_sanitizer(name))
            return true;
    }
    return false;
}

bool program_loads_like_us(int memory, pid_t tid, uint64_t headers, uint64_t count)
{
    struct image image = open_image(memory, headers, count);
    struct stat theirs, ours;

    return stat_loader(&image, tid, &theirs) && stat_own_loader(&ours) && theirs.st_dev == ours.st_dev &&
           theirs.st_ino == ours.st_ino && !needs_sanitizer(&image);
}
