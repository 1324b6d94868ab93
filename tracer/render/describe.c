/* What happened, in words.  One function a family of kinds, and a switch that sends each kind to its own.
 * It refuses to know where the words will stand, how long they may be there, and what they are escaped for.
 */
#include "tracer/render/describe.h"
#include "tracer/render/payload.h"
#include "tracer/syscalls/syscalls.h"
#include "tracer/threads/calls.h"

#include <elf.h>
#include <string.h>
#include <sys/wait.h>

/* One row on its way into words. */
struct telling {
    const struct flow *flow;
    const struct row *row;
    const struct event *event;
    size_t entry;
    struct words label, detail;
};

static bool add_name(struct telling *telling, struct words *words, const char *otherwise)
{
    return names_add(telling->flow->names, telling->entry, TEXT_NAME, words, otherwise);
}

static void add_lane(const struct telling *telling, struct words *words, uint32_t column)
{
    if (column == FLOW_NO_LANE)
        words_add(words, "another thread");
    else
        words_add(words, "%s", telling->flow->lanes[column].name);
}

static void add_signal(struct words *words, int signo)
{
    char text[16];
    words_add(words, "%s", syscall_signal_name(signo, text));
}

static void add_call(struct telling *telling, const struct event_syscall *call, size_t entry)
{
    struct names_text found[SYSCALL_ARGUMENTS];
    struct syscall_text texts[SYSCALL_ARGUMENTS];
    size_t count = 0;
    for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
        if (names_find(telling->flow->names, entry, TEXT_ARGUMENT, i, &found[count])) {
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

/* `write(1, "hi\n", 3) = 3 · 12 µs`; with … where the other half is elsewhere. */
static void tell_syscall(struct telling *telling)
{
    const struct row *row = telling->row;
    char took[32];
    add_call(telling, EVENT_PAYLOAD(telling->event, syscall), telling->entry);
    words_add(&telling->detail, "at 0x%llx", (unsigned long long)EVENT_PAYLOAD(telling->event, syscall)->pc);
    if (row->end == FLOW_NOTHING) {
        words_add(&telling->label, " …");
        return;
    }
    add_result(telling, EVENT_PAYLOAD(telling->flow->view->entries[row->end].event, sysret));
    words_add(&telling->label, " · %s", words_duration(took, row->length_ns));
}

static void tell_sysret(struct telling *telling)
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
        add_signal(words, WTERMSIG(status));
    } else {
        words_add(words, "exits with %d", WEXITSTATUS(status));
    }
}

static void tell_life(struct telling *telling)
{
    const struct event_life *life = EVENT_PAYLOAD(telling->event, life);
    struct words *label = &telling->label;
    switch ((unsigned)telling->event->kind) {
    case EVENT_START: words_add(label, "starts"); break;
    case EVENT_FORK:
    case EVENT_VFORK:
        words_add(label, "%ss ", event_kind_name(telling->event->kind));
        add_lane(telling, label, flow_lane_of_tid(telling->flow, life->other_tid));
        break;
    case EVENT_CLONE:
        words_add(label, "creates ");
        add_lane(telling, label, flow_lane_of_tid(telling->flow, life->other_tid));
        break;
    case EVENT_EXEC:
        words_add(label, "runs ");
        names_add(telling->flow->names, telling->entry, TEXT_PROGRAM, label, "another program");
        break;
    case EVENT_THREAD_NAME:
        words_add(label, "is now called ");
        add_name(telling, label, "something else");
        break;
    case EVENT_GUEST_START:
        add_name(telling, label, "guest");
        words_add(label, " starts");
        break;
    case EVENT_GUEST_END:
        if (add_name(telling, label, NULL))
            words_add(label, " ");
        describe_status(label, life->status);
        break;
    default: describe_status(label, life->status); break;
    }
    if (life->pid != 0 && telling->event->kind == EVENT_START)
        words_add(&telling->detail, "thread %u of process %u", telling->event->tid, life->pid);
}

static void tell_signal(struct telling *telling)
{
    const struct event_signal *signal = EVENT_PAYLOAD(telling->event, signal);
    struct words *label = &telling->label;
    if (telling->event->kind == EVENT_STOPPED)
        words_add(label, "stopped by ");
    else if (telling->event->kind == EVENT_CONTINUED)
        words_add(label, "continued by ");
    add_signal(label, signal->signo);
    if (signal->address != 0)
        words_add(label, " at 0x%llx", (unsigned long long)signal->address);
    if (signal->sender_pid != 0)
        words_add(&telling->detail, "sent by process %u", signal->sender_pid);
}

/* `pthread_mutex_lock(mutex queue.lock) · waited 3.1 µs for thread 2`.  Of a call in one row the result is in
 * the event that ended it. */
