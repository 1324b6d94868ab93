/* Events into the log.  Knows the record's header; what an event says is its caller's business. */
#include "lde-model/support/ladder.h"

#include <string.h>

enum { ARGUMENT_BYTES = 2 * EVENT_TEXT_BYTES }; /* kept of what an argument points to */

static void write_stacks(struct ladder *ladder);

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
    write_stacks(ladder);
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

static struct event *begin(struct ladder *ladder, uint32_t lane, size_t size)
{
    struct event *event = ladder->on ? log_begin(&ladder->writer, (unsigned)size) : NULL;
    if (event == NULL)
        return NULL;
    event->lane = lane;
    event->mode = mode_of(lane);
    event->tid = ladder->tid;
    event->vm = ladder->vm;
    event->cpu = ladder->vm; /* one virtual CPU a VM */
    if (ladder->clock->is_virtual) {
        event->clock = CLOCK_KIND_VIRTUAL;
        event->t_ns = ladder->clock->now_ns;
    }
    return event;
}

/* ---- stacks ---- */

static void write_frames(struct ladder *ladder, uint32_t lane, const uint64_t *pc, unsigned count)
{
    for (unsigned depth = 0; depth < count; depth += EVENT_STACK_FRAMES) {
        struct event_stack stack = {.about = ladder->stacks.about, .depth = (uint8_t)depth, .of = (uint16_t)count};
        struct event *event = begin(ladder, lane, sizeof stack);
        if (event == NULL)
            return;
        while (stack.used < EVENT_STACK_FRAMES && depth + stack.used < count) {
            stack.pc[stack.used] = pc[depth + stack.used];
            stack.used++;
        }
        memcpy(event->payload, &stack, sizeof stack);
        log_publish(event, EVENT_STACK);
    }
}

/* As the code was stopped: what it asked for, and what it will find again. */
static void write_registers(struct ladder *ladder)
{
    for (unsigned number = 0; number < REGISTER_COUNT; number += EVENT_REGISTERS_MAX) {
        struct event_registers part = {
            .about = ladder->stacks.about, .first = (uint8_t)number, .machine = ladder->log.header->machine};
        struct event *event = begin(ladder, ladder->stacks.lane, sizeof part);
        if (event == NULL)
            return;
        while (part.used < EVENT_REGISTERS_MAX && number + part.used < REGISTER_COUNT) {
            part.value[part.used] = ladder->stacks.values[number + part.used];
            part.used++;
        }
        memcpy(event->payload, &part, sizeof part);
        log_publish(event, EVENT_REGISTERS);
    }
}

static void write_stacks(struct ladder *ladder)
{
    struct ladder_stacks *stacks = &ladder->stacks;
    if (stacks->guest_frames != 0)
        write_registers(ladder);
    write_frames(ladder, stacks->lane, stacks->guest, stacks->guest_frames);
    write_frames(ladder, stacks->own_lane, stacks->own, stacks->own_frames);
    stacks->guest_frames = stacks->own_frames = 0;
}

/* At an event that shows where code was stopped. */
static void take_stacks(struct ladder_stacks *stacks, const struct event *event)
{
    if (!stacks->on ||
        (event->kind != EVENT_TRAP && event->kind != EVENT_PRIVILEGED && event->kind != EVENT_HANDLER_RETURN))
        return;
    stacks->about = event->seq;
    registers_in_order(&stacks->registers->user, stacks->values);
    stacks->guest_frames = stacks_of_guest(stacks->registers, stacks->space, stacks->guest);
    stacks->own_frames = stacks_of_ours(stacks->own);
}

/* ---- events ---- */

const struct event *ladder_put(struct ladder *ladder, enum event_kind kind, unsigned step, uint32_t lane,
                               const void *payload, size_t size)
{
    write_stacks(ladder); /* of the event before */
    struct event *event = begin(ladder, lane, size);
    if (event == NULL)
        return NULL;
    event->step = (uint8_t)step;
    if (ladder->moment_ns != 0 && !ladder->clock->is_virtual)
        event->t_ns = ladder->moment_ns - ladder->log.header->start_ns;
    ladder->moment_ns = 0;
    memcpy(event->payload, payload, size);
    log_publish(event, kind);
    take_stacks(&ladder->stacks, event);
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

void ladder_code(struct ladder *ladder, uint32_t lane, uint32_t own_lane, const struct registers *registers,
                 const struct memory_space *space)
{
    write_stacks(ladder); /* taken when others were told */
    ladder->stacks.lane = lane;
    ladder->stacks.own_lane = own_lane;
    ladder->stacks.registers = registers;
    ladder->stacks.space = space;
}

static void tell_code(const struct event_module *module, const char *path, void *data)
{
    struct ladder *ladder = data;
    ladder_name(ladder, ladder_put(ladder, EVENT_MODULE, 0, ladder->code_lane, module, sizeof *module), path);
}

void ladder_file(struct ladder *ladder, uint32_t lane, const char *path)
{
    ladder->code_lane = lane;
    if (ladder->stacks.on)
        stacks_code(path, tell_code, ladder);
}
