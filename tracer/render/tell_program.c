/* What a recorded program did, in words: its system calls, its threads' lives, signals, pthread calls, and what
 * the explorer saw of it.
 */
#include "tracer/render/handover.h"
#include "tracer/render/tell.h"
#include "tracer/syscalls/syscalls.h"
#include "tracer/threads/calls.h"

#include <string.h>
#include <sys/wait.h>

bool tell_name(struct telling *telling, struct words *words, const char *otherwise)
{
    return names_add(telling->flow->names, telling->entry, TEXT_NAME, words, otherwise);
}

void tell_lane(const struct telling *telling, struct words *words, uint32_t column)
{
    if (column == FLOW_NO_LANE)
        words_add(words, "another thread");
    else
        words_add(words, "%s", telling->flow->lanes[column].name);
}

void tell_signo(struct words *words, int signo)
{
    char text[16];
    words_add(words, "%s", syscall_signal_name(signo, text));
}

void tell_call(struct telling *telling, const struct event_syscall *call, size_t entry)
{
    struct names_text found[SYSCALL_ARGUMENTS];
    struct syscall_text texts[SYSCALL_ARGUMENTS];
    size_t count = 0;
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        if (names_find(telling->flow->names, entry, TEXT_ARGUMENT, i, &found[count]) ||
            names_find(telling->flow->names, entry, TEXT_PATH, i, &found[count])) {
            texts[count] = (struct syscall_text){i, found[count].bytes, found[count].used, found[count].full};
            count++;
        }
    char words[SYSCALL_TEXT_MAX];
    size_t used = syscall_format_call(words, sizeof words, call, texts, count);
    words_add_clean(&telling->label, words, used);
}

static void add_result(struct telling *telling, const struct event_sysret *result)
{
    char words[SYSCALL_TEXT_MAX];
    size_t used = syscall_format_result(words, sizeof words, result);
    words_add(&telling->label, " = ");
    words_add_clean(&telling->label, words, used);
}

/* Which files the descriptors among the arguments are. */
static void add_files(struct telling *telling, const struct event_syscall *call)
{
    struct names_text found;
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        if (names_find(telling->flow->names, telling->entry, TEXT_PATH, i, &found)) {
            words_add(&telling->detail, "; %d is ", (int)call->argument[i]);
            words_add_clean(&telling->detail, found.bytes, found.used);
        }
}

/* `write(1, "hi\n", 3) = 3 · 12 µs`; with … where the other half is elsewhere. */
void tell_syscall(struct telling *telling)
{
    const struct row *row = telling->row;
    char took[32];
    tell_call(telling, EVENT_PAYLOAD(telling->event, syscall), telling->entry);
    words_add(&telling->detail, "at 0x%llx", (unsigned long long)EVENT_PAYLOAD(telling->event, syscall)->pc);
    add_files(telling, EVENT_PAYLOAD(telling->event, syscall));
    if (row->end == FLOW_NOTHING) {
        words_add(&telling->label, " …");
        return;
    }
    add_result(telling, EVENT_PAYLOAD(telling->flow->view->entries[row->end].event, sysret));
    words_add(&telling->label, " · %s", words_duration(took, row->length_ns));
}

void tell_sysret(struct telling *telling)
{
    const struct event_sysret *result = EVENT_PAYLOAD(telling->event, sysret);
    const char *name = syscall_name(result->machine, result->number);
    if (name != NULL)
        words_add(&telling->label, "… %s", name);
    else
        words_add(&telling->label, "… call %u", result->number);
    add_result(telling, result);
}

void describe_status(struct words *words, int status)
{
    if (WIFSIGNALED(status)) {
        words_add(words, "killed by ");
        tell_signo(words, WTERMSIG(status));
    } else {
        words_add(words, "exits with %d", WEXITSTATUS(status));
    }
}

void tell_life(struct telling *telling)
{
    const struct event_life *life = EVENT_PAYLOAD(telling->event, life);
    struct words *label = &telling->label;
    switch ((unsigned)telling->event->kind) {
    case EVENT_START:
        words_add(label, "starts");
        break;
    case EVENT_FORK:
    case EVENT_VFORK:
        words_add(label, "%ss ", event_kind_name(telling->event->kind));
        tell_lane(telling, label, flow_lane_of_tid(telling->flow, life->other_tid));
        break;
    case EVENT_CLONE:
        words_add(label, "creates ");
        tell_lane(telling, label, flow_lane_of_tid(telling->flow, life->other_tid));
        break;
    case EVENT_EXEC:
        words_add(label, "runs ");
        names_add(telling->flow->names, telling->entry, TEXT_PROGRAM, label, "another program");
        break;
    case EVENT_THREAD_NAME:
        words_add(label, "is now called ");
        tell_name(telling, label, "something else");
        break;
    case EVENT_GUEST_START:
        tell_name(telling, label, "guest");
        words_add(label, " starts");
        break;
    case EVENT_GUEST_END:
        if (tell_name(telling, label, NULL))
            words_add(label, " ");
        describe_status(label, life->status);
        break;
    default:
        describe_status(label, life->status);
        break;
    }
    if (life->pid != 0 && telling->event->kind == EVENT_START)
        words_add(&telling->detail, "thread %u of process %u", telling->event->tid, life->pid);
}