static void tell_sync(struct telling *telling)
{
    const struct event_sync *sync = EVENT_PAYLOAD(telling->event, sync), *last = sync;
    struct words *label = &telling->label;
    if (telling->row->end != FLOW_NOTHING)
        last = EVENT_PAYLOAD(telling->flow->view->entries[telling->row->end].event, sync);
    const char *call = thread_call_name(sync->call), *object = object_kind_name(sync->object_kind);
    words_add(label, "%s", call != NULL ? call : event_kind_name(telling->event->kind));
    uint32_t thread = sync->object_kind == OBJECT_THREAD && last->other_tid != 0 ?
                          flow_lane_of_tid(telling->flow, last->other_tid) : FLOW_NO_LANE;
    if (thread != FLOW_NO_LANE) {
        words_add(label, "(%s)", telling->flow->lanes[thread].name);
    } else if (sync->object != 0 && object != NULL) {
        words_add(label, "(%s ", object);
        if (!add_name(telling, label, NULL))
            words_add(label, "0x%llx", (unsigned long long)sync->object);
        words_add(label, ")");
    }
    const char *error = last->result != 0 ? syscall_error_name(last->result) : NULL;
    if (error != NULL)
        words_add(label, " = %s", error);
    char took[32];
    if (last->waited_ns != 0)
        words_add(label, " · waited %s", words_duration(took, last->waited_ns));
    if (last->other_tid != 0 && thread == FLOW_NO_LANE) {
        words_add(label, last->waited_ns != 0 ? " for " : " · ");
        add_lane(telling, label, flow_lane_of_tid(telling->flow, last->other_tid));
    }
    if (sync->line != 0)
        words_add(&telling->detail, "line %u", sync->line);
}

/* Control left a guest: which call, instruction, alarm or fault made it. */
static void tell_trap(struct telling *telling)
{
    const struct event_trap *trap = EVENT_PAYLOAD(telling->event, trap);
    struct words *label = &telling->label;
    static const char *const because[CAUSE_END] = {
        [CAUSE_SYSCALL] = "syscall", [CAUSE_PRIVILEGED] = "privileged instruction", [CAUSE_TIMER] = "timer interrupt",
        [CAUSE_FAULT] = "fault", [CAUSE_EXIT] = "end of the guest",
    };
    const char *cause = trap->cause < CAUSE_END ? because[trap->cause] : "trap";
    bool said = false; /* the label has told the cause already */
    if (trap->cause == CAUSE_SYSCALL) {
        struct event_syscall call = {.pc = trap->pc, .number = (uint32_t)trap->value,
                                     .machine = telling->flow->view->header->machine};
        for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
            call.argument[i] = trap->argument[i];
        /* A guest OS may number its calls as it likes: then the log names them, and their arguments are numbers. */
        struct names_text name;
        const char *ours = syscall_name(call.machine, call.number);
        if (!names_find(telling->flow->names, telling->entry, TEXT_NAME, 0, &name) ||
            (ours != NULL && strcmp(name.bytes, ours) == 0))
            add_call(telling, &call, telling->entry);
        else
            words_add_clean(label, name.bytes, name.used), words_add(label, "(…)");
    } else {
        said = !add_name(telling, label, cause);
    }
    words_add(&telling->detail, "%s%sat 0x%llx", said ? "" : cause, said ? "" : " ", (unsigned long long)trap->pc);
}

static void tell_handler(struct telling *telling)
{
    const struct event_handler *handler = EVENT_PAYLOAD(telling->event, handler);
    struct words *label = &telling->label, *detail = &telling->detail;
    switch ((unsigned)telling->event->kind) {
    case EVENT_TABLE_LOOKUP:
        words_add(label, "table[%llu] → ", (unsigned long long)handler->number);
        add_name(telling, label, "handler");
        if (telling->event->vm != 0)
            words_add(detail, "VM %u’s own table, ", telling->event->vm);
        words_add(detail, "0x%llx", (unsigned long long)handler->address);
        break;
    case EVENT_HANDLER:
        add_name(telling, label, "the handler");
        words_add(label, " runs");
        words_add(detail, "at 0x%llx", (unsigned long long)handler->address);
        break;
    default: /* RESTORE_REGISTERS */
        words_add(label, "restore registers");
        words_add(detail, "the guest will see %lld", (long long)handler->result);
        break;
    }
}

