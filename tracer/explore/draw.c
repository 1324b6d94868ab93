/* A recorded schedule as trap events in a log, so that every renderer can draw it: a lane a thread, one step of virtual
 * time a decision, source lines with each event.  Knows the log's contract and nothing of pictures.
 */
#include "tracer/explore/command.h"

#include "tracer/log.h"
#include "tracer/threads/calls.h"

#include <stdio.h>
#include <string.h>

static struct event *begin(struct log_writer *writer, unsigned length, uint32_t thread, uint64_t time)
{
    struct event *event = log_begin(writer, length);
    if (event) {
        event->t_ns = time;
        event->clock = CLOCK_KIND_STEP;
        event->tid = thread;
        event->lane = EVENT_LANE(LANE_THREAD, thread);
    }
    return event;
}

static void text(struct log_writer *writer, const struct event *about, enum event_text_role role, const char *words)
{
    log_text(writer, about, role, 0, words, strlen(words), strlen(words), false);
}

static void draw_lanes(struct log_writer *writer, uint32_t threads)
{
    for (uint32_t i = 0; i < threads; i++) {
        char name[24];
        struct event *event = begin(writer, sizeof(struct event_lane), i, 0);
        if (!event)
            return;
        *(struct event_lane *)event->payload =
            (struct event_lane){EVENT_LANE(LANE_THREAD, i), EVENT_LANE(LANE_THREAD, 0)};
        log_publish(event, EVENT_LANE);
        snprintf(name, sizeof name, i ? "thread %u" : "main", i);
        text(writer, event, TEXT_NAME, name);
    }
}

/* One of the two accesses that race. */
#define RACING " (races)"
static bool is_racing(const struct channel_outcome *found, const struct channel_step *step)
{
    for (uint32_t i = 0; found->finding == FINDING_RACE && i < found->parties; i++)
        if (found->party[i].pc == step->pc && found->party[i].thread == step->thread &&
            found->party[i].object < step->address + step->size &&
            step->address < found->party[i].object + found->party[i].size)
            return true;
    return false;
}

static bool is_access(const struct channel_step *step)
{
    return step->kind == EVENT_READ || step->kind == EVENT_WRITE || step->kind == EVENT_ATOMIC ||
           step->kind == EVENT_RACE;
}

static void fill_access(struct event *event, const struct channel_step *step, unsigned line, const uint32_t *seq)
{
    *(struct event_access *)event->payload = (struct event_access){
        .pc = step->pc,
        .address = step->address,
        .value = step->value,
        .size = step->size,
        .line = line,
        .order = step->order,
        .other_seq = step->kind == EVENT_RACE && step->other < CHANNEL_STEPS ? seq[step->other] : 0};
}

static void fill_sync(struct event *event, const struct channel_step *step, unsigned line)
{
    *(struct event_sync *)event->payload = (struct event_sync){.pc = step->pc,
                                                               .object = step->address,
                                                               .call = step->call,
                                                               .object_kind = (uint8_t)step->object_kind,
                                                               .other_tid = step->other == NO_THREAD ? 0 : step->other,
                                                               .result = step->result,
                                                               .line = line};
}

static void draw_step(struct log_writer *writer, const struct channel_step *step, struct lines *lines, uint32_t *seq,
                      uint32_t i, bool racing)
{
    char place[256], name[256];
    unsigned line = 0;
    bool choice = step->kind == EVENT_CHOICE;
    bool placed = lines_place(lines, step->pc, place, sizeof place, &line);
    unsigned length = choice            ? sizeof(struct event_choice)
                      : is_access(step) ? sizeof(struct event_access)
                                        : sizeof(struct event_sync);
    struct event *event = begin(writer, length, step->thread, step->time);
    if (!event)
        return;
    seq[i] = event->seq;
    if (choice)
        *(struct event_choice *)event->payload = (struct event_choice){
            .pc = step->pc, .chosen = step->other, .of = step->of, .decision = (uint32_t)step->time};
    else if (is_access(step))
        fill_access(event, step, line, seq);
    else
        fill_sync(event, step, line);
    log_publish(event, (enum event_kind)step->kind);
    if (placed && !choice)
        text(writer, event, TEXT_PATH, place);
    if (step->address && !choice) {
        if (step->object_kind == OBJECT_THREAD)
            snprintf(name, sizeof name, "%u", (unsigned)(step->address - HANDLE_BASE));
        else
            lines_object(lines, step->object_kind, step->address, name, sizeof name - sizeof RACING);
        if (racing)
            strcat(name, RACING);
        text(writer, event, TEXT_NAME, name);
    }
}

int draw_log(const char *path, const struct channel *channel, const struct channel_outcome *found, struct lines *lines,
             const struct verdict *verdict, const char *program, char error[EXPLORE_ERROR_MAX])
{
    static uint32_t seq[CHANNEL_STEPS];
    struct log log;
    struct log_writer writer = {0};
    const struct channel_outcome *outcome = &channel->outcome;
    char why[LOG_ERROR_MAX];
    if (log_create(&log, path, LOG_BY_EXPLORER, CLOCK_KIND_STEP, program, why) != 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot %s", why);
        return -1;
    }
    log_writer_start(&writer, &log);
    draw_lanes(&writer, outcome->threads_most);
    for (uint32_t i = 0; i < outcome->steps && i < CHANNEL_STEPS; i++)
        if (steps_are_drawn(channel, &channel->step[i]))
            draw_step(&writer, &channel->step[i], lines, seq, i, is_racing(found, &channel->step[i]));
    struct event *event = begin(&writer, sizeof(struct event_choice), outcome->parties ? outcome->party[0].thread : 0,
                                outcome->steps ? channel->step[outcome->steps - 1].time + 1 : 0);
    if (event) {
        *(struct event_choice *)event->payload = (struct event_choice){.verdict = verdict->finding};
        log_publish(event, EVENT_VERDICT);
        text(&writer, event, TEXT_MESSAGE, verdict->finding ? explore_finding_words(verdict->finding) : verdict->name);
    }
    log_writer_stop(&writer);
    log_close(&log, true);
    return 0;
}
