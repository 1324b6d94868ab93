/* The lanes of a flow.  A lane gets a column when a row stands in it; its name comes from the log where a
 * producer gave one, and from its class otherwise.  Threads stand in the order in which they appear, the
 * parties of a virtual machine side by side, whoever is below them to the right.
 */
#include "tracer/render/lanes.h"

#include <stdlib.h>
#include <string.h>

enum { LANES_TOLD_APART = 4096 }; /* more names are not compared, each with each */

/* From a lane's number in the log to its place in flow->lanes: open addressing, grown by doubling. */
struct map {
    uint32_t *place;
    size_t slots;
};

static size_t slot_of(const struct map *map, const struct flow *flow, uint32_t lane)
{
    size_t slot = lane * 2654435761u & (map->slots - 1);
    while (map->place[slot] != FLOW_NO_LANE && flow->lanes[map->place[slot]].lane != lane)
        slot = (slot + 1) & (map->slots - 1);
    return slot;
}

static int grow(struct map *map, struct flow *flow)
{
    size_t slots = map->slots == 0 ? 64 : map->slots * 2;
    uint32_t *place = malloc(slots * sizeof *place);
    struct flow_lane *lanes = realloc(flow->lanes, slots / 2 * sizeof *lanes);
    if (lanes != NULL)
        flow->lanes = lanes;
    if (place == NULL || lanes == NULL) {
        free(place);
        return -1;
    }
    free(map->place);
    *map = (struct map){.place = memset(place, 0xff, slots * sizeof *place), .slots = slots};
    for (uint32_t i = 0; i < flow->lane_count; i++)
        map->place[slot_of(map, flow, flow->lanes[i].lane)] = i;
    return 0;
}

static int count_row(struct map *map, struct flow *flow, struct row *row)
{
    if (flow->lane_count * 2 >= map->slots && grow(map, flow) < 0)
        return -1;
    const struct event *event = flow->view->entries[row->entry].event;
    uint32_t *place = &map->place[slot_of(map, flow, row->lane)];
    if (*place == FLOW_NO_LANE) {
        *place = (uint32_t)flow->lane_count++;
        flow->lanes[*place] = (struct flow_lane){.lane = row->lane, .tid = event->tid, .vm = event->vm};
    }
    row->lane = *place;
    flow->lanes[*place].rows++;
    if (row->mode < MODE_END)
        flow->lanes[*place].modes[row->mode]++;
    return 0;
}

/* Columns from left to right: threads as they come; then each VM's processes and its guest OS; then who is
 * below all of them. */
static uint64_t place_of(const struct flow_lane *lane, size_t appeared)
{
    unsigned lane_class = EVENT_LANE_CLASS(lane->lane), number = EVENT_LANE_NUMBER(lane->lane);
    if (lane_class == LANE_THREAD)
        return appeared;
    bool in_vm = lane_class == LANE_PROCESS || lane_class == LANE_GUEST_OS;
    uint64_t vm = in_vm ? lane->vm : 0xffff;
    return (uint64_t)1 << 60 | vm << 40 | (uint64_t)lane_class << 32 | number;
}

struct order {
    uint64_t key;
    uint32_t was;
};

static int by_key(const void *a, const void *b)
{
    const struct order *left = a, *right = b;
    return (left->key > right->key) - (left->key < right->key);
}

static int sort_lanes(struct flow *flow)
{
    size_t count = flow->lane_count;
    struct order *order = malloc((count + 1) * sizeof *order);
    struct flow_lane *sorted = malloc((count + 1) * sizeof *sorted);
    uint32_t *now = malloc((count + 1) * sizeof *now);
    if (order == NULL || sorted == NULL || now == NULL) {
        free(order), free(sorted), free(now);
        return -1;
    }
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct order){.key = place_of(&flow->lanes[i], i), .was = i};
    qsort(order, count, sizeof *order, by_key);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = flow->lanes[order[i].was];
        now[order[i].was] = i;
    }
    for (size_t i = 0; i < flow->count; i++)
        flow->rows[i].lane = now[flow->rows[i].lane];
    free(order), free(now), free(flow->lanes);
    flow->lanes = sorted;
    return 0;
}

uint32_t flow_lane_of(const struct flow *flow, uint32_t lane)
{
    for (uint32_t i = 0; i < flow->lane_count; i++)
        if (flow->lanes[i].lane == lane)
            return i;
    return FLOW_NO_LANE;
}

uint32_t flow_lane_of_tid(const struct flow *flow, uint32_t tid)
{
    for (uint32_t i = 0; i < flow->lane_count; i++)
        if (flow->lanes[i].tid == tid)
            return i;
    return FLOW_NO_LANE;
}

static unsigned lanes_of_class(const struct flow *flow, unsigned lane_class)
{
    unsigned count = 0;
    for (size_t i = 0; i < flow->lane_count; i++)
        count += EVENT_LANE_CLASS(flow->lanes[i].lane) == lane_class;
    return count;
}

