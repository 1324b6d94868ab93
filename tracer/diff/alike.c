/* An event in words that two runs of one program have in common.  What the kernel chose (addresses, process numbers,
 * random bytes) and what the clock said is left out or stands as …; what the program did stays.
 */
#include "tracer/diff/diff.h"
#include "tracer/render/payload.h"
#include "tracer/syscalls/syscalls.h"
#include "tracer/threads/calls.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Numbers of the model from here on, where nothing says what they are, are taken for addresses. */
enum { ADDRESSES_FROM = 0x10000 };

struct saying {
    const struct side *side;
    size_t entry;
    const struct event *event;
    struct words words;
};

static void add_number(struct saying *saying, const char *name, uint64_t value)
{
    if (value < ADDRESSES_FROM || value > UINT64_MAX - ADDRESSES_FROM)
        words_add(&saying->words, " %s %" PRId64, name, (int64_t)value);
    else
        words_add(&saying->words, " %s …", name);
}

static void add_text(struct saying *saying, enum event_text_role role)
{
    struct names_text found;

    if (!names_find(saying->side->names, saying->entry, role, 0, &found))
        return;
    words_add(&saying->words, " ");
    words_add_clean(&saying->words, found.bytes, found.used);
}

static void add_lane(struct saying *saying, const char *how, uint32_t lane)
{
    char text[32];

    words_add(&saying->words, " %s %s", how, event_lane_text(lane, text));
}

static void say_call(struct saying *saying, const struct event_syscall *call)
{
    const char *name = syscall_name(call->machine, call->number);
    struct names_text found[SYSCALL_ARGUMENTS];
    struct syscall_text texts[SYSCALL_ARGUMENTS];
    char words[SYSCALL_TEXT_MAX];
    size_t count = 0;

    /* Random bytes are meant to differ. */
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS && (name == NULL || strcmp(name, "getrandom") != 0); i++)
        if (names_find(saying->side->names, saying->entry, TEXT_ARGUMENT, i, &found[count])) {
            texts[count] = (struct syscall_text){
                .index = i, .bytes = found[count].bytes, .used = found[count].used, .full = found[count].full};
            count++;
        }
    words_add(&saying->words, " ");
    words_add_clean(&saying->words, words, syscall_format_call_alike(words, sizeof words, call, texts, count));
}

static void say_result(struct saying *saying)
{
    const struct event_sysret *result = EVENT_PAYLOAD(saying->event, sysret);
    const char *name = syscall_name(result->machine, result->number);
    char words[SYSCALL_TEXT_MAX];

    words_add(&saying->words, " %s = ", name != NULL ? name : "?");
    if (name != NULL && strcmp(name, "rt_sigreturn") == 0) /* no result, but a register of the code interrupted */
        return;
    words_add_clean(&saying->words, words, syscall_format_result_alike(words, sizeof words, result));
}

static void say_life(struct saying *saying)
{
    const struct event_life *life = EVENT_PAYLOAD(saying->event, life);

    add_text(saying, saying->event->kind == EVENT_EXEC ? TEXT_PROGRAM : TEXT_NAME);
    if (saying->event->kind == EVENT_EXIT || saying->event->kind == EVENT_GUEST_END)
        words_add(&saying->words, " status %d", life->status);
    if (life->other_lane != 0)
        add_lane(saying, "with", life->other_lane);
}

static void say_signal(struct saying *saying)
{
    const struct event_signal *signal = EVENT_PAYLOAD(saying->event, signal);
    char name[16];

    words_add(&saying->words, " %s code %d", syscall_signal_name(signal->signo, name), signal->code);
}

static void say_sync(struct saying *saying)
{
    const struct event_sync *sync = EVENT_PAYLOAD(saying->event, sync);
    const char *call = thread_call_name(sync->call), *object = object_kind_name(sync->object_kind);

    words_add(&saying->words, " %s %s", call != NULL ? call : "", object != NULL ? object : "");
    add_text(saying, TEXT_NAME);
    words_add(&saying->words, " = %d", sync->result);
}

/* ---- the model ---- */

