/* The trap graph: states, which are lanes in a mode, and how often and how fast control went from one to another.
 *
 *   events → party and mode of each → hop from the event before (of this CPU, or of this thread) → arcs that add up
 *
 * A hop's time is what passed since the event before it, as in the ladder.  Says what is drawn; where, is Graphviz's.
 */
#include "tracer/render/describe.h"
#include "tracer/render/diagram.h"
#include "tracer/syscalls/syscalls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_APART = 8, PARTIES_MOST = 12, STATES_MOST = PARTIES_MOST * MODE_END, CAUSES_MOST = 64, CAUSES_TOLD = 3 };

/* One lane, or the threads that share a name where they are too many to stand alone. */
struct party {
    char name[FLOW_LANE_NAME];
    unsigned lane_class, members;
};

struct cause {
    uint64_t key, count;
    char words[48];
};

/* From one state to another. */
struct crossing {
    uint64_t count, ns;
    uint64_t *times; /* of each, where it has one */
    size_t timed, room;
    struct cause causes[CAUSES_MOST]; /* the last takes in all further ones */
    unsigned cause_count;
};

struct state {
    uint64_t events, ns;
};

/* What a thread, or the one CPU, did last. */
struct moment {
    int state; /* CANVAS_NONE: nothing yet */
    uint64_t t_ns;
};

/* An event on its way into the sums. */
struct hop {
    const struct event *event;
    size_t row;    /* that it begins or ends */
    size_t before; /* of control: the row that it came from, FLOW_NOTHING if none */
};

struct graph {
    const struct flow *flow;
    struct party parties[PARTIES_MOST];
    unsigned party_count;
    unsigned *party_of; /* by column */
    struct state states[STATES_MOST];
    struct crossing *crossings[STATES_MOST][STATES_MOST];
    struct moment *moments; /* of threads: by column */
    uint64_t ns;            /* of all hops */
    bool failed;
};

/* ---- who ---- */

static bool is_crowd(const struct flow *flow)
{
    return !flow->control && flow->lane_count > THREADS_APART;
}

/* "worker 7" of many is a "worker". */
static void name_party(const struct flow *flow, const struct flow_lane *lane, char name[FLOW_LANE_NAME])
{
    size_t length = strlen(lane->name), end = length;
    memcpy(name, lane->name, FLOW_LANE_NAME);
    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9')
        end--;
    if (is_crowd(flow) && end < length && end > 1 && name[end - 1] == ' ')
        name[end - 1] = '\0';
}

static unsigned party_named(struct graph *graph, const char *name, unsigned lane_class)
{
    for (unsigned i = 0; i < graph->party_count; i++)
        if (is_crowd(graph->flow) && strcmp(graph->parties[i].name, name) == 0)
            return i;
    if (graph->party_count == PARTIES_MOST)
        return PARTIES_MOST - 1;
    struct party *party = &graph->parties[graph->party_count];
    bool last = graph->party_count == PARTIES_MOST - 1;
    party->lane_class = lane_class;
    snprintf(party->name, sizeof party->name, "%s", last ? "all others" : name);
    return graph->party_count++;
}

static void find_parties(struct graph *graph)
{
    for (size_t i = 0; i < graph->flow->lane_count; i++) {
        const struct flow_lane *lane = &graph->flow->lanes[i];
        char name[FLOW_LANE_NAME];
        name_party(graph->flow, lane, name);
        graph->party_of[i] = party_named(graph, name, EVENT_LANE_CLASS(lane->lane));
        graph->parties[graph->party_of[i]].members++;
    }
}

/* ---- why ---- */

/* Up to the first parenthesis: of a call its name. */
static void say_row(const struct flow *flow, size_t row, char *words, size_t size)
{
    struct description said;
    describe_row(flow, row, &said);
    unsigned step = flow->rows[row].step;
    int length = (int)strcspn(said.label, "(");
    if (step != 0)
        snprintf(words, size, "%u %.*s", step, length, said.label);
    else
        snprintf(words, size, "%.*s", length, said.label);
}

/* What made control leave `before`: of a guest its trap, otherwise what was done. */
static void say_cause(const struct flow *flow, const struct hop *hop, char *words, size_t size)
{
    const struct event *event = hop->event;
    const struct event_sysret *call = EVENT_PAYLOAD(event, sysret); /* number and machine are where a call has them */
    const char *name = NULL;
    if (event->kind == EVENT_SYSCALL_ENTER || event->kind == EVENT_SYSCALL_EXIT)
        name = syscall_name(call->machine, call->number);
    if (event->kind == EVENT_SLICE_END)
        name = "slice ends";
    else if (event->kind == EVENT_SWITCH)
        name = "switch";
    if (name != NULL)
        snprintf(words, size, "%s", name);
    else if (hop->before != FLOW_NOTHING && flow->rows[hop->before].kind == EVENT_TRAP)
        say_row(flow, hop->before, words, size);
    else if (flow->view->entries[flow->rows[hop->row].entry].event == event)
        say_row(flow, hop->row, words, size);
    else
        snprintf(words, size, "%s", event_kind_name(event->kind));
}

