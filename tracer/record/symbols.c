/* Turns addresses into names, after the run: which file was mapped there, where in the file that is, and what the
 * file's symbol table and debugging information (elfutils) say of the place.
 *
 * A process is known by its lanes.  What was mapped before an exec, or by an earlier process of the same number, does
 * not count: there is a fence before it.
 */
#include "tracer/record/symbols.h"
#include "tracer/explore/variables.h"

#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NOTHING = -1 };

/* A file, opened when first asked of. */
struct file {
    char *path;
    Dwfl *dwfl;
    Dwfl_Module *module; /* NULL: not tried, or not readable */
    bool tried;
    struct file *next;
};

/* A mapping of a process, or (file NULL) a fence. */
struct mapped {
    size_t entry; /* from here on in the log */
    uint32_t pid;
    struct event_module at;
    struct file *file;
    int before; /* the one before it of the same process; NOTHING: none */
};

struct symbols {
    const struct log_view *view;
    uint32_t *pid_of_lane;
    size_t lanes;
    struct mapped *mapped;
    size_t count, room;
    struct newest {
        uint32_t pid;
        int mapped;
    } * newest; /* by process */
    size_t processes;
    struct file *files;
};

static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_build_id_find_elf,
                                         .find_debuginfo = dwfl_standard_find_debuginfo,
                                         .section_address = dwfl_offline_section_address};

/* ---- what the log says ---- */

/* Room for one more element in an array whose room doubles; NULL if memory is short. */
static void *grow(void *array, size_t count, size_t size)
{
    bool full = (count & (count - 1)) == 0; /* 0, or a power of two */

    return full ? realloc(array, (count == 0 ? 1 : count * 2) * size) : array;
}

static struct newest *newest_of(struct symbols *symbols, uint32_t pid)
{
    struct newest *newest;

    for (size_t i = symbols->processes; i > 0; i--)
        if (symbols->newest[i - 1].pid == pid)
            return &symbols->newest[i - 1];
    newest = grow(symbols->newest, symbols->processes, sizeof *newest);
    if (newest == NULL)
        return NULL;
    symbols->newest = newest;
    newest += symbols->processes++;
    *newest = (struct newest){.pid = pid, .mapped = NOTHING};
    return newest;
}

static bool add_mapped(struct symbols *symbols, struct mapped mapped)
{
    struct newest *newest = newest_of(symbols, mapped.pid);
    struct mapped *all = grow(symbols->mapped, symbols->count, sizeof *all);

    if (all != NULL)
        symbols->mapped = all;
    if (all == NULL || newest == NULL)
        return false;
    mapped.before = newest->mapped;
    newest->mapped = (int)symbols->count;
    all[symbols->count++] = mapped;
    return true;
}

static bool note_lane(struct symbols *symbols, uint32_t lane, uint32_t pid)
{
    enum { GUESTS_MOST = 1024 }; /* the model's processes have numbers of their own */
    size_t number = EVENT_LANE_NUMBER(lane);

    /* Lanes are numbered as they appear: in a good log there are no more than events. */
    if (number > symbols->view->count + GUESTS_MOST)
        return true;
    if (number >= symbols->lanes) {
        size_t lanes = number * 2 + 64;
        uint32_t *pids = realloc(symbols->pid_of_lane, lanes * sizeof *pids);
        if (pids == NULL)
            return false;
        memset(pids + symbols->lanes, 0, (lanes - symbols->lanes) * sizeof *pids);
        symbols->pid_of_lane = pids;
        symbols->lanes = lanes;
    }
    symbols->pid_of_lane[number] = pid;
    return true;
}

/* Whose code it is.  In the model's logs each lane has its own: a guest's addresses mean nothing elsewhere. */
static uint32_t pid_at(const struct symbols *symbols, size_t entry)
{
    if (symbols->view->header->producer_kind == LOG_BY_MODEL)
        return symbols->view->entries[entry].event->lane;

    size_t number = EVENT_LANE_NUMBER(symbols->view->entries[entry].event->lane);

    return number < symbols->lanes ? symbols->pid_of_lane[number] : 0;
}

static struct file *file_of(struct symbols *symbols, const char *path)
{
    struct file *file;

    for (file = symbols->files; file != NULL; file = file->next)
        if (strcmp(file->path, path) == 0)
            return file;
    file = calloc(1, sizeof *file);
    if (file == NULL)
        return NULL;
    file->path = strdup(path);
    file->next = symbols->files;
    symbols->files = file;
    return file->path != NULL ? file : NULL;
}

