/* Events as JSON, one object a line: everything in the log, for jq and for programs.
 *
 * Every line has seq, t_ns, lane, tid, cpu, mode, kind, step and pc (0 where a kind has none), then vm and
 * producer, then its kind's own fields under the names of event.h.  Numbers are signed 64-bit, so an address
 * in the upper half is negative.  Strings come with the event that they belong to.  Written by hand, not by
 * building trees: a log has a million lines.  Knows no rows and folds nothing.
 */
#include "tracer/render/json.h"
#include "tracer/render/payload.h"
#include "tracer/render/render.h"
#include "tracer/render/stacks.h"

#include <inttypes.h>
#include <string.h>

/* The event being written. */
struct line {
    const struct render_job *job;
    FILE *out;
    size_t entry;
    const struct event *event;
    struct stacks **stacks; /* read when the first stack asks for them */
};

static void put_number(struct line *line, const char *name, uint64_t value)
{
    fprintf(line->out, ",\"%s\":%" PRId64, name, (int64_t)value);
}

static void put_words(struct line *line, const char *name, const char *text)
{
    fprintf(line->out, ",\"%s\":", name);
    json_put_string(line->out, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void put_numbers(struct line *line, const char *name, const uint64_t *values, unsigned count)
{
    fprintf(line->out, ",\"%s\":[", name);
    for (unsigned i = 0; i < count; i++)
        fprintf(line->out, "%s%" PRId64, i == 0 ? "" : ",", (int64_t)values[i]);
    fputc(']', line->out);
}

static void put_lane(struct line *line, const char *name, uint32_t lane)
{
    char text[32];
    put_words(line, name, event_lane_text(lane, text));
}

/* Short for the functions below: a field of the payload `p` under its own name. */
#define PUT(field) put_number(line, #field, (uint64_t)(int64_t)p->field)

/* The functions that the addresses of a stack are in, as far as the files of the recorded program still tell. */
static void put_symbols(struct line *line, const struct event_stack *stack)
{
    if (*line->stacks == NULL && (*line->stacks = stacks_read(line->job->view)) == NULL)
        return;
    fputs(",\"names\":[", line->out);
    for (unsigned i = 0; i < stack->used && i < EVENT_STACK_FRAMES; i++) {
        const char *name = stacks_name(*line->stacks, line->entry, stack->pc[i], stack->depth + i);
        fputs(i == 0 ? "" : ",", line->out);
        json_put_string(line->out, name, strlen(name));
    }
    fputc(']', line->out);
}

static void put_bookkeeping(struct line *line)
{
    const struct event *event = line->event;
    switch (payload_kind(event->kind)) {
    case PAYLOAD_lost: {
        const struct event_lost *p = EVENT_PAYLOAD(event, lost);
        PUT(count);
        break;
    }
    case PAYLOAD_text: {
        const struct event_text *p = EVENT_PAYLOAD(event, text);
        PUT(about);
        PUT(role);
        PUT(index);
        PUT(full);
        PUT(more);
        PUT(unterminated);
        fputs(",\"bytes\":", line->out);
        json_put_string(line->out, p->bytes, p->used < EVENT_TEXT_BYTES ? p->used : EVENT_TEXT_BYTES);
        break;
    }
    case PAYLOAD_lane: {
        const struct event_lane *p = EVENT_PAYLOAD(event, lane);
        put_lane(line, "named_lane", p->lane);
        put_lane(line, "parent_lane", p->parent_lane);
        break;
    }
    case PAYLOAD_stack: {
        const struct event_stack *p = EVENT_PAYLOAD(event, stack);
        PUT(about);
        PUT(depth);
        PUT(of);
        put_numbers(line, "frames", p->pc, p->used < EVENT_STACK_FRAMES ? p->used : EVENT_STACK_FRAMES);
        put_symbols(line, p);
        break;
    }
    case PAYLOAD_module: {
        const struct event_module *p = EVENT_PAYLOAD(event, module);
        PUT(start);
        PUT(end);
        PUT(file_offset);
        break;
    }
    case PAYLOAD_registers: {
        const struct event_registers *p = EVENT_PAYLOAD(event, registers);
        PUT(about);
        PUT(first);
        PUT(machine);
        put_numbers(line, "values", p->value, p->used < EVENT_REGISTERS_MAX ? p->used : EVENT_REGISTERS_MAX);
        break;
    }
    default:
        break;
    }
}

static void put_program(struct line *line)
{
    const struct event *event = line->event;
    switch (payload_kind(event->kind)) {
    case PAYLOAD_life: {
        const struct event_life *p = EVENT_PAYLOAD(event, life);
        PUT(other_tid);
        PUT(pid);
        PUT(status);
        put_lane(line, "other_lane", p->other_lane);
        break;
    }
    case PAYLOAD_syscall: {
        const struct event_syscall *p = EVENT_PAYLOAD(event, syscall);
        PUT(number);
        PUT(machine);
        put_numbers(line, "argument", p->argument, 6);
        break;
    }
    case PAYLOAD_sysret: {
        const struct event_sysret *p = EVENT_PAYLOAD(event, sysret);
        PUT(number);
        PUT(machine);
        PUT(result);
        PUT(error);
        PUT(enter_seq);
        break;
    }
    case PAYLOAD_signal: {
        const struct event_signal *p = EVENT_PAYLOAD(event, signal);
        PUT(signo);
        PUT(code);
        PUT(address);
        PUT(sender_pid);
        PUT(status);
        break;
    }
    case PAYLOAD_sync: {
        const struct event_sync *p = EVENT_PAYLOAD(event, sync);
        PUT(object);
        PUT(object2);
        PUT(waited_ns);
        PUT(other_tid);
        PUT(call);
        PUT(object_kind);
        PUT(result);
        PUT(line);
        break;
    }
    default:
        break;
    }
}

static void put_model(struct line *line)
{
    const struct event *event = line->event;
    switch (payload_kind(event->kind)) {
    case PAYLOAD_trap: {
        const struct event_trap *p = EVENT_PAYLOAD(event, trap);
        PUT(number);
        PUT(value);
        PUT(cause);
        PUT(signo);
        put_numbers(line, "argument", p->argument, 6);
        break;
    }
    case PAYLOAD_handler: {
        const struct event_handler *p = EVENT_PAYLOAD(event, handler);
        PUT(number);
        PUT(address);
        PUT(result);
        break;
    }
    case PAYLOAD_privileged: {
        const struct event_privileged *p = EVENT_PAYLOAD(event, privileged);
        PUT(operation);
        PUT(length);
        PUT(reflected);
        PUT(value);
        PUT(target);
        break;
    }
    case PAYLOAD_interrupt: {
        const struct event_interrupt *p = EVENT_PAYLOAD(event, interrupt);
        PUT(line);
        PUT(enabled);
        PUT(traps);
        break;
    }
    case PAYLOAD_switch: {
        const struct event_switch *p = EVENT_PAYLOAD(event, switch);
        put_lane(line, "from_lane", p->from_lane);
        put_lane(line, "to_lane", p->to_lane);
        PUT(cpu_ns);
        break;
    }
    case PAYLOAD_access: {
        const struct event_access *p = EVENT_PAYLOAD(event, access);
        PUT(address);
        PUT(value);
        PUT(size);
        PUT(line);
        PUT(other_seq);
        PUT(order);
        break;
    }
    case PAYLOAD_choice: {
        const struct event_choice *p = EVENT_PAYLOAD(event, choice);
        PUT(chosen);
        PUT(of);
        PUT(decision);
        PUT(verdict);
        break;
    }
    default:
        break;
    }
}

static void put_text(struct line *line, const char *name, enum event_text_role role)
{
    struct names_text found;
    if (!names_find(line->job->names, line->entry, role, 0, &found))
        return;
    fprintf(line->out, ",\"%s\":", name);
    json_put_string(line->out, found.bytes, found.used);
}

/* What the arguments point to, by argument number: {"1":"hi\n"}. */
static void put_indexed(struct line *line, const char *name, enum event_text_role role)
{
    struct names_text found;
    bool any = false;
    for (unsigned i = 0; i < 6; i++) {
        if (!names_find(line->job->names, line->entry, role, i, &found))
            continue;
        if (any)
            fputc(',', line->out);
        else
            fprintf(line->out, ",\"%s\":{", name);
        fprintf(line->out, "\"%u\":", i);
        json_put_string(line->out, found.bytes, found.used);
        any = true;
    }
    if (any)
        fputc('}', line->out);
}

static bool has_pc(unsigned kind)
{
    return payload_kind(kind) > PAYLOAD_registers;
}

static void put_event(struct line *line)
{
    const struct event *event = line->event;
    const char *mode = event_mode_name(event->mode), *kind = event_kind_name(event->kind);
    char lane[32];
    uint64_t pc = 0;
    if (has_pc(event->kind))
        memcpy(&pc, event->payload, sizeof pc);
    fprintf(line->out, "{\"seq\":%" PRIu32 ",\"t_ns\":%" PRId64 ",\"lane\":\"%s\",\"tid\":%" PRIu32 ",\"cpu\":%u",
            event->seq, (int64_t)event->t_ns, event_lane_text(event->lane, lane), event->tid, (unsigned)event->cpu);
    fprintf(line->out, ",\"mode\":\"%s\",\"kind\":\"%s\",\"step\":%u,\"pc\":%" PRId64, mode != NULL ? mode : "", kind,
            (unsigned)event->step, (int64_t)pc);
    put_number(line, "vm", event->vm);
    put_number(line, "producer", line->job->view->entries[line->entry].producer);
    put_bookkeeping(line);
    put_program(line);
    put_model(line);
    if (names_any(line->job->names, line->entry)) {
        put_text(line, "name", TEXT_NAME);
        put_text(line, "program", TEXT_PROGRAM);
        put_text(line, "message", TEXT_MESSAGE);
        put_indexed(line, "text", TEXT_ARGUMENT);
        put_indexed(line, "path", TEXT_PATH);
    }
    fputs("}\n", line->out);
}

int jsonl_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    (void)error;
    bool texts = (job->window->kinds[EVENT_TEXT / 64] >> EVENT_TEXT % 64 & 1) != 0;
    struct stacks *stacks = NULL;
    for (size_t i = 0; i < job->view->count; i++) {
        struct line line = {
            .job = job, .out = out, .entry = i, .event = job->view->entries[i].event, .stacks = &stacks};
        /* Texts stand with their events; by themselves only where --kind asks for them. */
        if (flow_window_shows(job->window, job->view, i) && (texts || line.event->kind != EVENT_TEXT))
            put_event(&line);
    }
    stacks_free(stacks);
    return 0;
}
