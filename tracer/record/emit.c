/* Events of a tracee: fills in who and where, and publishes.  Knows nothing of ptrace. */
#include "tracer/record/record.h"

#include <string.h>

const struct event *emit(struct recorder *recorder, const struct tracee *tracee, enum event_kind kind,
                         enum event_mode mode, const void *payload, unsigned length)
{
    struct event *event = log_begin(&recorder->writer, length);

    if (event == NULL)
        return NULL;
    event->tid = (uint32_t)tracee->tid;
    event->lane = tracee->lane;
    event->mode = (uint8_t)mode;
    memcpy(event->payload, payload, length);
    log_publish(event, kind);
    return event;
}

void emit_text(struct recorder *recorder, const struct event *about, enum event_text_role role, const char *text)
{
    size_t size = strlen(text);

    log_text(&recorder->writer, about, role, 0, text, size, size, false);
}

void emit_life(struct recorder *recorder, const struct tracee *tracee, enum event_kind kind, pid_t other, int status)
{
    struct event_life life = {.other_tid = (uint32_t)other, .pid = (uint32_t)tracee->pid, .status = status};
    enum event_mode mode = kind == EVENT_START ? MODE_USER : MODE_HOST;

    emit(recorder, tracee, kind, mode, &life, sizeof life);
}

void emit_birth(struct recorder *recorder, const struct tracee *tracee, const struct tracee *parent,
                enum event_kind kind)
{
    struct event_lane lane = {.lane = tracee->lane, .parent_lane = parent != NULL ? parent->lane : tracee->lane};
    struct event_life start = {.pid = (uint32_t)tracee->pid};

    emit_text(recorder, emit(recorder, tracee, EVENT_LANE, MODE_USER, &lane, sizeof lane), TEXT_NAME, tracee->name);
    if (parent != NULL) {
        struct event_life birth = {
            .other_tid = (uint32_t)tracee->tid, .other_lane = tracee->lane, .pid = (uint32_t)tracee->pid};
        emit(recorder, parent, kind, MODE_HOST, &birth, sizeof birth);
        start.other_tid = (uint32_t)parent->tid;
        start.other_lane = parent->lane;
    }
    emit(recorder, tracee, EVENT_START, MODE_USER, &start, sizeof start);
}
