/* The stacks of a log: which STACK records belong to which event, and what their addresses are called.
 *
 * To find a name costs a search in the debugging information of the recorded program, and a loop asks for the same few
 * over and over: so what was found is kept, by process and address, until that process maps its code anew.
 * Knows no output.
 */
#include "tracer/render/stacks.h"
#include "tracer/record/symbols.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 1 << 14 }; /* names; a power of two */

struct record {
    uint64_t about; /* producer in the upper half, sequence number in the lower */
    uint32_t entry;
};

struct kept {
    uint64_t pc;
    uint32_t lane;
    uint32_t age; /* of the mappings that it was looked up in */
    bool innermost;
    char *name; /* NULL: free */
};

struct stacks {
    const struct log_view *view;
    struct symbols *symbols;
    struct record *records; /* by event, then in the order of the log */
    size_t count;
    uint32_t *modules; /* entries of MODULE, EXEC and START records: there mappings change */
    size_t module_count;
    struct kept kept[KEPT];
    char spare[WORDS_MAX]; /* when memory is short */
};

static int by_event(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    if (left->about != right->about)
        return left->about < right->about ? -1 : 1;
    return left->entry < right->entry ? -1 : left->entry > right->entry;
}

static bool changes_mappings(unsigned kind)
{
    return kind == EVENT_MODULE || kind == EVENT_EXEC || kind == EVENT_START;
}

static void collect(struct stacks *stacks)
{
    for (size_t i = 0; i < stacks->view->count; i++) {
        const struct log_entry *entry = &stacks->view->entries[i];
        if (entry->event->kind == EVENT_STACK) {
            uint32_t about = EVENT_PAYLOAD(entry->event, stack)->about;
            stacks->records[stacks->count++] =
                (struct record){.about = (uint64_t)entry->producer << 32 | about, .entry = (uint32_t)i};
        } else if (changes_mappings(entry->event->kind)) {
            stacks->modules[stacks->module_count++] = (uint32_t)i;
        }
    }
    qsort(stacks->records, stacks->count, sizeof *stacks->records, by_event);
}

struct stacks *stacks_read(const struct log_view *view)
{
    struct stacks *stacks = calloc(1, sizeof *stacks);
    size_t records = 0, modules = 0;
    if (stacks == NULL)
        return NULL;
    for (size_t i = 0; i < view->count; i++) {
        records += view->entries[i].event->kind == EVENT_STACK;
        modules += changes_mappings(view->entries[i].event->kind);
    }
    stacks->view = view;
    stacks->records = calloc(records + 1, sizeof *stacks->records);
    stacks->modules = calloc(modules + 1, sizeof *stacks->modules);
    stacks->symbols = records != 0 ? symbols_read(view) : NULL;
    if (stacks->records == NULL || stacks->modules == NULL || (records != 0 && stacks->symbols == NULL)) {
        stacks_free(stacks);
        return NULL;
    }
    collect(stacks);
    return stacks;
}

void stacks_free(struct stacks *stacks)
{
    if (stacks == NULL)
        return;
    for (size_t i = 0; i < KEPT; i++)
        free(stacks->kept[i].name);
    symbols_free(stacks->symbols);
    free(stacks->records), free(stacks->modules);
    free(stacks);
}

/* How often mappings had changed before this entry. */
static uint32_t age_at(const struct stacks *stacks, size_t entry)
{
    size_t low = 0, high = stacks->module_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (stacks->modules[middle] <= entry)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static void look_up(struct stacks *stacks, size_t record, uint64_t pc, unsigned depth, char text[WORDS_MAX])
{
    char raw[WORDS_MAX];
    struct words words;
    struct symbol symbol = symbols_find(stacks->symbols, record, pc, depth);
    symbols_text(&symbol, pc, raw, sizeof raw);
    words_start(&words, text, WORDS_MAX);
    words_add_clean(&words, raw, strlen(raw));
}

const char *stacks_name(struct stacks *stacks, size_t record, uint64_t pc, unsigned depth)
{
    uint32_t lane = stacks->view->entries[record].event->lane, age = age_at(stacks, record);
    struct kept *kept = &stacks->kept[(pc * 0x9e3779b97f4a7c15u ^ lane * 0x85ebca6bu) >> 20 & (KEPT - 1)];
    if (kept->name != NULL && kept->pc == pc && kept->lane == lane && kept->age == age &&
        kept->innermost == (depth == 0))
        return kept->name;
    look_up(stacks, record, pc, depth, stacks->spare);
    char *name = strdup(stacks->spare);
    if (name == NULL)
        return stacks->spare;
    free(kept->name);
    *kept = (struct kept){.pc = pc, .lane = lane, .age = age, .innermost = depth == 0, .name = name};
    return name;
}

bool stacks_any(const struct stacks *stacks)
{
    return stacks->count != 0;
}

/* The first record about that event, or where it would be. */
static size_t first_about(const struct stacks *stacks, uint64_t about)
{
    size_t low = 0, high = stacks->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (stacks->records[middle].about < about)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool stacks_frame(struct stacks *stacks, size_t entry, size_t number, struct stacks_frame *frame)
{
    const struct log_entry *about = &stacks->view->entries[entry];
    uint64_t wanted = (uint64_t)about->producer << 32 | about->event->seq;
    for (size_t i = first_about(stacks, wanted); i < stacks->count && stacks->records[i].about == wanted; i++) {
        const struct event *record = stacks->view->entries[stacks->records[i].entry].event;
        const struct event_stack *stack = EVENT_PAYLOAD(record, stack);
        unsigned used = stack->used < EVENT_STACK_FRAMES ? stack->used : EVENT_STACK_FRAMES;
        if (number < used) {
            unsigned depth = stack->depth + (unsigned)number;
            *frame =
                (struct stacks_frame){.lane = record->lane,
                                      .depth = depth,
                                      .name = stacks_name(stacks, stacks->records[i].entry, stack->pc[number], depth)};
            return true;
        }
        number -= used;
    }
    return false;
}
