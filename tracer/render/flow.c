/* From a log's entries to rows.  Bookkeeping records are dropped, a call and its result become one row unless
 * another lane came between, and every row gets two signatures by which folding compares it: what it is, and
 * how it reads.  Knows no words: describe.c does; and no lanes' names: lanes.c does.
 */
#include "tracer/render/flow.h"
#include "tracer/render/lanes.h"
#include "tracer/render/payload.h"

#include <stdlib.h>
#include <string.h>

bool flow_is_bookkeeping(unsigned kind)
{
    return kind == EVENT_TEXT || kind == EVENT_LANE || kind == EVENT_STACK || kind == EVENT_MODULE ||
           kind == EVENT_REGISTERS;
}

bool flow_window_wants(const struct flow_window *window, uint32_t lane)
{
    for (unsigned i = 0; i < window->lane_count; i++) {
        const struct flow_lane_filter *filter = &window->lanes[i];
        if (filter->whole_class ? EVENT_LANE_CLASS(lane) == EVENT_LANE_CLASS(filter->lane) : lane == filter->lane)
            return true;
    }
    return window->lane_count == 0;
}

bool flow_window_shows(const struct flow_window *window, const struct log_view *view, size_t entry)
{
    const struct event *event = view->entries[entry].event;
    unsigned kind = event->kind;
    if (entry < window->first || (window->last != 0 && entry >= window->last))
        return false;
    if (event->t_ns < window->from_ns || (window->to_ns != 0 && event->t_ns >= window->to_ns))
        return false;
    if ((window->kinds[0] | window->kinds[1]) != 0 && (window->kinds[kind / 64] >> kind % 64 & 1) == 0)
        return false;
    return flow_window_wants(window, event->lane);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

/* What a row is, whatever its arguments: which call, which cause, which handler, how it ended. */
static uint64_t what_it_is(const struct event *event)
{
    switch (payload_kind(event->kind)) {
    case PAYLOAD_syscall:
        return EVENT_PAYLOAD(event, syscall)->number;
    case PAYLOAD_sysret:
        return EVENT_PAYLOAD(event, sysret)->number * 2u + (EVENT_PAYLOAD(event, sysret)->error != 0);
    case PAYLOAD_signal:
        return (uint64_t)EVENT_PAYLOAD(event, signal)->signo;
    case PAYLOAD_sync:
        return EVENT_PAYLOAD(event, sync)->call;
    case PAYLOAD_trap: {
        const struct event_trap *trap = EVENT_PAYLOAD(event, trap);
        return mix(trap->cause, event->kind == EVENT_TRAP ? trap->value : 0);
    }
    case PAYLOAD_handler:
        return mix(EVENT_PAYLOAD(event, handler)->number, EVENT_PAYLOAD(event, handler)->address);
    case PAYLOAD_privileged:
        return EVENT_PAYLOAD(event, privileged)->operation;
    case PAYLOAD_interrupt:
        return EVENT_PAYLOAD(event, interrupt)->line;
    case PAYLOAD_switch:
        return mix(EVENT_PAYLOAD(event, switch)->from_lane, EVENT_PAYLOAD(event, switch)->to_lane);
    default:
        return 0;
    }
}

/* How it reads: the whole payload but what differs in every repeat (where from, how long, which record). */
static uint64_t how_it_reads(const struct event *event)
{
    unsigned char payload[EVENT_PAYLOAD_MAX] = {0};
    size_t length = event->length < sizeof payload ? event->length : sizeof payload;
    memcpy(payload, event->payload, length);
    memset(payload, 0, sizeof(uint64_t)); /* pc */
    switch (payload_kind(event->kind)) {
    case PAYLOAD_sysret:
        memset(payload + offsetof(struct event_sysret, enter_seq), 0, sizeof(uint32_t));
        break;
    case PAYLOAD_sync:
        memset(payload + offsetof(struct event_sync, waited_ns), 0, sizeof(uint64_t));
        break;
    case PAYLOAD_interrupt: /* told of a slice's end alone */
        if (event->kind != EVENT_SLICE_END)
            memset(payload + offsetof(struct event_interrupt, traps), 0, sizeof(uint64_t));
        break;
    case PAYLOAD_switch:
        memset(payload + offsetof(struct event_switch, cpu_ns), 0, sizeof(uint64_t));
        break;
    default:
        break;
    }
    uint64_t hash = 0, word;
    for (size_t i = 0; i < sizeof payload; i += sizeof word) {
        memcpy(&word, payload + i, sizeof word);
        hash = mix(hash, word);
    }
    return hash;
}

static void sign(const struct flow *flow, struct row *row, size_t entry)
{
    const struct event *event = flow->view->entries[entry].event;
    uint64_t place = mix(event->kind, (uint64_t)event->lane << 16 | (uint64_t)event->mode << 8 | event->step);
    row->shape = mix(row->shape, mix(place, what_it_is(event)));
    row->exact = mix(row->exact, mix(mix(place, how_it_reads(event)), names_hash(flow->names, entry)));
}

bool flow_ends(unsigned begin, unsigned end)
{
    switch (begin) {
    case EVENT_SYSCALL_ENTER:
        return end == EVENT_SYSCALL_EXIT;
    case EVENT_JOIN_WAIT:
        return end == EVENT_JOIN_DONE;
    case EVENT_LOCK_WAIT:
        return end == EVENT_LOCK_ACQUIRE || end == EVENT_LOCK_TRY_FAIL;
    case EVENT_COND_WAIT:
        return end == EVENT_COND_WAKE;
    case EVENT_SEM_WAIT:
        return end == EVENT_SEM_ACQUIRE || end == EVENT_SEM_TRY_FAIL;
    case EVENT_BARRIER_WAIT:
        return end == EVENT_BARRIER_LEAVE;
    case EVENT_ONCE_ENTER:
        return end == EVENT_ONCE_LEAVE;
    default:
        return false;
    }
}

/* While rows are made: where the present run of one lane began; rows before it can no longer be ended. */
struct run {
    size_t start;
    uint32_t lane;
    bool hidden; /* an event of the window was filtered out since the last row */
};

static struct row *open_row(struct flow *flow, const struct run *run, const struct event *event)
{
    for (size_t i = flow->count; i > run->start && i + 8 > flow->count; i--) {
        struct row *row = &flow->rows[i - 1];
        if (row->end == FLOW_NOTHING && flow_ends(row->kind, event->kind))
            return row;
    }
    return NULL;
}

static void add_row(struct flow *flow, struct run *run, size_t entry)
{
    const struct event *event = flow->view->entries[entry].event;
    if (event->lane != run->lane || flow->count == 0)
        run->start = flow->count, run->lane = event->lane;
    struct row *opened = open_row(flow, run, event);
    if (opened != NULL) {
        opened->end = entry;
        opened->length_ns = event->t_ns - opened->t_ns;
        sign(flow, opened, entry);
        return;
    }
    struct row *row = &flow->rows[flow->count];
    *row = (struct row){.entry = entry,
                        .end = FLOW_NOTHING,
                        .t_ns = event->t_ns,
                        .lane = event->lane,
                        .kind = event->kind,
                        .mode = event->mode,
                        .step = event->step};
    row->apart = flow->count == 0 || run->hidden;
    row->cost_ns = flow->count == 0 ? 0 : event->t_ns - row[-1].t_ns;
    run->hidden = false;
    sign(flow, row, entry);
    flow->count++;
}

int flow_read(struct flow *flow, const struct log_view *view, const struct names *names,
              const struct flow_window *window)
{
    *flow = (struct flow){.view = view, .names = names, .first = view->count};
    flow->rows = malloc((view->count + 1) * sizeof *flow->rows);
    if (flow->rows == NULL)
        return -1;
    struct run run = {.lane = FLOW_NO_LANE};
    for (size_t i = 0; i < view->count; i++) {
        if (flow_is_bookkeeping(view->entries[i].event->kind))
            continue;
        if (!flow_window_shows(window, view, i)) {
            run.hidden = true;
            continue;
        }
        flow->events++;
        flow->first = flow->first < i ? flow->first : i;
        flow->last = i + 1;
        add_row(flow, &run, i);
    }
    return lanes_read(flow);
}

uint64_t flow_latest(const struct flow *flow, size_t count)
{
    while (count > 0 && flow->rows[count - 1].lane == FLOW_NO_LANE)
        count--;
    return count > 0 ? flow->rows[count - 1].t_ns : 0;
}

void flow_free(struct flow *flow)
{
    free(flow->rows);
    free(flow->lanes);
    *flow = (struct flow){0};
}

bool flow_is_wrong(const struct flow *flow, size_t row)
{
    const struct row *here = &flow->rows[row];
    if (here->kind == EVENT_RACE)
        return true;
    return here->kind == EVENT_VERDICT && EVENT_PAYLOAD(flow->view->entries[here->entry].event, choice)->verdict != 0;
}
