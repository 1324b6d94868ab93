/* Adding up who went where: states, which are parties in a mode, and what crossed between them.
 *
 *   events → party and mode of each → hop from the event before (of this CPU or VM, or of this thread) → crossings
 *
 * A hop's time is what passed since the event before it, as in the ladder.  Knows nothing of pictures.
 */
#include "tracer/render/tally.h"
#include "tracer/render/describe.h"
#include "tracer/syscalls/syscalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_APART = 8 };

/* An event on its way into the sums. */
struct hop {
    const struct event *event;
    size_t row;    /* that it begins or ends */
    size_t before; /* of control: the row that it came from, FLOW_NOTHING if none */
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

static unsigned party_named(struct tally *tally, const char *name, unsigned lane_class)
{
    for (unsigned i = 0; i < tally->party_count; i++)
        if (is_crowd(tally->flow) && strcmp(tally->parties[i].name, name) == 0)
            return i;
    if (tally->party_count == PARTIES_MOST)
        return PARTIES_MOST - 1;
    struct party *party = &tally->parties[tally->party_count];
    bool last = tally->party_count == PARTIES_MOST - 1;
    party->lane_class = lane_class;
    snprintf(party->name, sizeof party->name, "%s", last ? "all others" : name);
    return tally->party_count++;
}

static void find_parties(struct tally *tally)
{
    for (size_t i = 0; i < tally->flow->lane_count; i++) {
        const struct flow_lane *lane = &tally->flow->lanes[i];
        char name[FLOW_LANE_NAME];
        name_party(tally->flow, lane, name);
        tally->party_of[i] = party_named(tally, name, EVENT_LANE_CLASS(lane->lane));
        tally->parties[tally->party_of[i]].members++;
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

static struct cause *cause_of(struct tally *tally, struct crossing *crossing, const struct hop *hop)
{
    uint64_t key = cause_key(tally->flow, hop);
    char words[sizeof crossing->causes[0].words];
    for (unsigned i = 0; i < crossing->cause_count; i++)
        if (crossing->causes[i].key == key)
            return &crossing->causes[i];
    say_cause(tally->flow, hop, words, sizeof words);
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

static struct crossing *crossing_of(struct tally *tally, int from, int to)
{
    struct crossing **crossing = &tally->crossings[from][to];
    if (*crossing == NULL)
        *crossing = calloc(1, sizeof **crossing);
    tally->failed |= *crossing == NULL;
    return *crossing;
}

static void add_time(struct tally *tally, struct crossing *crossing, uint64_t ns)
{
    if (crossing->timed == crossing->room) {
        size_t room = crossing->room == 0 ? 64 : crossing->room * 2;
        uint64_t *times = realloc(crossing->times, room * sizeof *times);
        tally->failed |= times == NULL;
        if (times == NULL)
            return;
        crossing->times = times;
        crossing->room = room;
    }
    crossing->times[crossing->timed++] = ns;
    crossing->ns += ns;
}

static void add_hop(struct tally *tally, const struct moment *before, int state, const struct hop *hop)
{
    uint64_t ns = hop->event->t_ns > before->t_ns ? hop->event->t_ns - before->t_ns : 0;
    tally->states[before->state].ns += ns;
    tally->ns += ns;
    struct crossing *crossing = before->state != state ? crossing_of(tally, before->state, state) : NULL;
    if (crossing == NULL)
        return;
    crossing->count++;
    cause_of(tally, crossing, hop)->count++;
    add_time(tally, crossing, ns);
}

/* A new thread: its parent's state leads to its first. */
static void add_birth(struct tally *tally, int state, const struct hop *hop)
{
    const struct event *event = hop->event;
    uint32_t parent = flow_lane_of(tally->flow, EVENT_PAYLOAD(event, life)->other_lane);
    if (parent == FLOW_NO_LANE)
        parent = flow_lane_of_tid(tally->flow, EVENT_PAYLOAD(event, life)->other_tid);
    if (tally->flow->control || EVENT_PAYLOAD(event, life)->other_tid == 0 || parent == FLOW_NO_LANE ||
        tally->moments[parent].state == STATE_NONE || tally->moments[parent].state == state)
        return;
    struct crossing *crossing = crossing_of(tally, tally->moments[parent].state, state);
    if (crossing == NULL)
        return;
    crossing->count++;
    cause_of(tally, crossing, hop)->count++;
}

static int state_of(const struct tally *tally, uint32_t column, const struct event *event)
{
    return (int)(tally->party_of[column] * MODE_END + (event->mode < MODE_END ? event->mode : 0));
}

/* Where control was, and since when, before it came here. */
static struct moment moment_of(const struct tally *tally, size_t row)
{
    const struct flow *flow = tally->flow;
    if (row == FLOW_NOTHING)
        return (struct moment){.state = STATE_NONE};
    size_t end = flow->rows[row].end;
    const struct event *event = flow->view->entries[end != FLOW_NOTHING ? end : flow->rows[row].entry].event;
    return (struct moment){.state = state_of(tally, flow->rows[row].lane, event), .t_ns = event->t_ns};
}

static void add_event(struct tally *tally, size_t row, const struct event *event, bool begins)
{
    const struct flow *flow = tally->flow;
    uint32_t column = flow->rows[row].lane;
    int state = state_of(tally, column, event);
    struct moment *moment = &tally->moments[column];
    struct hop hop = {.event = event, .row = row, .before = FLOW_NOTHING};
    if (event->kind == EVENT_GUEST_START) /* made ready, not in control */
        return;
    tally->states[state].events++;
    if (flow->control) {
        hop.before = begins ? flow_cause(flow, row) : row;
        *moment = moment_of(tally, hop.before);
    }
    if (moment->state != STATE_NONE)
        add_hop(tally, moment, state, &hop);
    else if (event->kind == EVENT_START)
        add_birth(tally, state, &hop);
    *moment = (struct moment){.state = state, .t_ns = event->t_ns};
}

/* An event begins the next row, or ends one of the same lane: then the lane is that of the row before. */
static void add_events(struct tally *tally, const struct flow_window *window)
{
    const struct flow *flow = tally->flow;
    size_t rows = 0;
    for (size_t i = flow->first; i < flow->last; i++) {
        const struct event *event = flow->view->entries[i].event;
        if (flow_is_bookkeeping(event->kind) || !flow_window_shows(window, flow->view, i))
            continue;
        bool begins = rows < flow->count && flow->rows[rows].entry == i;
        rows += begins;
        if (rows > 0)
            add_event(tally, rows - 1, event, begins);
    }
}

struct tally *tally_read(const struct flow *flow, const struct flow_window *window)
{
    struct tally *tally = calloc(1, sizeof *tally);
    if (tally == NULL)
        return NULL;
    tally->flow = flow;
    tally->party_of = calloc(flow->lane_count + 1, sizeof *tally->party_of);
    tally->moments = calloc(flow->lane_count + 1, sizeof *tally->moments);
    if (tally->party_of == NULL || tally->moments == NULL) {
        tally_free(tally);
        return NULL;
    }
    for (size_t i = 0; i <= flow->lane_count; i++)
        tally->moments[i].state = STATE_NONE;
    find_parties(tally);
    add_events(tally, window);
    return tally;
}

void tally_free(struct tally *tally)
{
    if (tally == NULL)
        return;
    for (unsigned from = 0; from < STATES_MOST; from++)
        for (unsigned to = 0; to < STATES_MOST; to++)
            if (tally->crossings[from][to] != NULL) {
                free(tally->crossings[from][to]->times);
                free(tally->crossings[from][to]);
            }
    free(tally->party_of), free(tally->moments);
    free(tally);
}