/* Equal for hops that get the same words. */
static uint64_t cause_key(const struct flow *flow, const struct hop *hop)
{
    const struct event *event = hop->event;
    const struct event_sysret *call = EVENT_PAYLOAD(event, sysret);
    if (event->kind == EVENT_SYSCALL_ENTER || event->kind == EVENT_SYSCALL_EXIT)
        return (uint64_t)call->machine << 32 | call->number;
    if (hop->before != FLOW_NOTHING && flow->rows[hop->before].kind == EVENT_TRAP)
        return flow->rows[hop->before].shape;
    if (event->kind == EVENT_SLICE_END || event->kind == EVENT_SWITCH)
        return event->kind;
    return flow->rows[hop->row].shape ^ event->kind;
}

static struct cause *cause_of(struct graph *graph, struct crossing *crossing, const struct hop *hop)
{
    uint64_t key = cause_key(graph->flow, hop);
    char words[sizeof crossing->causes[0].words];
    for (unsigned i = 0; i < crossing->cause_count; i++)
        if (crossing->causes[i].key == key)
            return &crossing->causes[i];
    say_cause(graph->flow, hop, words, sizeof words);
    for (unsigned i = 0; i < crossing->cause_count; i++)
        if (strcmp(crossing->causes[i].words, words) == 0)
            return &crossing->causes[i];
    if (crossing->cause_count == CAUSES_MOST)
        return &crossing->causes[CAUSES_MOST - 1];
    struct cause *cause = &crossing->causes[crossing->cause_count++];
    *cause = (struct cause){.key = key};
    memcpy(cause->words, words, sizeof words);
    return cause;
}

/* ---- adding up ---- */

static struct crossing *crossing_of(struct graph *graph, int from, int to)
{
    struct crossing **crossing = &graph->crossings[from][to];
    if (*crossing == NULL)
        *crossing = calloc(1, sizeof **crossing);
    graph->failed |= *crossing == NULL;
    return *crossing;
}

static void add_time(struct graph *graph, struct crossing *crossing, uint64_t ns)
{
    if (crossing->timed == crossing->room) {
        size_t room = crossing->room == 0 ? 64 : crossing->room * 2;
        uint64_t *times = realloc(crossing->times, room * sizeof *times);
        graph->failed |= times == NULL;
        if (times == NULL)
            return;
        crossing->times = times;
        crossing->room = room;
    }
    crossing->times[crossing->timed++] = ns;
    crossing->ns += ns;
}

static void add_hop(struct graph *graph, const struct moment *before, int state, const struct hop *hop)
{
    uint64_t ns = hop->event->t_ns > before->t_ns ? hop->event->t_ns - before->t_ns : 0;
    graph->states[before->state].ns += ns;
    graph->ns += ns;
    struct crossing *crossing = before->state != state ? crossing_of(graph, before->state, state) : NULL;
    if (crossing == NULL)
        return;
    crossing->count++;
    cause_of(graph, crossing, hop)->count++;
    add_time(graph, crossing, ns);
}

/* A new thread: its parent's state leads to its first. */
static void add_birth(struct graph *graph, int state, const struct hop *hop)
{
    const struct event *event = hop->event;
    uint32_t parent = flow_lane_of(graph->flow, EVENT_PAYLOAD(event, life)->other_lane);
    if (parent == FLOW_NO_LANE)
        parent = flow_lane_of_tid(graph->flow, EVENT_PAYLOAD(event, life)->other_tid);
    if (graph->flow->control || EVENT_PAYLOAD(event, life)->other_tid == 0 || parent == FLOW_NO_LANE ||
        graph->moments[parent].state == CANVAS_NONE || graph->moments[parent].state == state)
        return;
    struct crossing *crossing = crossing_of(graph, graph->moments[parent].state, state);
    if (crossing == NULL)
        return;
    crossing->count++;
    cause_of(graph, crossing, hop)->count++;
}

static int state_of(const struct graph *graph, uint32_t column, const struct event *event)
{
    return (int)(graph->party_of[column] * MODE_END + (event->mode < MODE_END ? event->mode : 0));
}