/* What a lane is called when the log does not say, and what its second line says in any case. */
static void name_by_class(const struct flow *flow, struct flow_lane *lane)
{
    static const struct {
        const char *name, *note;
    } said[LANE_CLASS_END] = {
        [LANE_THREAD] = {"thread", ""},
        [LANE_PROCESS] = {"process", "user mode"},
        [LANE_GUEST_OS] = {"guest OS", "deprivileged: runs at user level"},
        [LANE_OS] = {"OS", "kernel mode"},
        [LANE_HYPERVISOR] = {"hypervisor", "kernel mode of this machine"},
        [LANE_HOST] = {"host OS", "below the hypervisor"},
    };
    unsigned lane_class = EVENT_LANE_CLASS(lane->lane);
    const char *name = lane_class < LANE_CLASS_END ? said[lane_class].name : "lane";
    struct words words;
    words_start(&words, lane->name, sizeof lane->name);
    words_add(&words, "%s", name);
    if (lane_class == LANE_THREAD || lanes_of_class(flow, lane_class) > 1)
        words_add(&words, " %u", (unsigned)EVENT_LANE_NUMBER(lane->lane));
    words_start(&words, lane->note, sizeof lane->note);
    if (lane_class == LANE_THREAD && flow->view->header->clock != CLOCK_KIND_STEP) /* the explorer only numbers them */
        words_add(&words, "tid %u", lane->tid);
    else if (lane_class < LANE_CLASS_END)
        words_add(&words, "%s", said[lane_class].note);
    if (lane_class == LANE_PROCESS && lane->vm != 0 && lanes_of_class(flow, LANE_GUEST_OS) > 1)
        words_add(&words, ", VM %u", lane->vm);
}

/* A name from the log; of a program's path only the last part, for a header is narrow. */
static void take_name(struct flow *flow, size_t entry, uint32_t lane_number, enum event_text_role role, bool sure)
{
    uint32_t column = flow_lane_of(flow, lane_number);
    struct names_text found;
    if (column == FLOW_NO_LANE || (flow->lanes[column].named && !sure) ||
        !names_find(flow->names, entry, role, 0, &found) || found.used == 0)
        return;
    const char *start = found.bytes;
    if (role == TEXT_PROGRAM) {
        found.bytes[strcspn(found.bytes, " ")] = '\0';
        start = strrchr(found.bytes, '/') != NULL ? strrchr(found.bytes, '/') + 1 : found.bytes;
    }
    struct flow_lane *lane = &flow->lanes[column];
    struct words words;
    words_start(&words, lane->name, sizeof lane->name);
    words_add_clean(&words, start, strlen(start));
    lane->named = sure;
}

/* Of all the names that the log gives a lane the last one stands, a LANE record's, or its own, before any other. */
static void read_names(struct flow *flow)
{
    for (size_t i = 0; i < flow->view->count; i++) {
        const struct event *event = flow->view->entries[i].event;
        switch ((unsigned)event->kind) {
        case EVENT_LANE:
            take_name(flow, i, EVENT_PAYLOAD(event, lane)->lane, TEXT_NAME, true);
            break;
        case EVENT_THREAD_NAME: /* what a thread calls itself */
            take_name(flow, i, event->lane, TEXT_NAME, true);
            break;
        case EVENT_GUEST_START:
            take_name(flow, i, event->lane, TEXT_NAME, false);
            break;
        case EVENT_EXEC:
            take_name(flow, i, event->lane, TEXT_PROGRAM, false);
            break;
        default:
            break;
        }
    }
}

/* Threads of one program have its name in common: then the number tells them apart. */
static void tell_apart(struct flow *flow)
{
    bool *shared = calloc(flow->lane_count + 1, sizeof *shared);
    if (shared == NULL || flow->lane_count > LANES_TOLD_APART) {
        free(shared);
        return;
    }
    for (size_t i = 0; i < flow->lane_count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(flow->lanes[i].name, flow->lanes[j].name) == 0)
                shared[i] = shared[j] = true;
    for (size_t i = 0; i < flow->lane_count; i++) {
        struct flow_lane *lane = &flow->lanes[i];
        struct words words = {.text = lane->name, .size = sizeof lane->name, .used = strlen(lane->name)};
        if (shared[i])
            words_add(&words, " %u", (unsigned)EVENT_LANE_NUMBER(lane->lane));
    }
    free(shared);
}

int lanes_read(struct flow *flow)
{
    struct map map = {0};
    int failed = grow(&map, flow);
    for (size_t i = 0; failed == 0 && i < flow->count; i++)
        failed = count_row(&map, flow, &flow->rows[i]);
    free(map.place);
    if (failed != 0 || sort_lanes(flow) < 0)
        return -1;
    for (size_t i = 0; i < flow->lane_count; i++) {
        struct flow_lane *lane = &flow->lanes[i];
        /* A recorded thread is its program's, however much of its time it spends in the kernel. */
        for (unsigned mode = 0; mode < MODE_END && EVENT_LANE_CLASS(lane->lane) != LANE_THREAD; mode++)
            if (lane->modes[mode] > lane->modes[lane->mode])
                lane->mode = (uint8_t)mode;
        flow->control |= EVENT_LANE_CLASS(lane->lane) != LANE_THREAD;
    }
    for (size_t i = 0; i < flow->lane_count; i++)
        name_by_class(flow, &flow->lanes[i]);
    read_names(flow);
    tell_apart(flow);
    return 0;
}
