/* What a log holds about an event in records of their own: stacks, registers, the strings that arguments pointed to.
 * A stack or a set of registers belongs to the lane of its record, which need not be the lane of the event: so a hop
 * can bring the stacks of all its parties.
 */
#include "tracer/record/symbols.h"
#include "tracer/render/html/html.h"

#include <stdlib.h>

/* A STACK or REGISTERS record, under the event that it is about. */
struct record {
    uint64_t about; /* producer in the upper half, sequence number in the lower */
    size_t entry;
};

struct records {
    struct record *list;
    size_t count;
};

static uint64_t name_of(uint32_t producer, uint32_t seq)
{
    return (uint64_t)producer << 32 | seq;
}

static int by_about(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    if (left->about != right->about)
        return left->about < right->about ? -1 : 1;
    return (left->entry > right->entry) - (left->entry < right->entry);
}

static bool is_about(const struct log_entry *entry, uint64_t *about)
{
    unsigned kind = entry->event->kind;
    if (kind == EVENT_STACK)
        *about = name_of(entry->producer, EVENT_PAYLOAD(entry->event, stack)->about);
    else if (kind == EVENT_REGISTERS)
        *about = name_of(entry->producer, EVENT_PAYLOAD(entry->event, registers)->about);
    return kind == EVENT_STACK || kind == EVENT_REGISTERS;
}

static bool read_records(const struct log_view *view, struct records *records)
{
    uint64_t about;
    size_t count = 0;
    for (size_t i = 0; i < view->count; i++)
        count += is_about(&view->entries[i], &about);
    *records = (struct records){.list = calloc(count + 1, sizeof *records->list)};
    if (records->list == NULL)
        return false;
    for (size_t i = 0; i < view->count; i++)
        if (is_about(&view->entries[i], &about))
            records->list[records->count++] = (struct record){.about = about, .entry = i};
    qsort(records->list, records->count, sizeof *records->list, by_about);
    return true;
}

/* The first record about this entry, or where it would stand. */
static size_t first_about(const struct records *records, uint64_t about)
{
    size_t low = 0, high = records->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (records->list[middle].about < about)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What is being written: lists of rows' records, one kind after the other. */
struct writing {
    const struct render_job *job;
    struct strings *strings;
    struct records records;
    struct symbols *symbols; /* read when the first stack asks for them */
    FILE *out;
    bool any;
};

static void put_head(struct writing *writing, size_t row, size_t entry)
{
    uint32_t lane = flow_lane_of(writing->job->flow, writing->job->view->entries[entry].event->lane);
    fprintf(writing->out, "%s[%zu,%d", writing->any ? ",\n" : "", row, (int)(int32_t)lane);
    writing->any = true;
}

/* [row, lane, depth of the first frame, frames in all, [words, …]] */
static void put_stack(struct writing *writing, size_t row, size_t entry)
{
    const struct event_stack *stack = EVENT_PAYLOAD(writing->job->view->entries[entry].event, stack);
    char text[WORDS_MAX];
    if (writing->symbols == NULL)
        writing->symbols = symbols_read(writing->job->view);
    put_head(writing, row, entry);
    fprintf(writing->out, ",%u,%u,[", (unsigned)stack->depth, (unsigned)stack->of);
    for (unsigned i = 0; i < stack->used && i < EVENT_STACK_FRAMES; i++) {
        struct symbol symbol = {0};
        if (writing->symbols != NULL)
            symbol = symbols_find(writing->symbols, entry, stack->pc[i], stack->depth + i);
        symbols_text(&symbol, stack->pc[i], text, sizeof text);
        fprintf(writing->out, "%s%u", i == 0 ? "" : ",", strings_number(writing->strings, text));
    }
    fputs("]]", writing->out);
}

/* [row, lane, number of the first, [values, …]]: in the order of tracer/arch/registers.h */
static void put_registers(struct writing *writing, size_t row, size_t entry)
{
    const struct event_registers *registers = EVENT_PAYLOAD(writing->job->view->entries[entry].event, registers);
    put_head(writing, row, entry);
    fprintf(writing->out, ",%u,[", (unsigned)registers->first);
    for (unsigned i = 0; i < registers->used && i < EVENT_REGISTERS_MAX; i++) {
        if (i != 0)
            fputc(',', writing->out);
        html_put_number(writing->out, registers->value[i], false);
    }
    fputs("]]", writing->out);
}

static void put_records(struct writing *writing, size_t row, size_t entry, unsigned kind)
{
    const struct log_entry *about = &writing->job->view->entries[entry];
    uint64_t name = name_of(about->producer, about->event->seq);
    const struct records *records = &writing->records;
    for (size_t i = first_about(records, name); i < records->count && records->list[i].about == name; i++) {
        if (writing->job->view->entries[records->list[i].entry].event->kind != kind)
            continue;
        if (kind == EVENT_STACK)
            put_stack(writing, row, records->list[i].entry);
        else
            put_registers(writing, row, records->list[i].entry);
    }
}

static void put_list(struct writing *writing, const char *name, unsigned kind, size_t count)
{
    fprintf(writing->out, "\"%s\":[", name);
    writing->any = false;
    for (size_t i = 0; i < count && writing->records.count != 0; i++) {
        const struct row *row = &writing->job->flow->rows[i];
        if (row->lane == FLOW_NO_LANE)
            continue;
        put_records(writing, i, row->entry, kind);
        if (row->end != FLOW_NOTHING)
            put_records(writing, i, row->end, kind);
    }
    fputs("],\n", writing->out);
}

/* [row, argument's number, words]: what its pointer pointed to, or the path behind its descriptor */
static void put_texts(struct writing *writing, size_t row)
{
    static const enum event_text_role roles[] = {TEXT_ARGUMENT, TEXT_PATH};
    size_t entry = writing->job->flow->rows[row].entry;
    if (!names_any(writing->job->names, entry))
        return;
    for (unsigned i = 0; i < 12; i++) {
        struct names_text found;
        char text[WORDS_MAX];
        struct words words;
        if (!names_find(writing->job->names, entry, roles[i / 6], i % 6, &found))
            continue;
        words_start(&words, text, sizeof text);
        words_add_clean(&words, found.bytes, found.used);
        fprintf(writing->out, "%s[%zu,%u,%u]", writing->any ? "," : "", row, i % 6,
                strings_number(writing->strings, text));
        writing->any = true;
    }
}

void html_put_about(const struct render_job *job, size_t count, struct strings *strings, FILE *out)
{
    struct writing writing = {.job = job, .strings = strings, .out = out};
    if (!read_records(job->view, &writing.records)) {
        strings->failed = true;
        return;
    }
    put_list(&writing, "stacks", EVENT_STACK, count);
    put_list(&writing, "registers", EVENT_REGISTERS, count);
    fputs("\"texts\":[", out);
    writing.any = false;
    for (size_t i = 0; i < count; i++)
        if (job->flow->rows[i].lane != FLOW_NO_LANE)
            put_texts(&writing, i);
    fputc(']', out);
    symbols_free(writing.symbols);
    free(writing.records.list);
}
