/* A trace for Perfetto's viewer (ui.perfetto.dev) and Chrome's: the JSON trace event format, one track a lane.
 *
 *   one CPU's control   a slice for each stay in a lane, in it a slice from each row to the next
 *   threads             a slice for each thread's life, in it what begins and ends; moments for the rest
 *
 * In both, slices of a track are nested perfectly: an inner one is closed before an outer one.  Arrows go where the
 * ladder has them.  Knows no positions and no colours; the format's rules are
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
#include "tracer/render/describe.h"
#include "tracer/render/json.h"
#include "tracer/render/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESS = 1, DEPTH_MOST = 64, STEP_NS = 1000 /* the explorer's clock counts steps: drawn as 1 µs each */ };
#define NOWHERE UINT32_MAX

struct track {
    bool begun;     /* a life, or a stay in control, is open */
    size_t last;    /* entry of its last event; of a stay its latest row */
    unsigned depth; /* slices open in the outermost one */
    uint16_t open[DEPTH_MOST];
};

/* An arrow from one event to another; those from one event form a list. */
struct arrow {
    uint32_t next;
};

struct trace {
    const struct render_job *job;
    const struct flow *flow;
    FILE *out;
    struct track *tracks; /* by column */
    /* By entry, less the first of the window: the first arrow that starts there, the arrow that ends there. */
    uint32_t *starts, *ends;
    struct arrow *arrows;
    size_t arrow_count;
    uint64_t scale; /* ns a unit of the log's clock */
};

/* ---- one event of the format ---- */

static void put_time(const struct trace *trace, uint64_t t_ns)
{
    char digits[40], *at = digits + sizeof digits;
    uint64_t ns = t_ns * trace->scale;
    for (unsigned i = 0; i < 4 || ns != 0; i++) { /* µs, with three decimals */
        if (i == 3)
            *--at = '.';
        *--at = (char)('0' + ns % 10);
        ns /= 10;
    }
    fwrite_unlocked(at, 1, (size_t)(digits + sizeof digits - at), trace->out);
}

static void put_number(const struct trace *trace, uint64_t number)
{
    char digits[24], *at = digits + sizeof digits;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    fwrite_unlocked(at, 1, (size_t)(digits + sizeof digits - at), trace->out);
}

/* Up to its last field; close it with "}". */
static void open_event(const struct trace *trace, char phase, uint32_t column, uint64_t t_ns)
{
    fputs_unlocked(",\n{\"ph\":\"", trace->out);
    putc_unlocked(phase, trace->out);
    fputs_unlocked("\",\"pid\":1,\"tid\":", trace->out);
    put_number(trace, column + 1);
    fputs_unlocked(",\"ts\":", trace->out);
    put_time(trace, t_ns);
}

static void put_end(const struct trace *trace, uint32_t column, uint64_t t_ns)
{
    open_event(trace, 'E', column, t_ns);
    putc_unlocked('}', trace->out);
}

/* A name that Perfetto adds up by: of a call its name alone; the whole label is an argument. */
static void put_name(const struct trace *trace, const char *label, size_t entry)
{
    size_t length = strcspn(label, "(");
    fputs_unlocked(",\"name\":", trace->out);
    json_put_string(trace->out, label, length != 0 ? length : strlen(label));
    fputs_unlocked(",\"args\":{\"event\":", trace->out);
    put_number(trace, entry + 1);
    if (length != 0 && label[length] != '\0') {
        fputs_unlocked(",\"what\":", trace->out);
        json_put_string(trace->out, label, strlen(label));
    }
    fputs_unlocked("}", trace->out);
}

static void put_row(const struct trace *trace, char phase, size_t row, uint64_t t_ns)
{
    const struct row *here = &trace->flow->rows[row];
    struct description said;
    describe_row(trace->flow, row, &said);
    open_event(trace, phase, here->lane, t_ns);
    put_name(trace, said.label, here->entry);
    if (here->step != 0)
        fprintf(trace->out, ",\"cat\":\"step %u\"", here->step);
    fputs_unlocked(phase == 'i' ? ",\"s\":\"t\"}" : "}", trace->out);
}

