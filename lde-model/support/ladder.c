/* Events into the log.  Knows the record's header; what an event says is its caller's business. */
#include "lde-model/support/ladder.h"

#include <string.h>

enum { ARGUMENT_BYTES = 2 * EVENT_TEXT_BYTES }; /* kept of what an argument points to */

int ladder_start(struct ladder *ladder, const struct clock *clock, const char *path, const char *program,
                 char error[LOG_ERROR_MAX])
{
    const enum event_clock kind = clock->is_virtual ? CLOCK_KIND_VIRTUAL : CLOCK_KIND_MONOTONIC;
    ladder->clock = clock;
    if (log_create(&ladder->log, path, LOG_BY_MODEL, kind, program, error) != 0)
        return -1;
    log_writer_start(&ladder->writer, &ladder->log);
    ladder->on = true;
    return 0;
}

void ladder_stop(struct ladder *ladder)
{
    if (!ladder->on)
        return;
    if (!ladder->clock->repeatable)
        atomic_store(&ladder->log.header->repeatable, 0);
    log_writer_stop(&ladder->writer);
    log_close(&ladder->log, true);
    ladder->on = false;
}

static uint8_t mode_of(uint32_t lane)
{
    switch (EVENT_LANE_CLASS(lane)) {
    case LANE_PROCESS:
        return MODE_USER;
    case LANE_HYPERVISOR:
        return MODE_HYPERVISOR;
    case LANE_HOST:
        return MODE_HOST;
    default:
        return MODE_GUEST_KERNEL; /* an OS's kernel mode, on the bare machine or in a VM */
    }
}

const struct event *ladder_put(struct ladder *ladder, enum event_kind kind, unsigned step, uint32_t lane,
                               const void *payload, size_t size)
{
    struct event *event = ladder->on ? log_begin(&ladder->writer, (unsigned)size) : NULL;
    if (event == NULL)
        return NULL;
    event->step = (uint8_t)step;
    event->lane = lane;
    event->mode = mode_of(lane);
    event->tid = ladder->tid;
    event->vm = ladder->vm;
    event->cpu = ladder->vm; /* one virtual CPU a VM */
    if (ladder->clock->is_virtual) {
        event->clock = CLOCK_KIND_VIRTUAL;
        event->t_ns = ladder->clock->now_ns;
    }
    memcpy(event->payload, payload, size);
    log_publish(event, kind);
    return event;
}

void ladder_name(struct ladder *ladder, const struct event *event, const char *name)
{
    if (event != NULL)
        log_text(&ladder->writer, event, TEXT_NAME, 0, name, strlen(name), strlen(name), false);
}

void ladder_argument(struct ladder *ladder, const struct event *event, unsigned index, const void *bytes, size_t size)
{
    if (event != NULL)
        log_text(&ladder->writer, event, TEXT_ARGUMENT, index, bytes, size < ARGUMENT_BYTES ? size : ARGUMENT_BYTES,
                 size, true);
}

void ladder_lane(struct ladder *ladder, uint32_t lane, uint32_t parent, const char *name)
{
    ladder_name(ladder, LADDER(ladder, EVENT_LANE, 0, lane, lane, .lane = lane, .parent_lane = parent), name);
}