/* The steps that carry a trap's cause along. */
static void tell_step(struct telling *telling)
{
    const struct event_trap *trap = EVENT_PAYLOAD(telling->event, trap);
    struct words *label = &telling->label, *detail = &telling->detail;
    switch ((unsigned)telling->event->kind) {
    case EVENT_SAVE_REGISTERS: words_add(label, "save registers"); break;
    case EVENT_ENTER_KERNEL: words_add(label, "enter kernel mode"); break;
    case EVENT_LEAVE_KERNEL: words_add(label, "leave kernel mode"); break;
    case EVENT_ENTER_USER: words_add(label, "user mode"); break;
    case EVENT_RESUME:
        words_add(label, trap->cause == CAUSE_SYSCALL ? "resume after the call" : "resume");
        words_add(detail, "at 0x%llx", (unsigned long long)trap->pc);
        break;
    case EVENT_HANDLER_RETURN:
        add_name(telling, label, "return from trap");
        if (telling->event->mode == MODE_HYPERVISOR)
            words_add(label, " faults");
        words_add(detail, "privileged, so in user mode it traps");
        break;
    case EVENT_VM_EXIT:
        words_add(label, "VM exit: ");
        add_name(telling, label, "the machine came back");
        break;
    default: /* FAULT */
        words_add(label, "the guest’s own fault at 0x%llx", (unsigned long long)trap->value);
        if (trap->signo != 0)
            add_signal(detail, trap->signo);
        break;
    }
}

static void tell_privileged(struct telling *telling)
{
    const struct event_privileged *instruction = EVENT_PAYLOAD(telling->event, privileged);
    struct words *label = &telling->label, *detail = &telling->detail;
    add_name(telling, label, "privileged instruction");
    words_add(label, instruction->reflected ? ": reflected as a fault" : ": emulated");
    words_add(detail, "value 0x%llx, target 0x%llx; at 0x%llx:", (unsigned long long)instruction->value,
              (unsigned long long)instruction->target, (unsigned long long)instruction->pc);
    for (unsigned i = 0; i < instruction->length && i < sizeof instruction->bytes; i++)
        words_add(detail, " %02x", instruction->bytes[i]);
}

static void tell_interrupt(struct telling *telling)
{
    const struct event_interrupt *interrupt = EVENT_PAYLOAD(telling->event, interrupt);
    struct words *label = &telling->label;
    const char *line = interrupt->line == 0 ? "the machine’s timer" : "interrupt";
    switch ((unsigned)telling->event->kind) {
    case EVENT_INTERRUPT_RAISE: words_add(label, "%s is raised", line); break;
    case EVENT_INTERRUPT_PENDING: words_add(label, "%s waits: interrupts are off", line); break;
    case EVENT_INTERRUPT_DELIVER: words_add(label, "%s is delivered", line); break;
    default: words_add(label, "slice ends after %llu traps", (unsigned long long)interrupt->traps); break;
    }
    if (interrupt->line != 0)
        words_add(&telling->detail, "line %u, interrupts %s", interrupt->line, interrupt->enabled ? "on" : "off");
}

static void tell_switch(struct telling *telling)
{
    const struct event_switch *change = EVENT_PAYLOAD(telling->event, switch);
    char used[32];
    if (telling->event->kind == EVENT_IDLE) {
        words_add(&telling->label, "idle: nobody can run");
        return;
    }
    uint32_t column = flow_lane_of(telling->flow, change->to_lane);
    char lane[32];
    words_add(&telling->label, "the CPU goes to ");
    if (column != FLOW_NO_LANE)
        add_lane(telling, &telling->label, column);
    else
        words_add(&telling->label, "%s", event_lane_text(change->to_lane, lane));
    if (change->cpu_ns != 0)
        words_add(&telling->detail, "after %s of its own CPU time", words_duration(used, change->cpu_ns));
}

static void tell_access(struct telling *telling)
{
    const struct event_access *access = EVENT_PAYLOAD(telling->event, access);
    words_add(&telling->label, "%s ", event_kind_name(telling->event->kind));
    if (!add_name(telling, &telling->label, NULL))
        words_add(&telling->label, "0x%llx", (unsigned long long)access->address);
    words_add(&telling->label, " %llu", (unsigned long long)access->value);
    if (access->line != 0)
        words_add(&telling->detail, "line %u", access->line);
}

static void tell_choice(struct telling *telling)
{
    const struct event_choice *choice = EVENT_PAYLOAD(telling->event, choice);
    if (telling->event->kind == EVENT_VERDICT)
        names_add(telling->flow->names, telling->entry, TEXT_MESSAGE, &telling->label, "verdict");
    else
        words_add(&telling->label, "decision %u: thread %u of %u goes on", choice->decision, choice->chosen, choice->of);
}

static void tell_fold(struct telling *telling)
{
    const struct row *row = telling->row;
    char count[32], took[32];
    words_add(&telling->label, "… ");
    if (row->period > 1 && row > telling->flow->rows + row->period)
        words_add(&telling->label, "these %s rows ", words_count(count, row->period));
    else
        words_add(&telling->label, "the same ");
    words_add(&telling->label, "%s more times%s, median %s", words_count(count, row->repeats - 1),
              row->loose ? " with other arguments" : "", words_duration(took, row->length_ns));
    words_add(&telling->detail, "× %s", words_count(count, row->repeats));
}