static void put_arrow(const struct trace *trace, char phase, uint32_t column, uint64_t t_ns, size_t id)
{
    open_event(trace, phase, column, t_ns);
    fputs_unlocked(",\"cat\":\"flow\",\"name\":\"leads to\",\"id\":", trace->out);
    put_number(trace, id);
    fputs_unlocked(phase == 'f' ? ",\"bp\":\"e\"}" : "}", trace->out);
}

/* ---- control: a slice from each row to the next of the same CPU or VM ---- */

static void put_stay(const struct trace *trace, size_t row)
{
    const struct row *here = &trace->flow->rows[row];
    const char *mode = event_mode_name(here->mode);
    open_event(trace, 'B', here->lane, here->t_ns);
    fprintf(trace->out, ",\"name\":\"in control\",\"args\":{\"mode\":\"%s\"}}", mode != NULL ? mode : "");
}

/* A guest that is made ready is not in control yet. */
static bool takes_control(const struct row *row)
{
    return row->kind != EVENT_GUEST_START;
}

/* The slice of the latest row of a lane, and the stay around it. */
static void leave(const struct trace *trace, uint32_t column, uint64_t t_ns)
{
    if (!trace->tracks[column].begun)
        return;
    put_end(trace, column, t_ns);
    put_end(trace, column, t_ns);
    trace->tracks[column].begun = false;
}

static void leave_all(const struct trace *trace, uint64_t t_ns)
{
    for (uint32_t i = 0; i < trace->flow->lane_count; i++)
        leave(trace, i, t_ns);
}

static void enter(const struct trace *trace, size_t row)
{
    const struct row *here = &trace->flow->rows[row];
    struct track *track = &trace->tracks[here->lane];
    if (track->begun)
        put_end(trace, here->lane, here->t_ns);
    else
        put_stay(trace, row);
    put_row(trace, 'B', row, here->t_ns);
    track->begun = true;
    track->last = row;
}

/* Control comes from where this VM, or the CPU, had it before: there a slice ends. */
static void put_control_row(const struct trace *trace, size_t row)
{
    const struct flow *flow = trace->flow;
    const struct row *here = &flow->rows[row];
    size_t cause = flow_cause(flow, row);
    uint32_t from = cause != FLOW_NOTHING ? flow->rows[cause].lane : here->lane;
    bool crosses = from != here->lane && trace->tracks[from].begun && trace->tracks[from].last == cause;
    if (crosses) {
        put_arrow(trace, 's', from, here->t_ns, row);
        leave(trace, from, here->t_ns);
    }
    enter(trace, row);
    if (crosses)
        put_arrow(trace, 'f', here->lane, here->t_ns, row);
}

static int put_control(struct trace *trace)
{
    const struct flow *flow = trace->flow;
    trace->tracks = calloc(flow->lane_count + 1, sizeof *trace->tracks);
    if (trace->tracks == NULL)
        return -1;
    for (size_t i = 0; i < flow->count; i++) {
        if (i > 0 && flow->rows[i].apart) /* what was left out in between is nobody's */
            leave_all(trace, flow->rows[i - 1].t_ns);
        if (takes_control(&flow->rows[i]))
            put_control_row(trace, i);
        else
            put_row(trace, 'i', i, flow->rows[i].t_ns);
    }
    if (flow->count > 0)
        leave_all(trace, flow->rows[flow->count - 1].t_ns + flow->rows[flow->count - 1].length_ns);
    free(trace->tracks);
    return 0;
}

/* ---- threads: lives, and what begins and ends in them ---- */

