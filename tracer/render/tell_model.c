/* What happened to a guest, its OS and its hypervisor, in words: the lecture's steps, and what comes between.
 */
#include "tracer/render/tell.h"
#include "tracer/syscalls/syscalls.h"

#include <string.h>

/* Control left a guest: which call, instruction, alarm or fault made it. */
void tell_trap(struct telling *telling)
{
    const struct event_trap *trap = EVENT_PAYLOAD(telling->event, trap);
    struct words *label = &telling->label;
    static const char *const because[CAUSE_END] = {
        [CAUSE_SYSCALL] = "syscall",       [CAUSE_PRIVILEGED] = "privileged instruction",
        [CAUSE_TIMER] = "timer interrupt", [CAUSE_FAULT] = "fault",
        [CAUSE_EXIT] = "end of the guest",
    };
    const char *cause = trap->cause < CAUSE_END ? because[trap->cause] : "trap";
    bool said = false; /* the label has told the cause already */
    if (trap->cause == CAUSE_SYSCALL) {
        struct event_syscall call = {
            .pc = trap->pc, .number = trap->number, .machine = telling->flow->view->header->machine};
        for (unsigned i = 0; i < SYSCALL_ARGUMENTS; i++)
            call.argument[i] = trap->argument[i];
        /* A guest OS may number its calls as it likes: then the log names them, and their arguments are numbers. */
        struct names_text name;
        const char *ours = syscall_name(call.machine, call.number);
        if (!names_find(telling->flow->names, telling->entry, TEXT_NAME, 0, &name) ||
            (ours != NULL && strcmp(name.bytes, ours) == 0))
            tell_call(telling, &call, telling->entry);
        else
            words_add_clean(label, name.bytes, name.used), words_add(label, "(…)");
    } else {
        said = !tell_name(telling, label, cause);
    }
    words_add(&telling->detail, "%s%sat 0x%llx", said ? "" : cause, said ? "" : " ", (unsigned long long)trap->pc);
}

void tell_handler(struct telling *telling)
{
    const struct event_handler *handler = EVENT_PAYLOAD(telling->event, handler);
    struct words *label = &telling->label, *detail = &telling->detail;
    switch ((unsigned)telling->event->kind) {
    case EVENT_TABLE_LOOKUP:
        words_add(label, "table[%llu] → ", (unsigned long long)handler->number);
        tell_name(telling, label, "handler");
        if (telling->event->vm != 0)
            words_add(detail, "VM %u’s own table, ", telling->event->vm);
        words_add(detail, "0x%llx", (unsigned long long)handler->address);
        break;
    case EVENT_HANDLER:
        tell_name(telling, label, "the handler");
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
void tell_step(struct telling *telling)
{
    const struct event_trap *trap = EVENT_PAYLOAD(telling->event, trap);
    struct words *label = &telling->label, *detail = &telling->detail;
    switch ((unsigned)telling->event->kind) {
    case EVENT_SAVE_REGISTERS:
        words_add(label, "save registers");
        break;
    case EVENT_ENTER_KERNEL:
        words_add(label, "enter kernel mode");
        break;
    case EVENT_LEAVE_KERNEL:
        words_add(label, "leave kernel mode");
        break;
    case EVENT_ENTER_USER:
        words_add(label, "user mode");
        break;
    case EVENT_RESUME:
        words_add(label, telling->event->step != 0 ? "resume after the call" : "resume");
        words_add(detail, "at 0x%llx", (unsigned long long)trap->pc);
        break;
    case EVENT_HANDLER_RETURN:
        tell_name(telling, label, "return from trap");
        if (telling->event->mode == MODE_HYPERVISOR)
            words_add(label, " faults");
        words_add(detail, "privileged, so in user mode it traps");
        break;
    case EVENT_VM_EXIT:
        words_add(label, "VM exit: ");
        tell_name(telling, label, "the machine came back");
        break;
    default: /* FAULT */
        words_add(label, "the guest’s own fault at 0x%llx", (unsigned long long)trap->value);
        if (trap->signo != 0)
            tell_signo(detail, trap->signo);
        break;
    }
}

void tell_privileged(struct telling *telling)
{
    const struct event_privileged *instruction = EVENT_PAYLOAD(telling->event, privileged);
    struct words *label = &telling->label, *detail = &telling->detail;
    tell_name(telling, label, "privileged instruction");
    words_add(label, instruction->reflected ? ": reflected as a fault" : ": emulated");
    words_add(detail, "value 0x%llx, target 0x%llx; at 0x%llx:", (unsigned long long)instruction->value,
              (unsigned long long)instruction->target, (unsigned long long)instruction->pc);
    for (unsigned i = 0; i < instruction->length && i < sizeof instruction->bytes; i++)
        words_add(detail, " %02x", instruction->bytes[i]);
}

void tell_interrupt(struct telling *telling)
{
    const struct event_interrupt *interrupt = EVENT_PAYLOAD(telling->event, interrupt);
    struct words *label = &telling->label;
    const char *line = interrupt->line == 0 ? "the machine’s timer" : "interrupt";
    switch ((unsigned)telling->event->kind) {
    case EVENT_INTERRUPT_RAISE:
        words_add(label, "%s is raised", line);
        break;
    case EVENT_INTERRUPT_PENDING:
        words_add(label, "%s waits: interrupts are off", line);
        break;
    case EVENT_INTERRUPT_DELIVER:
        words_add(label, "%s is delivered", line);
        break;
    default:
        words_add(label, "slice ends after %llu trap%s", (unsigned long long)interrupt->traps,
                  interrupt->traps == 1 ? "" : "s");
        break;
    }
    if (interrupt->line != 0)
        words_add(&telling->detail, "line %u, interrupts %s", interrupt->line, interrupt->enabled ? "on" : "off");
}

void tell_switch(struct telling *telling)
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
        tell_lane(telling, &telling->label, column);
    else
        words_add(&telling->label, "%s", event_lane_text(change->to_lane, lane));
    if (change->cpu_ns != 0)
        words_add(&telling->detail, "after %s of its own CPU time", words_duration(used, change->cpu_ns));
}

/* Calls that are not the traced program's own: a hypercall, and what the hypervisor asked of its host. */
void tell_other_call(struct telling *telling)
{
    const struct event_syscall *call = EVENT_PAYLOAD(telling->event, syscall);
    if (telling->event->kind == EVENT_HOST) {
        words_add(&telling->label, "host: ");
        tell_call(telling, call, telling->entry);
    } else {
        words_add(&telling->label, "hypercall ");
        if (!tell_name(telling, &telling->label, NULL))
            words_add(&telling->label, "%u", call->number);
    }
}
