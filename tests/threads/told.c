/* What the log tells of pthread calls: see told.h. */
#include "tests/threads/told.h"
#include "tests/harness/check.h"
#include "tracer/threads/calls.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *told_program(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "tests/threads/programs/%s", name);
    return check_built(path);
}

void told_record(struct log_view *view, struct run_result *result, const char *option, int code, ...)
{
    enum { WORDS_MOST = 32 };
    const char *argv[WORDS_MOST] = {check_built("trapflow"), "record", "-o", check_path("t.trap")};
    size_t count = 4;
    char error[LOG_ERROR_MAX];
    va_list words;

    if (option != NULL)
        argv[count++] = option;
    argv[count++] = "--";
    va_start(words, code);
    while ((argv[count] = va_arg(words, const char *)) != NULL)
        cr_assert(++count < WORDS_MOST);
    va_end(words);
    cr_assert(run_command(&(struct run_options){.argv = argv}, result) == 0);
    cr_assert(!result->timed_out && run_exit_code(result) == code, "ended with %d, expected %d; it said: %s%s",
              run_exit_code(result), code, result->out, result->err);
    cr_assert(log_view_open(view, check_path("t.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert(view->lost == 0 && view->header->closed == 1);
}

static bool is_sync(unsigned kind)
{
    return (kind >= EVENT_THREAD_CREATE && kind <= EVENT_YIELD) || kind == EVENT_SIGNAL_SEND ||
           kind == EVENT_SIGNAL_TAKEN;
}

const char *told_lines(const struct log_view *view, uint32_t lane)
{
    static char text[1 << 16];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        const char *call;

        if (!is_sync(event->kind) || event->lane != lane)
            continue;
        call = thread_call_name(SYNC(event)->call);
        used += (size_t)snprintf(text + used, sizeof text - used, "%s %s\n", event_kind_name(event->kind),
                                 call != NULL ? call : "-");
        cr_assert(used < sizeof text);
    }
    return text;
}

const struct event *told_event(const struct log_view *view, size_t from, enum event_kind kind, unsigned object_kind)
{
    for (size_t i = from; i < view->count; i++) {
        const struct event *event = view->entries[i].event;

        if (event->kind == kind && SYNC(event)->object_kind == object_kind)
            return event;
    }
    cr_assert_fail("there is no %s of a %s", event_kind_name(kind), object_kind_name(object_kind));
    return NULL;
}

size_t told_count(const struct log_view *view, enum event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < view->count; i++)
        count += view->entries[i].event->kind == kind;
    return count;
}