/* The path stands right behind its MODULE. */
static void read_path(const struct log_view *view, size_t entry, char *path, size_t size)
{
    const struct log_entry *about = &view->entries[entry];
    size_t used = 0;

    for (size_t i = entry + 1; i < view->count && view->entries[i].event->kind == EVENT_TEXT; i++) {
        const struct event_text *text = EVENT_PAYLOAD(view->entries[i].event, text);
        size_t more = text->used < EVENT_TEXT_BYTES ? text->used : EVENT_TEXT_BYTES;
        if (view->entries[i].producer != about->producer || text->about != about->event->seq || used + more >= size)
            break;
        memcpy(path + used, text->bytes, more);
        used += more;
    }
    path[used] = '\0';
}

static bool note_module(struct symbols *symbols, size_t entry)
{
    struct mapped mapped = {.entry = entry,
                            .pid = pid_at(symbols, entry),
                            .at = *EVENT_PAYLOAD(symbols->view->entries[entry].event, module)};
    char path[4096];

    read_path(symbols->view, entry, path, sizeof path);
    mapped.file = file_of(symbols, path);
    return mapped.file != NULL && add_mapped(symbols, mapped);
}

static bool note_event(struct symbols *symbols, size_t entry)
{
    const struct event *event = symbols->view->entries[entry].event;
    bool noted = true;

    if (event->kind == EVENT_MODULE)
        return note_module(symbols, entry);
    if (event->kind == EVENT_START)
        noted = note_lane(symbols, event->lane, EVENT_PAYLOAD(event, life)->pid);
    if (event->kind == EVENT_EXEC || (event->kind == EVENT_START && EVENT_PAYLOAD(event, life)->pid == event->tid))
        noted = noted && add_mapped(symbols, (struct mapped){.entry = entry, .pid = pid_at(symbols, entry)});
    return noted;
}

struct symbols *symbols_read(const struct log_view *view)
{
    struct symbols *symbols = calloc(1, sizeof *symbols);

    if (symbols == NULL)
        return NULL;
    symbols->view = view;
    for (size_t i = 0; i < view->count; i++)
        if (!note_event(symbols, i)) {
            symbols_free(symbols);
            return NULL;
        }
    return symbols;
}

void symbols_free(struct symbols *symbols)
{
    if (symbols == NULL)
        return;
    for (struct file *file = symbols->files, *next; file != NULL; file = next) {
        next = file->next;
        if (file->dwfl != NULL)
            dwfl_end(file->dwfl);
        free(file->path);
        free(file);
    }
    free(symbols->pid_of_lane);
    free(symbols->mapped);
    free(symbols->newest);
    free(symbols);
}

/* ---- what the files say ---- */