static int find_arrows(struct trace *trace)
{
    const struct flow *flow = trace->flow;
    size_t entries = flow->last > flow->first ? flow->last - flow->first : 0;
    trace->starts = malloc((entries + 1) * sizeof *trace->starts);
    trace->ends = malloc((entries + 1) * sizeof *trace->ends);
    trace->arrows = malloc((flow->count + 1) * sizeof *trace->arrows);
    if (trace->starts == NULL || trace->ends == NULL || trace->arrows == NULL)
        return -1;
    memset(trace->starts, 0xff, (entries + 1) * sizeof *trace->starts);
    memset(trace->ends, 0xff, (entries + 1) * sizeof *trace->ends);
    for (size_t i = 0; i < flow->count; i++) {
        size_t cause = flow_cause(flow, i);
        if (cause == FLOW_NOTHING || flow->rows[cause].lane == flow->rows[i].lane)
            continue;
        size_t from = flow->rows[cause].entry - flow->first;
        size_t to = (flow->rows[i].end != FLOW_NOTHING ? flow->rows[i].end : flow->rows[i].entry) - flow->first;
        trace->arrows[trace->arrow_count].next = trace->starts[from];
        trace->starts[from] = trace->ends[to] = (uint32_t)trace->arrow_count++;
    }
    return 0;
}

static void put_arrows(const struct trace *trace, size_t entry, uint32_t column)
{
    uint64_t t_ns = trace->flow->view->entries[entry].event->t_ns;
    size_t at = entry - trace->flow->first;
    if (trace->ends[at] != NOWHERE)
        put_arrow(trace, 'f', column, t_ns, trace->ends[at] + 1u);
    for (uint32_t arrow = trace->starts[at]; arrow != NOWHERE; arrow = trace->arrows[arrow].next)
        put_arrow(trace, 's', column, t_ns, arrow + 1u);
}

static void begin_life(const struct trace *trace, uint32_t column, uint64_t t_ns)
{
    const struct flow_lane *lane = &trace->flow->lanes[column];
    open_event(trace, 'B', column, t_ns);
    fputs_unlocked(",\"name\":", trace->out);
    json_put_string(trace->out, lane->name, strlen(lane->name));
    putc_unlocked('}', trace->out);
}

/* Closes the slice that this event ends and all within it; returns false if there is none. */
static bool close_slice(const struct trace *trace, struct track *track, uint32_t column, const struct event *event)
{
    unsigned at = track->depth;
    while (at > 0 && !flow_ends(track->open[at - 1], event->kind))
        at--;
    if (at == 0)
        return false;
    for (; track->depth >= at; track->depth--)
        put_end(trace, column, event->t_ns);
    return true;
}

static bool is_beginning(unsigned kind)
{
    static signed char known[EVENT_KIND_END]; /* 0: not asked yet */
    for (unsigned end = EVENT_NONE + 1; known[kind] == 0 && end < EVENT_KIND_END; end++)
        known[kind] = flow_ends(kind, end);
    known[kind] = known[kind] != 0 ? known[kind] : -1;
    return known[kind] > 0;
}

/* `row` is the event's own, FLOW_NOTHING where it ends another's. */
static void put_moment(const struct trace *trace, size_t entry, size_t row, uint32_t column)
{
    const struct event *event = trace->flow->view->entries[entry].event;
    struct track *track = &trace->tracks[column];
    if (!track->begun)
        begin_life(trace, column, event->t_ns);
    track->begun = true;
    bool begins = row != FLOW_NOTHING && track->depth < DEPTH_MOST && is_beginning(event->kind);
    if (begins) {
        put_row(trace, 'B', row, event->t_ns);
        track->open[track->depth++] = event->kind;
    }
    put_arrows(trace, entry, column);
    if (!begins && !close_slice(trace, track, column, event) && row != FLOW_NOTHING)
        put_row(trace, 'i', row, event->t_ns);
    if (track->last != entry)
        return;
    for (; track->depth > 0; track->depth--)
        put_end(trace, column, event->t_ns);
    put_end(trace, column, event->t_ns);
}