/* Where control was, and since when, before it came here. */
static struct moment moment_of(const struct graph *graph, size_t row)
{
    const struct flow *flow = graph->flow;
    if (row == FLOW_NOTHING)
        return (struct moment){.state = CANVAS_NONE};
    size_t end = flow->rows[row].end;
    const struct event *event = flow->view->entries[end != FLOW_NOTHING ? end : flow->rows[row].entry].event;
    return (struct moment){.state = state_of(graph, flow->rows[row].lane, event), .t_ns = event->t_ns};
}

static void add_event(struct graph *graph, size_t row, const struct event *event, bool begins)
{
    const struct flow *flow = graph->flow;
    uint32_t column = flow->rows[row].lane;
    int state = state_of(graph, column, event);
    struct moment *moment = &graph->moments[column];
    struct hop hop = {.event = event, .row = row, .before = FLOW_NOTHING};
    if (event->kind == EVENT_GUEST_START) /* made ready, not in control */
        return;
    graph->states[state].events++;
    if (flow->control) {
        hop.before = begins ? flow_cause(flow, row) : row;
        *moment = moment_of(graph, hop.before);
    }
    if (moment->state != CANVAS_NONE)
        add_hop(graph, moment, state, &hop);
    else if (event->kind == EVENT_START)
        add_birth(graph, state, &hop);
    *moment = (struct moment){.state = state, .t_ns = event->t_ns};
}

/* An event begins the next row, or ends one of the same lane: then the lane is that of the row before. */
static void add_events(struct graph *graph, const struct flow_window *window)
{
    const struct flow *flow = graph->flow;
    size_t rows = 0;
    for (size_t i = flow->first; i < flow->last; i++) {
        const struct event *event = flow->view->entries[i].event;
        if (flow_is_bookkeeping(event->kind) || !flow_window_shows(window, flow->view, i))
            continue;
        bool begins = rows < flow->count && flow->rows[rows].entry == i;
        rows += begins;
        if (rows > 0)
            add_event(graph, rows - 1, event, begins);
    }
}

/* ---- drawing ---- */

static const char *mode_words(const struct flow *flow, unsigned lane_class, unsigned mode)
{
    switch (mode) {
    case MODE_USER:
        return "user mode";
    case MODE_GUEST_KERNEL:
        return lane_class == LANE_GUEST_OS ? "kernel mode, deprivileged" : "kernel mode";
    case MODE_HYPERVISOR:
        return "kernel mode";
    default:
        return flow->control ? "host OS" : "in the kernel";
    }
}

/* The more privileged, the lower. */
static int level_of(const struct flow *flow, unsigned lane_class, unsigned mode)
{
    static const int levels[LANE_CLASS_END] = {
        [LANE_GUEST_OS] = 1, [LANE_OS] = 2, [LANE_HYPERVISOR] = 2, [LANE_HOST] = 3};
    if (!flow->control)
        return mode != MODE_USER;
    return lane_class < LANE_CLASS_END ? levels[lane_class] : 0;
}

static int put_state(struct diagram *diagram, const struct graph *graph, unsigned state)
{
    const struct party *party = &graph->parties[state / MODE_END];
    unsigned mode = state % MODE_END;
    char text[WORDS_MAX], number[32], time[32];
    struct words words;
    words_start(&words, text, sizeof text);
    words_add(&words, "%s", party->name);
    if (party->members > 1)
        words_add(&words, " × %u", party->members);
    words_add(&words, "\n%s\n%s event%s", mode_words(graph->flow, party->lane_class, mode),
              words_count(number, graph->states[state].events), graph->states[state].events == 1 ? "" : "s");
    if (graph->flow->view->header->clock != CLOCK_KIND_STEP && graph->ns != 0)
        words_add(&words, "\n%s, %.0f %%", words_duration(time, graph->states[state].ns),
                  100.0 * (double)graph->states[state].ns / (double)graph->ns);
    struct diagram_box box = {
        .shape = SHAPE_HEADER, .ink = (enum canvas_ink)mode, .level = level_of(graph->flow, party->lane_class, mode)};
    return diagram_box(diagram, box, text, NULL);
}

