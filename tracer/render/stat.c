/* trapflow stat: how many events of which kind, and what each system call did and cost.
 *
 * Reads a log and adds up.  Draws nothing, and judges nothing.
 */
#include "tracer/log.h"
#include "tracer/render/words.h"
#include "tracer/syscalls/syscalls.h"
#include "tracer/trapflow.h"
#include "tracer/usage.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls of one number; the few that any program makes fit a short list. */
struct call_count {
    unsigned machine, number;
    uint64_t calls, errors, ns;
};

/* No machine has as many.  A log that says otherwise is damaged, or made up to keep us busy: there the rest count as
 * one. */
enum { CALLS_MOST = 2048 };

struct totals {
    uint64_t kinds[EVENT_KIND_END];
    struct call_count *calls;
    size_t call_count, call_room;
    uint64_t *entered; /* by lane number: when its current call was entered */
    size_t lanes;
    size_t lanes_most; /* lanes are numbered as they appear: no log has higher numbers than events */
};

static struct call_count *call_of(struct totals *totals, unsigned machine, unsigned number)
{
    for (size_t i = 0; i < totals->call_count; i++)
        if (totals->calls[i].machine == machine && totals->calls[i].number == number)
            return &totals->calls[i];
    if (totals->call_count == CALLS_MOST)
        return &totals->calls[CALLS_MOST - 1];
    if (totals->call_count == totals->call_room) {
        size_t room = totals->call_room ? totals->call_room * 2 : 64;
        struct call_count *calls = realloc(totals->calls, room * sizeof *calls);
        if (calls == NULL)
            return NULL;
        totals->calls = calls;
        totals->call_room = room;
    }
    totals->calls[totals->call_count] = (struct call_count){.machine = machine, .number = number};
    return &totals->calls[totals->call_count++];
}

/* When the lane entered its call, to be read or set; NULL if memory is short, or there is no such lane. */
static uint64_t *entry_time(struct totals *totals, uint32_t lane)
{
    size_t number = EVENT_LANE_NUMBER(lane);

    if (number > totals->lanes_most)
        return NULL;
    if (number >= totals->lanes) {
        size_t lanes = number * 2 + 64;
        uint64_t *entered = realloc(totals->entered, lanes * sizeof *entered);
        if (entered == NULL)
            return NULL;
        memset(entered + totals->lanes, 0, (lanes - totals->lanes) * sizeof *entered);
        totals->entered = entered;
        totals->lanes = lanes;
    }
    return &totals->entered[number];
}

static void add_enter(struct totals *totals, const struct event *event)
{
    const struct event_syscall *enter = EVENT_PAYLOAD(event, syscall);
    struct call_count *call = call_of(totals, enter->machine, enter->number);
    uint64_t *entered = entry_time(totals, event->lane);

    if (call != NULL)
        call->calls++;
    if (entered != NULL)
        *entered = event->t_ns;
}

static void add_exit(struct totals *totals, const struct event *event)
{
    const struct event_sysret *leave = EVENT_PAYLOAD(event, sysret);
    struct call_count *call = call_of(totals, leave->machine, leave->number);
    const uint64_t *entered = entry_time(totals, event->lane);

    if (call == NULL || leave->enter_seq == UINT32_MAX)
        return;
    call->errors += leave->error != 0;
    if (entered != NULL && event->t_ns > *entered)
        call->ns += event->t_ns - *entered;
}

static void add_up(struct totals *totals, const struct log_view *view)
{
    enum { GUESTS_MOST = 1024 }; /* the model's processes have numbers of their own */

    totals->lanes_most = view->count + GUESTS_MOST;
    for (size_t i = 0; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        totals->kinds[event->kind]++;
        if (event->kind == EVENT_SYSCALL_ENTER)
            add_enter(totals, event);
        else if (event->kind == EVENT_SYSCALL_EXIT)
            add_exit(totals, event);
    }
}

