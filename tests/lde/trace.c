/* Reads traces for the model's suites.  Knows the log; knows nothing of what is right. */
#include "tests/lde/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_payload(FILE *out, const struct event *event)
{
    const struct event_trap *trap = EVENT_PAYLOAD(event, trap);
    const struct event_handler *handler = EVENT_PAYLOAD(event, handler);
    const struct event_switch *change = EVENT_PAYLOAD(event, switch);
    const struct event_text *text = EVENT_PAYLOAD(event, text);
    switch ((enum event_kind)event->kind) {
    case EVENT_TRAP:
        fprintf(out, " cause %u number %u", trap->cause, trap->number);
        for (unsigned i = 0; i < 6; i++)
            fprintf(out, " %llx", (unsigned long long)trap->argument[i]);
        break;
    case EVENT_TABLE_LOOKUP:
    case EVENT_HANDLER:
        fprintf(out, " number %llu", (unsigned long long)handler->number);
        break;
    case EVENT_RESTORE_REGISTERS:
        fprintf(out, " result %lld", (long long)handler->result);
        break;
    case EVENT_SWITCH:
        fprintf(out, " %x to %x", change->from_lane, change->to_lane);
        break;
    case EVENT_TEXT:
        fprintf(out, " '%.*s'", text->used, text->bytes);
        break;
    default:
        break;
    }
}

char *trace_fingerprint(const char *path)
{
    struct log_view view;
    char error[LOG_ERROR_MAX], lane[32], *text = NULL;
    size_t size;
    if (log_view_open(&view, path, error) == LOG_OK) {
        FILE *out = open_memstream(&text, &size);
        for (size_t i = 0; i < view.count; i++) {
            const struct event *event = view.entries[i].event;
            fprintf(out, "%s %s step %u %s vm %u t %llu", event_kind_name(event->kind),
                    event_lane_text(event->lane, lane), event->step, event_mode_name(event->mode), event->vm,
                    event->clock == CLOCK_KIND_VIRTUAL ? (unsigned long long)event->t_ns : 0);
            print_payload(out, event);
            putc('\n', out);
        }
        fclose(out);
    }
    log_view_free(&view);
    return text;
}

const char *trace_steps(const char *path, const char *lane, unsigned number, unsigned nth)
{
    static char steps[1024];
    struct log_view view;
    char error[LOG_ERROR_MAX], here[32];
    bool in_call = false;
    size_t used = 0;
    steps[0] = '\0';
    if (log_view_open(&view, path, error) != LOG_OK)
        snprintf(steps, sizeof steps, "%s", error);
    for (size_t i = 0; i < view.count; i++) {
        const struct event *event = view.entries[i].event;
        event_lane_text(event->lane, here);
        if (event->kind == EVENT_TRAP && strcmp(here, lane) == 0) {
            const struct event_trap *trap = EVENT_PAYLOAD(event, trap);
            in_call = trap->cause == CAUSE_SYSCALL && trap->number == number && nth-- == 0;
        }
        if (!in_call || event->step == 0 || event->kind == EVENT_TEXT)
            continue;
        used +=
            (size_t)snprintf(steps + used, sizeof steps - used, "%s%u %s", used == 0 ? "" : ", ", event->step, here);
        if (event->kind == EVENT_RESUME || used > sizeof steps - 64)
            break;
    }
    log_view_free(&view);
    return steps;
}

unsigned trace_count(const char *path, enum event_kind kind)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    unsigned count = 0;
    if (log_view_open(&view, path, error) == LOG_OK) {
        for (size_t i = 0; i < view.count; i++)
            count += view.entries[i].event->kind == kind;
    }
    log_view_free(&view);
    return count;
}

unsigned trace_unasked_resumptions(const char *path)
{
    enum { SYSEMU = 31 };
    struct log_view view;
    char error[LOG_ERROR_MAX];
    unsigned count = 0;
    bool asked = false;
    if (log_view_open(&view, path, error) == LOG_OK) {
        for (size_t i = 0; i < view.count; i++) {
            const struct event *event = view.entries[i].event;
            count += event->kind == EVENT_RESUME && !asked;
            asked = event->kind == EVENT_HOST && EVENT_PAYLOAD(event, syscall)->argument[0] == SYSEMU;
        }
    }
    log_view_free(&view);
    return count;
}

unsigned trace_slow_resumptions(const char *path)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    unsigned count = 0;
    if (log_view_open(&view, path, error) == LOG_OK)
        for (size_t i = 1; i + 1 < view.count; i++) {
            const struct event *before = view.entries[i - 1].event, *event = view.entries[i].event,
                               *after = view.entries[i + 1].event;
            count += event->kind == EVENT_RESUME && event->t_ns - before->t_ns > after->t_ns - event->t_ns;
        }
    log_view_free(&view);
    return count;
}