/* Calls `put` for every event of the window, with its row and its column.  An event begins the next row, or ends one of
 * the lane that the row before is in. */
static void each_event(const struct trace *trace,
                       void (*put)(const struct trace *trace, size_t entry, size_t row, uint32_t column))
{
    const struct flow *flow = trace->flow;
    size_t rows = 0;
    for (size_t i = flow->first; i < flow->last; i++) {
        if (flow_is_bookkeeping(flow->view->entries[i].event->kind) ||
            !flow_window_shows(trace->job->window, flow->view, i))
            continue;
        bool own = rows < flow->count && flow->rows[rows].entry == i;
        rows += own;
        if (rows > 0)
            put(trace, i, own ? rows - 1 : FLOW_NOTHING, flow->rows[rows - 1].lane);
    }
}

static void note_last(const struct trace *trace, size_t entry, size_t row, uint32_t column)
{
    (void)row;
    trace->tracks[column].last = entry;
}

static int put_threads(struct trace *trace)
{
    trace->tracks = calloc(trace->flow->lane_count + 1, sizeof *trace->tracks);
    int failed = trace->tracks == NULL ? -1 : find_arrows(trace);
    if (failed == 0) {
        each_event(trace, note_last);
        each_event(trace, put_moment);
    }
    free(trace->tracks), free(trace->starts), free(trace->ends), free(trace->arrows);
    return failed;
}

/* ---- the whole ---- */

static void put_metadata(const struct trace *trace, const char *name, uint32_t tid, const char *key, const char *value)
{
    fprintf(trace->out, ",\n{\"ph\":\"M\",\"pid\":%d,\"tid\":%" PRIu32 ",\"name\":\"%s\",\"args\":{\"%s\":", PROCESS,
            tid, name, key);
    json_put_string(trace->out, value, strlen(value));
    fputs("}}", trace->out);
}

static void put_head(const struct trace *trace)
{
    struct description said;
    const char *legend = trace->flow->control
                             ? "a slice: from this event to the next, in the lane in control; an arrow: "
                               "control crosses"
                             : "a slice: from a call to its end, in its thread's life; an arrow: lets "
                               "it go on";
    describe_recording(trace->flow, trace->job->title, &said);
    const struct log_header *header = trace->flow->view->header;
    fprintf(trace->out, "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"recorded\":");
    json_put_string(trace->out, said.detail, strlen(said.detail));
    fprintf(trace->out, ",\"legend\":\"%s\",\"events\":%zu,\"lost\":%" PRIu64 ",\"overhead_ns\":%" PRIu64, legend,
            trace->flow->view->count, trace->flow->view->lost, (uint64_t)header->overhead_ns);
    fprintf(trace->out,
            "},\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":%d,\"name\":\"process_name\",\"args\":{\"name\":", PROCESS);
    json_put_string(trace->out, said.label, strlen(said.label));
    fputs("}}", trace->out);
    put_metadata(trace, "process_labels", 0, "labels", said.detail);
}

int perfetto_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    bool steps = job->view->header->clock == CLOCK_KIND_STEP;
    struct trace trace = {.job = job, .flow = job->flow, .out = out, .scale = steps ? STEP_NS : 1};
    int failed;
    put_head(&trace);
    for (uint32_t i = 0; i < job->flow->lane_count; i++) {
        put_metadata(&trace, "thread_name", i + 1, "name", job->flow->lanes[i].name);
        fprintf(out,
                ",\n{\"ph\":\"M\",\"pid\":%d,\"tid\":%" PRIu32
                ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%" PRIu32 "}}",
                PROCESS, i + 1, i + 1);
    }
    failed = job->flow->control ? put_control(&trace) : put_threads(&trace);
    fputs("\n]}\n", out);
    if (failed != 0)
        snprintf(error, LOG_ERROR_MAX, "lay out the tracks: out of memory; try a window, --from and --to");
    return failed;
}