void tell_signal(struct telling *telling)
{
    const struct event_signal *signal = EVENT_PAYLOAD(telling->event, signal);
    struct words *label = &telling->label;
    if (telling->event->kind == EVENT_STOPPED)
        words_add(label, "stopped by ");
    else if (telling->event->kind == EVENT_CONTINUED)
        words_add(label, "continued by ");
    tell_signo(label, signal->signo);
    if (signal->address != 0)
        words_add(label, " at 0x%llx", (unsigned long long)signal->address);
    if (signal->sender_pid != 0)
        words_add(&telling->detail, "sent by process %u", signal->sender_pid);
}

/* Where in the source, of what the explorer saw: in pictures there is room for the line only. */
static void tell_line(struct telling *telling, uint32_t line)
{
    if (line != 0)
        words_add(&telling->label, " · line %u", line);
}

/* Its name, or else its number, or else where it is. */
static void tell_object(struct telling *telling, uint64_t address)
{
    if (tell_name(telling, &telling->label, NULL))
        return;
    const unsigned number = names_number(telling->flow->names, telling->entry);
    if (number != 0)
        words_add(&telling->label, "%u", number);
    else
        words_add(&telling->label, "0x%llx", (unsigned long long)address);
}

/* `pthread_mutex_lock(mutex queue.lock) · waited 3.1 µs for thread 2`.  Of a call in one row the result is in
 * the event that ended it. */
void tell_sync(struct telling *telling)
{
    const struct event_sync *sync = EVENT_PAYLOAD(telling->event, sync), *last = sync;
    struct words *label = &telling->label;
    if (telling->row->end != FLOW_NOTHING)
        last = EVENT_PAYLOAD(telling->flow->view->entries[telling->row->end].event, sync);
    const char *call = thread_call_name(sync->call), *object = object_kind_name(sync->object_kind);
    if (telling->event->kind == EVENT_THREAD_START || (call == NULL && telling->event->kind == EVENT_THREAD_EXIT)) {
        words_add(label, telling->event->kind == EVENT_THREAD_START ? "begins" : "ends");
        return;
    }
    if (handover_ends_wait(telling->flow, (size_t)(telling->row - telling->flow->rows)))
        words_add(label, "… ");
    words_add(label, "%s", call != NULL ? call : event_kind_name(telling->event->kind));
    uint32_t thread = sync->object_kind == OBJECT_THREAD && last->other_tid != 0
                          ? flow_lane_of_tid(telling->flow, last->other_tid)
                          : FLOW_NO_LANE;
    if (thread != FLOW_NO_LANE) {
        words_add(label, "(%s)", telling->flow->lanes[thread].name);
    } else if (sync->object_kind == OBJECT_SIGNAL) {
        words_add(label, "(");
        tell_signo(label, (int)last->object);
        words_add(label, ")");
    } else if (sync->object != 0 && object != NULL) {
        words_add(label, "(%s ", object);
        tell_object(telling, sync->object);
        words_add(label, ")");
    }
    const char *error = last->result != 0 ? syscall_error_name(last->result) : NULL;
    if (error != NULL)
        words_add(label, " = %s", error);
    if (handover_begins_wait(telling->row))
        words_add(label, " …");
    char took[32];
    if (last->waited_ns != 0)
        words_add(label, " · waited %s", words_duration(took, last->waited_ns));
    if (last->other_tid != 0 && thread == FLOW_NO_LANE) {
        words_add(label, last->waited_ns != 0 ? " for " : " · held by ");
        tell_lane(telling, label, flow_lane_of_tid(telling->flow, last->other_tid));
    }
    tell_line(telling, sync->line);
}

/* Numbers as the program has them, but for what is too large to be read as one: mostly an address. */
static void tell_value(struct words *words, const struct event_access *access)
{
    const int64_t value = access->size == 4 ? (int32_t)access->value : (int64_t)access->value;
    if (value > UINT32_MAX || value < INT32_MIN)
        words_add(words, "0x%llx", (unsigned long long)access->value);
    else
        words_add(words, "%lld", (long long)value);
}

/* Of an access that races the log has no value: it is told before it happens. */
void tell_access(struct telling *telling)
{
    const struct event_access *access = EVENT_PAYLOAD(telling->event, access);
    const bool race = telling->event->kind == EVENT_RACE;
    words_add(&telling->label, "%s ", race ? "data race on" : event_kind_name(telling->event->kind));
    if (!tell_name(telling, &telling->label, NULL))
        words_add(&telling->label, "0x%llx", (unsigned long long)access->address);
    char *said_twice = race ? strstr(telling->label.text, " (races)") : NULL;
    if (said_twice != NULL)
        *said_twice = '\0', telling->label.used = (size_t)(said_twice - telling->label.text);
    if (!race) {
        words_add(&telling->label, " ");
        tell_value(&telling->label, access);
    }
    tell_line(telling, access->line);
}

void tell_choice(struct telling *telling)
{
    const struct event_choice *choice = EVENT_PAYLOAD(telling->event, choice);
    if (telling->event->kind == EVENT_VERDICT)
        names_add(telling->flow->names, telling->entry, TEXT_MESSAGE, &telling->label, "verdict");
    else
        words_add(&telling->label, "decision %u: thread %u of %u goes on", choice->decision, choice->chosen,
                  choice->of);
}