static int by_count(const void *a, const void *b)
{
    const struct cause *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return strcmp(left->words, right->words);
}

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void say_crossing(const struct graph *graph, struct crossing *crossing, char text[WORDS_MAX])
{
    struct words words;
    char number[32], all[32];
    uint64_t rest = crossing->count;
    words_start(&words, text, WORDS_MAX);
    qsort(crossing->causes, crossing->cause_count, sizeof *crossing->causes, by_count);
    for (unsigned i = 0; i < crossing->cause_count && i < CAUSES_TOLD; i++) {
        words_add(&words, "%s%s × %s", i == 0 ? "" : "\n", crossing->causes[i].words,
                  words_count(number, crossing->causes[i].count));
        rest -= crossing->causes[i].count;
    }
    unsigned others = crossing->cause_count - CAUSES_TOLD;
    if (rest != 0)
        words_add(&words, "\nand %u other%s × %s", others, others == 1 ? "" : "s", words_count(number, rest));
    if (graph->flow->view->header->clock == CLOCK_KIND_STEP || crossing->ns == 0)
        return;
    qsort(crossing->times, crossing->timed, sizeof *crossing->times, by_size);
    words_add(&words, "\n%s%s", crossing->timed > 1 ? "median " : "",
              words_duration(number, crossing->times[crossing->timed / 2]));
    if (crossing->timed > 1)
        words_add(&words, ", in all %s", words_duration(all, crossing->ns));
}

static void put_all(struct diagram *diagram, struct graph *graph)
{
    int boxes[STATES_MOST];
    for (unsigned i = 0; i < STATES_MOST; i++)
        boxes[i] = graph->states[i].events != 0 ? put_state(diagram, graph, i) : CANVAS_NONE;
    for (unsigned from = 0; from < STATES_MOST; from++)
        for (unsigned to = 0; to < STATES_MOST; to++) {
            struct crossing *crossing = graph->crossings[from][to];
            char text[WORDS_MAX], number[32];
            if (crossing == NULL || boxes[from] == CANVAS_NONE || boxes[to] == CANVAS_NONE)
                continue;
            if (crossing->timed != 0)
                say_crossing(graph, crossing, text);
            else
                snprintf(text, sizeof text, "× %s", words_count(number, crossing->count));
            struct diagram_arc arc = {.from = (unsigned)boxes[from],
                                      .to = (unsigned)boxes[to],
                                      .kind = crossing->timed != 0 ? LINE_ARROW : LINE_WAITS,
                                      .ink = (enum canvas_ink)(to % MODE_END),
                                      .thick = 1 + 0.6 * log10((double)crossing->count)};
            diagram_arc(diagram, arc, crossing->timed != 0 || crossing->count > 1 ? text : NULL);
        }
}

static int draw_graph(struct canvas *canvas, struct graph *graph, const char *title, char error[LOG_ERROR_MAX])
{
    struct diagram diagram = {0};
    static const struct diagram_key keys[] = {
        {.is_line = true,
         .kind = LINE_ARROW,
         .ink = INK_GREY,
         .words = "crosses: why × how often; time since the event before"},
        {.is_line = true, .kind = LINE_WAITS, .ink = INK_GREY, .words = "creates"},
        {.mark = {.shape = SHAPE_HEADER, .ink = INK_GREY}, .words = "who, in which mode; time until its next event"},
    };
    put_all(&diagram, graph);
    diagram.failed |= graph->failed;
    int result = diagram_draw(canvas, &diagram, graph->flow, title,
                              graph->flow->count == 0 ? "nothing to show: no event lies in this window" : NULL, keys,
                              sizeof keys / sizeof *keys, error);
    diagram_free(&diagram);
    return result;
}

int graph_draw(struct canvas *canvas, const struct flow *flow, const struct flow_window *window, const char *title,
               char error[LOG_ERROR_MAX])
{
    struct graph *graph = calloc(1, sizeof *graph);
    int result = -1;
    *canvas = (struct canvas){0};
    if (graph != NULL) {
        graph->flow = flow;
        graph->party_of = calloc(flow->lane_count + 1, sizeof *graph->party_of);
        graph->moments = calloc(flow->lane_count + 1, sizeof *graph->moments);
    }
    if (graph == NULL || graph->party_of == NULL || graph->moments == NULL) {
        snprintf(error, LOG_ERROR_MAX, "draw the graph: out of memory; try a window, --from and --to");
    } else {
        for (size_t i = 0; i <= flow->lane_count; i++)
            graph->moments[i].state = CANVAS_NONE;
        find_parties(graph);
        add_events(graph, window);
        result = draw_graph(canvas, graph, title, error);
        for (unsigned i = 0; i < STATES_MOST * STATES_MOST; i++)
            if (graph->crossings[i / STATES_MOST][i % STATES_MOST] != NULL)
                free(graph->crossings[i / STATES_MOST][i % STATES_MOST]->times),
                    free(graph->crossings[i / STATES_MOST][i % STATES_MOST]);
    }
    if (graph != NULL)
        free(graph->party_of), free(graph->moments);
    free(graph);
    return result;
}
