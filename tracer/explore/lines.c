/* Addresses of the explored program in words: source lines and names of variables, from its debugging information.
 * The program is linked at fixed addresses, so no run is needed to read them.
 */
#include "tracer/explore/command.h"
#include "tracer/explore/variables.h"
#include "tracer/threads/calls.h"

#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lines {
    Dwfl *dwfl;
    const struct channel *channel;
};

static const Dwfl_Callbacks callbacks = {
    .find_elf = dwfl_build_id_find_elf,
    .find_debuginfo = dwfl_standard_find_debuginfo,
    .section_address = dwfl_offline_section_address,
};

struct lines *lines_open(const char *program, const struct channel *channel)
{
    struct lines *lines = calloc(1, sizeof *lines);
    if (!lines)
        return NULL;
    lines->channel = channel;
    lines->dwfl = dwfl_begin(&callbacks);
    if (lines->dwfl) {
        dwfl_report_begin(lines->dwfl);
        dwfl_report_offline(lines->dwfl, "", program, -1);
        dwfl_report_end(lines->dwfl, NULL, NULL);
    }
    return lines;
}

void lines_close(struct lines *lines)
{
    if (lines && lines->dwfl)
        dwfl_end(lines->dwfl);
    free(lines);
}

static const char *find_line(struct lines *lines, uint64_t return_address, int *number)
{
    if (!lines || !lines->dwfl || return_address == 0)
        return NULL;
    Dwfl_Line *line = dwfl_getsrc(lines->dwfl, return_address - 1); /* the call, not what comes after it */
    return line ? dwfl_lineinfo(line, NULL, number, NULL, NULL, NULL) : NULL;
}

bool lines_place(struct lines *lines, uint64_t return_address, char *text, size_t size, unsigned *number)
{
    int found = 0;
    const char *file = find_line(lines, return_address, &found);
    if (number)
        *number = file ? (unsigned)found : 0;
    if (!file) {
        snprintf(text, size, return_address ? "0x%" PRIx64 : "the end", return_address);
        return false;
    }
    const char *slash = strrchr(file, '/');
    snprintf(text, size, "%s:%d", slash ? slash + 1 : file, found);
    return true;
}

void lines_source(struct lines *lines, uint64_t return_address, char *text, size_t size)
{
    int number = 0;
    const char *file = find_line(lines, return_address, &number);
    FILE *in = file ? fopen(file, "re") : NULL;
    text[0] = '\0';
    if (!in)
        return;
    while (number-- > 0 && fgets(text, (int)size, in))
        ;
    fclose(in);
    size_t start = strspn(text, " \t"), length = strcspn(text + start, "\n");
    bool cut = length > 70;
    memmove(text, text + start, cut ? 70 : length);
    snprintf(text + (cut ? 70 : length), 4, "%s", cut ? "…" : "");
}

/* Which block of the recorded run holds the address, and what is there? */
static bool name_in_heap(const struct lines *lines, uint64_t address, char *text, size_t size)
{
    const struct channel_block *block = lines->channel->block;
    for (uint32_t i = 0; i < lines->channel->outcome.blocks && i < CHANNEL_BLOCKS; i++)
        if (address - block[i].address < block[i].size)
            return variable_in_block(lines->dwfl, block[i].size, address - block[i].address, text, size);
    return false;
}

static void name_on_stack(unsigned thread, char *text, size_t size)
{
    if (thread == 0)
        snprintf(text, size, "a local variable of main");
    else
        snprintf(text, size, "a local variable of thread %u", thread);
}

void lines_name(struct lines *lines, uint64_t address, char *text, size_t size)
{
    GElf_Off offset = 0;
    GElf_Sym symbol;
    Dwfl_Module *module = lines && lines->dwfl ? dwfl_addrmodule(lines->dwfl, address) : NULL;
    const char *name = module ? dwfl_module_addrinfo(module, address, &offset, &symbol, NULL, NULL, NULL) : NULL;
    if (module && variable_at(lines->dwfl, address, text, size))
        return;
    if (name && offset < (symbol.st_size ? symbol.st_size : 1))
        snprintf(text, size, offset ? "%s+%" PRIu64 : "%s", name, (uint64_t)offset);
    else if (address >= 0x210000000000ull && address < 0x210002000000ull) /* ARENA_BASE of the runtime: stacks first */
        name_on_stack((unsigned)((address - 0x210000000000ull) / (256 << 10)), text, size);
    else if (address >= 0x210002000000ull && address < 0x210006000000ull) {
        if (!lines || !lines->dwfl || !name_in_heap(lines, address, text, size))
            snprintf(text, size, "allocated memory (malloc, +0x%x)", (unsigned)(address - 0x210002000000ull));
    } else
        snprintf(text, size, "0x%" PRIx64, address);
}

void lines_object(struct lines *lines, unsigned kind, uint64_t address, char *text, size_t size)
{
    const char *signal_name = kind == OBJECT_SIGNAL ? sigabbrev_np((int)address) : NULL;
    if (signal_name)
        snprintf(text, size, "SIG%s", signal_name);
    else if (kind == OBJECT_SIGNAL)
        snprintf(text, size, "signal %d", (int)address);
    else
        lines_name(lines, address, text, size);
}