static void say_trap(struct saying *saying)
{
    static const char *const causes[CAUSE_END] = {"syscall", "privileged", "timer", "fault", "exit"};
    const struct event_trap *trap = EVENT_PAYLOAD(saying->event, trap);
    struct event_syscall call = {.number = trap->number, .machine = saying->side->view.header->machine};

    words_add(&saying->words, " %s", trap->cause < CAUSE_END ? causes[trap->cause] : "?");
    add_text(saying, TEXT_NAME);
    if (saying->event->kind != EVENT_TRAP || trap->cause != CAUSE_SYSCALL)
        return;
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        call.argument[i] = trap->argument[i];
    say_call(saying, &call);
}

static void say_handler(struct saying *saying)
{
    const struct event_handler *handler = EVENT_PAYLOAD(saying->event, handler);

    add_text(saying, TEXT_NAME);
    add_number(saying, "number", handler->number);
    if (saying->event->kind == EVENT_RESTORE_REGISTERS)
        add_number(saying, "result", (uint64_t)handler->result);
}

static void say_model(struct saying *saying)
{
    const struct event *event = saying->event;

    if (payload_kind(event->kind) == PAYLOAD_privileged) {
        const struct event_privileged *privileged = EVENT_PAYLOAD(event, privileged);
        add_text(saying, TEXT_NAME);
        add_number(saying, "operation", privileged->operation);
        add_number(saying, "value", privileged->value);
        add_number(saying, "target", privileged->target);
        words_add(&saying->words, "%s", privileged->reflected ? " reflected" : "");
    } else if (payload_kind(event->kind) == PAYLOAD_interrupt) {
        const struct event_interrupt *interrupt = EVENT_PAYLOAD(event, interrupt);
        words_add(&saying->words, " line %u%s", interrupt->line, interrupt->enabled ? " enabled" : "");
    } else if (payload_kind(event->kind) == PAYLOAD_switch) {
        add_lane(saying, "from", EVENT_PAYLOAD(event, switch)->from_lane);
        add_lane(saying, "to", EVENT_PAYLOAD(event, switch)->to_lane);
    }
}

static void say_explorer(struct saying *saying)
{
    const struct event *event = saying->event;

    if (payload_kind(event->kind) == PAYLOAD_access) {
        add_text(saying, TEXT_NAME);
        add_number(saying, "value", EVENT_PAYLOAD(event, access)->value);
    } else if (payload_kind(event->kind) == PAYLOAD_choice) {
        const struct event_choice *choice = EVENT_PAYLOAD(event, choice);
        words_add(&saying->words, " %u of %u", choice->chosen, choice->of);
        add_text(saying, TEXT_MESSAGE);
    }
}

static void say_payload(struct saying *saying)
{
    switch (payload_kind(saying->event->kind)) {
    case PAYLOAD_syscall:
        if (saying->event->kind == EVENT_SYSCALL_ENTER)
            say_call(saying, EVENT_PAYLOAD(saying->event, syscall));
        else
            add_number(saying, "number", EVENT_PAYLOAD(saying->event, syscall)->number);
        break;
    case PAYLOAD_sysret:
        say_result(saying);
        break;
    case PAYLOAD_life:
        say_life(saying);
        break;
    case PAYLOAD_signal:
        say_signal(saying);
        break;
    case PAYLOAD_sync:
        say_sync(saying);
        break;
    case PAYLOAD_trap:
        say_trap(saying);
        break;
    case PAYLOAD_handler:
        say_handler(saying);
        break;
    default:
        say_model(saying);
        say_explorer(saying);
    }
}

void alike_say(const struct side *side, size_t entry, char out[ALIKE_MAX])
{
    struct saying saying = {.side = side, .entry = entry, .event = side->view.entries[entry].event};
    char lane[32];

    words_start(&saying.words, out, ALIKE_MAX);
    words_add(&saying.words, "%-12s ", event_lane_text(saying.event->lane, lane));
    if (saying.event->step != 0)
        words_add(&saying.words, "%u ", saying.event->step);
    words_add(&saying.words, "%s", event_kind_name(saying.event->kind));
    say_payload(&saying);
}