static bool is_real(const char *path)
{
    struct stat status;

    return path[0] == '/' && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* Only real files: [vdso] is none, and to open a pipe or a device may have effects. */
static Dwfl_Module *module_of(struct file *file)
{
    if (file->tried)
        return file->module;
    file->tried = true;
    if (!is_real(file->path) || (file->dwfl = dwfl_begin(&callbacks)) == NULL)
        return NULL;
    dwfl_report_begin(file->dwfl);
    file->module = dwfl_report_offline(file->dwfl, file->path, file->path, -1);
    dwfl_report_end(file->dwfl, NULL, NULL);
    return file->module;
}

/* Where elfutils has put what is at that offset of the file; false: it is not loaded into memory at all. */
static bool address_of(Dwfl_Module *module, uint64_t offset, uint64_t *address)
{
    GElf_Addr bias;
    Elf *elf = dwfl_module_getelf(module, &bias);
    size_t count;
    GElf_Phdr segment;

    if (elf == NULL || elf_getphdrnum(elf, &count) != 0)
        return false;
    for (int i = 0; i < (int)count; i++)
        if (gelf_getphdr(elf, i, &segment) != NULL && segment.p_type == PT_LOAD && offset >= segment.p_offset &&
            offset - segment.p_offset < segment.p_filesz) {
            *address = offset - segment.p_offset + segment.p_vaddr + bias;
            return true;
        }
    return false;
}

/* The newest that counts at that entry, or NOTHING: of this process, told of before, and behind no fence but the last.
 */
static int newest_at(const struct symbols *symbols, size_t entry)
{
    uint32_t pid = pid_at(symbols, entry);
    int at = NOTHING;

    for (size_t i = 0; i < symbols->processes; i++)
        if (symbols->newest[i].pid == pid)
            at = symbols->newest[i].mapped;
    while (at != NOTHING && symbols->mapped[at].entry > entry)
        at = symbols->mapped[at].before;
    return at;
}

static const struct mapped *mapped_at(const struct symbols *symbols, size_t entry, uint64_t pc)
{
    for (int at = newest_at(symbols, entry); at != NOTHING; at = symbols->mapped[at].before) {
        const struct mapped *mapped = &symbols->mapped[at];
        if (mapped->file == NULL)
            break;
        if (pc >= mapped->at.start && pc < mapped->at.end)
            return mapped;
    }
    return NULL;
}

size_t symbols_image(const struct symbols *symbols, size_t entry)
{
    for (int at = newest_at(symbols, entry); at != NOTHING; at = symbols->mapped[at].before)
        if (symbols->mapped[at].file == NULL)
            return (size_t)at + 1;
    return 0;
}

struct symbol symbols_find(struct symbols *symbols, size_t entry, uint64_t pc, unsigned depth)
{
    uint64_t place = depth > 0 ? pc - 1 : pc, address; /* the call, not what comes after it */
    const struct mapped *mapped = mapped_at(symbols, entry, place);
    struct symbol symbol = {0};
    Dwfl_Module *module;
    Dwfl_Line *line;
    GElf_Sym found;

    if (mapped == NULL)
        return symbol;
    symbol.module = mapped->file->path;
    symbol.offset = place - mapped->at.start + mapped->at.file_offset;
    module = module_of(mapped->file);
    if (module == NULL || !address_of(module, symbol.offset, &address))
        return symbol;
    symbol.function = dwfl_module_addrinfo(module, address, &symbol.offset, &found, NULL, NULL, NULL);
    line = dwfl_module_getsrc(module, address);
    symbol.source = line != NULL ? dwfl_lineinfo(line, NULL, &symbol.line, NULL, NULL, NULL) : NULL;
    return symbol;
}

/* Where elfutils has put the data at that address, if this file's are there: as far from its code as in memory. */
static bool data_address(Dwfl_Module *module, const struct mapped *mapped, uint64_t address, uint64_t *found)
{
    Dwarf_Addr start, end;
    uint64_t code;

    if (!address_of(module, mapped->at.file_offset, &code))
        return false;
    *found = address - mapped->at.start + code;
    dwfl_module_info(module, NULL, &start, &end, NULL, NULL, NULL, NULL);
    return *found >= start && *found < end;
}

static bool name_object(struct file *file, uint64_t address, char *text, size_t size)
{
    GElf_Sym symbol;
    GElf_Off offset;
    const char *name;

    if (variable_at(file->dwfl, address, text, size))
        return true;
    name = dwfl_module_addrinfo(file->module, address, &offset, &symbol, NULL, NULL, NULL);
    if (name == NULL || GELF_ST_TYPE(symbol.st_info) != STT_OBJECT || offset >= symbol.st_size)
        return false;
    if (offset == 0)
        snprintf(text, size, "%s", name);
    else
        snprintf(text, size, "%s+%" PRIu64, name, (uint64_t)offset);
    return true;
}

bool symbols_object(struct symbols *symbols, size_t entry, uint64_t address, char *text, size_t size)
{
    for (int at = newest_at(symbols, entry); at != NOTHING; at = symbols->mapped[at].before) {
        const struct mapped *mapped = &symbols->mapped[at];
        Dwfl_Module *module;
        uint64_t found;

        if (mapped->file == NULL)
            break;
        module = module_of(mapped->file);
        if (module != NULL && data_address(module, mapped, address, &found))
            return name_object(mapped->file, found, text, size);
    }
    return false;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

char *symbols_text(const struct symbol *symbol, uint64_t pc, char *out, size_t size)
{
    const char *module = symbol->module != NULL ? base_name(symbol->module) : "?";

    if (symbol->function != NULL && symbol->source != NULL)
        snprintf(out, size, "%s (%s:%d)", symbol->function, base_name(symbol->source), symbol->line);
    else if (symbol->function != NULL)
        snprintf(out, size, "%s+0x%" PRIx64 " (%s)", symbol->function, symbol->offset, module);
    else
        snprintf(out, size, "0x%" PRIx64 " (%s)", symbol->module != NULL ? symbol->offset : pc, module);
    return out;
}
