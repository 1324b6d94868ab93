/* Names and sizes of trap events: the words that jsonl, --kind and every picture use.
 *
 * All tables come from the lists in event.h, so a new kind cannot be forgotten here.  Knows nothing of
 * files, threads or pictures, and asks nothing of the system.
 */
#include "tracer/event.h"

#include <stdio.h>
#include <string.h>

#define KIND_FITS(constant, name, payload)                                                                             \
    _Static_assert(sizeof(struct event_##payload) <= EVENT_PAYLOAD_MAX, name " must fit a record");
EVENT_KINDS(KIND_FITS)
#undef KIND_FITS

struct kind_row {
    const char *name;
    unsigned payload_size;
};

static const struct kind_row kinds[EVENT_KIND_END] = {
#define KIND_ROW(constant, name, payload) [EVENT_##constant] = {name, sizeof(struct event_##payload)},
    EVENT_KINDS(KIND_ROW)
#undef KIND_ROW
};

static const char *const modes[MODE_END] = {
    [MODE_USER] = "user",
    [MODE_GUEST_KERNEL] = "guest-kernel",
    [MODE_HYPERVISOR] = "hypervisor",
    [MODE_HOST] = "host",
};

static const char *const lane_classes[LANE_CLASS_END] = {
    [LANE_THREAD] = "thread", [LANE_PROCESS] = "process",       [LANE_GUEST_OS] = "guest-os",
    [LANE_OS] = "os",         [LANE_HYPERVISOR] = "hypervisor", [LANE_HOST] = "host",
};

static const char *const clocks[CLOCK_KIND_END] = {
    [CLOCK_KIND_MONOTONIC] = "monotonic",
    [CLOCK_KIND_VIRTUAL] = "virtual",
    [CLOCK_KIND_STEP] = "step",
};

const char *event_kind_name(unsigned kind)
{
    return kind < EVENT_KIND_END ? kinds[kind].name : NULL;
}

enum event_kind event_kind_named(const char *name)
{
    for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KIND_END; kind++)
        if (strcmp(kinds[kind].name, name) == 0)
            return (enum event_kind)kind;
    return EVENT_NONE;
}

unsigned event_payload_size(unsigned kind)
{
    return kind < EVENT_KIND_END ? kinds[kind].payload_size : 0;
}

const char *event_mode_name(unsigned mode)
{
    return mode < MODE_END ? modes[mode] : NULL;
}

const char *event_lane_class_name(unsigned lane_class)
{
    return lane_class < LANE_CLASS_END ? lane_classes[lane_class] : NULL;
}

const char *event_clock_name(unsigned clock)
{
    return clock < CLOCK_KIND_END ? clocks[clock] : NULL;
}

/* There is one OS, one hypervisor and one host in a run, so only the others are numbered. */
static int lane_is_numbered(unsigned lane_class)
{
    return lane_class == LANE_THREAD || lane_class == LANE_PROCESS || lane_class == LANE_GUEST_OS;
}

char *event_lane_text(uint32_t lane, char text[32])
{
    const char *name = event_lane_class_name(EVENT_LANE_CLASS(lane));

    if (name == NULL)
        name = "unknown";
    if (lane_is_numbered(EVENT_LANE_CLASS(lane)))
        snprintf(text, 32, "%s:%u", name, (unsigned)EVENT_LANE_NUMBER(lane));
    else
        snprintf(text, 32, "%s", name);
    return text;
}