/* Calls that are not the traced program's own: a hypercall, and what the hypervisor asked of its host. */
static void tell_other_call(struct telling *telling)
{
    const struct event_syscall *call = EVENT_PAYLOAD(telling->event, syscall);
    if (telling->event->kind == EVENT_HOST) {
        words_add(&telling->label, "host: ");
        add_call(telling, call, telling->entry);
    } else {
        words_add(&telling->label, "hypercall ");
        if (!add_name(telling, &telling->label, NULL))
            words_add(&telling->label, "%u", call->number);
    }
}

static void tell(struct telling *telling)
{
    char count[32];
    unsigned kind = telling->row->kind;
    switch (payload_kind(kind)) {
    case PAYLOAD_syscall: kind == EVENT_SYSCALL_ENTER ? tell_syscall(telling) : tell_other_call(telling); break;
    case PAYLOAD_sysret: tell_sysret(telling); break;
    case PAYLOAD_life: tell_life(telling); break;
    case PAYLOAD_signal: tell_signal(telling); break;
    case PAYLOAD_sync: tell_sync(telling); break;
    case PAYLOAD_trap: kind == EVENT_TRAP ? tell_trap(telling) : tell_step(telling); break;
    case PAYLOAD_handler: tell_handler(telling); break;
    case PAYLOAD_privileged: tell_privileged(telling); break;
    case PAYLOAD_interrupt: tell_interrupt(telling); break;
    case PAYLOAD_switch: tell_switch(telling); break;
    case PAYLOAD_access: tell_access(telling); break;
    case PAYLOAD_choice: tell_choice(telling); break;
    case PAYLOAD_lost:
        words_add(&telling->label, "%s events were lost here",
                  words_count(count, EVENT_PAYLOAD(telling->event, lost)->count));
        break;
    default: tell_fold(telling); break;
    }
}

void describe_row(const struct flow *flow, size_t row, struct description *said)
{
    struct telling telling = {.flow = flow, .row = &flow->rows[row], .entry = flow->rows[row].entry};
    telling.event = flow->view->entries[telling.entry].event;
    words_start(&telling.label, said->label, sizeof said->label);
    words_start(&telling.detail, said->detail, sizeof said->detail);
    tell(&telling);
}

/* What control does on its way into this lane. */
static const char *hop_name(const struct flow *flow, const struct row *row)
{
    if (row->kind == EVENT_SWITCH)
        return "switch";
    if (row->kind == EVENT_GUEST_START)
        return "creates";
    switch (EVENT_LANE_CLASS(flow->lanes[row->lane].lane)) {
    case LANE_PROCESS: return "resume";
    case LANE_GUEST_OS: return "world switch";
    case LANE_HOST: return "host call";
    default: return "trap";
    }
}

void describe_hop(const struct flow *flow, size_t row, char out[WORDS_MAX])
{
    const struct row *here = &flow->rows[row];
    struct words words;
    char took[32];
    words_start(&words, out, WORDS_MAX);
    if (!flow->control || here->lane == FLOW_NO_LANE)
        return;
    words_add(&words, "%s", hop_name(flow, here));
    if (here->cost_ns != 0 && flow->view->header->clock != CLOCK_KIND_STEP)
        words_add(&words, "  %s", words_duration(took, here->cost_ns));
}

static const char *machine_name(uint32_t machine)
{
    return machine == EM_X86_64 ? "x86-64" : machine == EM_AARCH64 ? "AArch64" : "another CPU";
}

void describe_recording(const struct flow *flow, const char *title, struct description *said)
{
    struct log_header *header = flow->view->header;
    char count[32], lost[32];
    struct words first, second;
    words_start(&first, said->label, sizeof said->label);
    if (title != NULL && title[0] != '\0')
        words_add_clean(&first, title, strlen(title));
    else
        words_add_clean(&first, header->program, strlen(header->program));
    words_start(&second, said->detail, sizeof said->detail);
    words_add(&second, "recorded %s events, %s lost", words_count(count, flow->view->count),
              words_count(lost, flow->view->lost));
    if (header->overhead_ns != 0 && flow->view->count != 0)
        words_add(&second, "  ·  recording cost %s an event",
                  words_duration(count, header->overhead_ns / flow->view->count));
    words_add(&second, "  ·  %s", machine_name(header->machine));
    if (header->clock == CLOCK_KIND_VIRTUAL)
        words_add(&second, "  ·  virtual time");
    if (header->producer_kind == LOG_BY_MODEL && header->repeatable == 0)
        words_add(&second, "  ·  not repeatable: real time stepped in");
    if (flow->view->cut_short || header->closed == 0)
        words_add(&second, "  ·  ended early");
}