static int by_calls(const void *left, const void *right)
{
    const struct call_count *a = left, *b = right;

    if (a->calls != b->calls)
        return a->calls > b->calls ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static const char *call_name(const struct call_count *call, char text[32])
{
    const char *name = syscall_name(call->machine, call->number);

    if (name != NULL)
        return name;
    snprintf(text, 32, "call_%u", call->number);
    return text;
}

/* ---- telling it ---- */

static void tell_people(const struct totals *totals, const struct log_view *view)
{
    char name[32], program[4 * LOG_PROGRAM_MAX];
    struct words words;

    words_start(&words, program, sizeof program);
    words_add_clean(&words, view->header->program, strlen(view->header->program));
    printf("%s\n", program);
    printf("%12zu events\n%12" PRIu64 " lost\n%12.3f ms spent on recording", view->count, view->lost,
           (double)view->header->overhead_ns / 1e6);
    if (view->header->library_ns != 0)
        printf(", about %.3f of them inside of the program", (double)view->header->library_ns / 1e6);
    putchar('\n');
    if (!view->header->closed)
        printf("             the log is not closed: still being written, or its recorder was killed\n");
    printf("\n      events  kind\n");
    for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KIND_END; kind++)
        if (totals->kinds[kind] > 0)
            printf("%12" PRIu64 "  %s\n", totals->kinds[kind], event_kind_name(kind));
    if (totals->call_count > 0)
        printf("\n       traps  errors  in the call, ms  system call\n");
    for (size_t i = 0; i < totals->call_count; i++)
        printf("%12" PRIu64 "  %6" PRIu64 "  %15.3f  %s\n", totals->calls[i].calls, totals->calls[i].errors,
               (double)totals->calls[i].ns / 1e6, call_name(&totals->calls[i], name));
}

static void tell_json(const struct totals *totals, const struct log_view *view)
{
    json_t *kinds = json_object(), *calls = json_array();
    json_t *root = json_pack("{s:I, s:I, s:I, s:I, s:b, s:o, s:o}", "events", (json_int_t)view->count, "lost",
                             (json_int_t)view->lost, "overhead_ns", (json_int_t)view->header->overhead_ns, "library_ns",
                             (json_int_t)view->header->library_ns, "closed", (int)(view->header->closed != 0), "kinds",
                             kinds, "syscalls", calls);
    char name[32];

    /* Apart from the rest, because it is refused where it is not UTF-8. */
    json_object_set_new(root, "program", json_string(view->header->program));
    for (unsigned kind = EVENT_NONE + 1; kind < EVENT_KIND_END; kind++)
        if (totals->kinds[kind] > 0)
            json_object_set_new(kinds, event_kind_name(kind), json_integer((json_int_t)totals->kinds[kind]));
    for (size_t i = 0; i < totals->call_count; i++)
        json_array_append_new(calls,
                              json_pack("{s:s, s:I, s:I, s:I}", "name", call_name(&totals->calls[i], name), "traps",
                                        (json_int_t)totals->calls[i].calls, "errors",
                                        (json_int_t)totals->calls[i].errors, "ns", (json_int_t)totals->calls[i].ns));
    json_dumpf(root, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(root);
}

/* ---- the command ---- */

struct options {
    const char *file;
    bool json;
};

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct options *options = state->input;

    if (key == 'j')
        options->json = true;
    else if (key == ARGP_KEY_ARG && options->file == NULL)
        options->file = value;
    else if (key == ARGP_KEY_ARG)
        usage_refuse("one log at a time, '%s' is too many", value);
    else if (key == ARGP_KEY_NO_ARGS)
        usage_refuse("no log given; try: trapflow stat FILE");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

int trapflow_stat(int argc, char **argv)
{
    static const struct argp_option choices[] = {{"json", 'j', 0, 0, "one line of JSON instead of a table", 0}, {0}};
    static const struct argp argp = {choices, parse, "FILE", "Counts what is in a log.", NULL, NULL, NULL};
    struct options options = {0};
    struct totals totals = {0};
    struct log_view view;
    char error[LOG_ERROR_MAX];
    enum log_status status;

    usage_read(&argp, argc, argv, 0, TRAPFLOW_BAD_INPUT, &options);
    status = log_view_open(&view, options.file, error);
    if (status == LOG_OK) {
        add_up(&totals, &view);
        if (totals.call_count > 0) /* qsort takes no NULL, not even for nothing */
            qsort(totals.calls, totals.call_count, sizeof *totals.calls, by_calls);
        (options.json ? tell_json : tell_people)(&totals, &view);
    } else
        fprintf(stderr, "trapflow: cannot %s\n", error);
    free(totals.calls);
    free(totals.entered);
    log_view_free(&view);
    return status == LOG_OK ? usage_told(0, TRAPFLOW_BAD_INPUT) : TRAPFLOW_BAD_INPUT;
}
