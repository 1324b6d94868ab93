/* The fields of each row's record, for whoever clicks on it.  A form is a list of named fields of one payload; the page
 * gets the forms once, and of every row only the number of its form and the values.  Knows no words beyond names.
 */
#include "tracer/render/html/html.h"
#include "tracer/render/payload.h"

#include <inttypes.h>
#include <string.h>

/* How a value is to be read. */
#define AS_COUNT "n"
#define AS_ADDRESS "x"
#define AS_ID "id"
#define AS_LANE "lane"
#define AS_ARGUMENT "argument" /* in the register by which the CPU's calling convention passes it */
#define AS_CALL "call"         /* the number of a system call */
#define AS_RESULT "result"

struct field {
    const char *name, *as;
    uint8_t offset, size;
    bool negative; /* may be */
};
#define FIELD(payload, member, name, as, negative)                                                                     \
    {                                                                                                                  \
        name, as, offsetof(struct event_##payload, member), sizeof((struct event_##payload *)0)->member, negative      \
    }
#define ARGUMENT(payload, number)                                                                                      \
    {                                                                                                                  \
#number, AS_ARGUMENT, offsetof(struct event_##payload, argument) + 8 * (number), 8, false                      \
    }
#define ARGUMENTS(payload)                                                                                             \
    ARGUMENT(payload, 0), ARGUMENT(payload, 1), ARGUMENT(payload, 2), ARGUMENT(payload, 3), ARGUMENT(payload, 4),      \
        ARGUMENT(payload, 5)
#define PC(payload) FIELD(payload, pc, "program counter", AS_ADDRESS, false)

enum { FIELDS_MOST = 9 };
enum form {
    FORM_NONE,
    FORM_LOST,
    FORM_LIFE,
    FORM_SYSCALL,
    FORM_SYSRET,
    FORM_SIGNAL,
    FORM_SYNC,
    FORM_CALL, /* a trap by a system call */
    FORM_TRAP, /* any other, and the steps that follow */
    FORM_FAULT,
    FORM_HANDLER,
    FORM_RESTORE,
    FORM_PRIVILEGED,
    FORM_INTERRUPT,
    FORM_SWITCH,
    FORM_ACCESS,
    FORM_CHOICE,
    FORM_END
};
static const struct field forms[FORM_END][FIELDS_MOST] = {
    [FORM_LOST] = {FIELD(lost, count, "events lost", AS_COUNT, false)},
    [FORM_LIFE] = {PC(life), FIELD(life, other_tid, "other thread", AS_ID, false),
                   FIELD(life, pid, "process", AS_ID, false), FIELD(life, status, "wait status", AS_COUNT, true)},
    [FORM_SYSCALL] = {PC(syscall), FIELD(syscall, number, "call number", AS_CALL, false), ARGUMENTS(syscall)},
    [FORM_SYSRET] = {PC(sysret), FIELD(sysret, number, "call number", AS_CALL, false),
                     FIELD(sysret, result, "result", AS_RESULT, true)},
    [FORM_SIGNAL] = {PC(signal), FIELD(signal, signo, "signal number", AS_ID, true),
                     FIELD(signal, code, "why (si_code)", AS_COUNT, true),
                     FIELD(signal, address, "fault address", AS_ADDRESS, false),
                     FIELD(signal, sender_pid, "sent by process", AS_ID, false)},
    [FORM_SYNC] = {PC(sync), FIELD(sync, object, "object", AS_ADDRESS, false),
                   FIELD(sync, object2, "second object", AS_ADDRESS, false),
                   FIELD(sync, other_tid, "other thread", AS_ID, false),
                   FIELD(sync, waited_ns, "waited (ns)", AS_COUNT, false),
                   FIELD(sync, result, "result", AS_COUNT, true), FIELD(sync, line, "source line", AS_ID, false)},
    [FORM_CALL] = {PC(trap), FIELD(trap, number, "call number", AS_CALL, false), ARGUMENTS(trap)},
    [FORM_TRAP] = {PC(trap), FIELD(trap, signo, "host signal", AS_COUNT, true)},
    [FORM_FAULT] = {PC(trap), FIELD(trap, value, "fault address", AS_ADDRESS, false),
                    FIELD(trap, signo, "host signal", AS_COUNT, true)},
    [FORM_HANDLER] = {PC(handler), FIELD(handler, number, "index in the table", AS_CALL, false),
                      FIELD(handler, address, "handler’s address", AS_ADDRESS, false)},
    [FORM_RESTORE] = {PC(handler), FIELD(handler, result, "result", AS_RESULT, true)},
    [FORM_PRIVILEGED] = {PC(privileged), FIELD(privileged, length, "bytes of the instruction", AS_COUNT, false),
                         FIELD(privileged, value, "value", AS_ADDRESS, false),
                         FIELD(privileged, target, "register or port", AS_ADDRESS, false)},
    [FORM_INTERRUPT] = {PC(interrupt), FIELD(interrupt, line, "interrupt line", AS_ID, false),
                        FIELD(interrupt, enabled, "virtual interrupt flag", AS_COUNT, false),
                        FIELD(interrupt, traps, "traps in this slice", AS_COUNT, false)},
    [FORM_SWITCH] = {FIELD(switch, from_lane, "from", AS_LANE, false), FIELD(switch, to_lane, "to", AS_LANE, false),
                     FIELD(switch, cpu_ns, "CPU time so far (ns)", AS_COUNT, false)},
    [FORM_ACCESS] = {PC(access), FIELD(access, address, "address", AS_ADDRESS, false),
                     FIELD(access, value, "value", AS_COUNT, false), FIELD(access, size, "bytes", AS_COUNT, false),
                     FIELD(access, line, "source line", AS_ID, false)},
    [FORM_CHOICE] = {FIELD(choice, chosen, "thread chosen", AS_COUNT, false),
                     FIELD(choice, of, "threads that could run", AS_COUNT, false),
                     FIELD(choice, decision, "decision number", AS_COUNT, false)},
};

static enum form form_of_trap(const struct event *event)
{
    if (event->kind == EVENT_FAULT)
        return FORM_FAULT;
    return event->kind == EVENT_TRAP && EVENT_PAYLOAD(event, trap)->cause == CAUSE_SYSCALL ? FORM_CALL : FORM_TRAP;
}

static enum form form_of(const struct event *event)
{
    switch (payload_kind(event->kind)) {
    case PAYLOAD_lost:
        return FORM_LOST;
    case PAYLOAD_life:
        return FORM_LIFE;
    case PAYLOAD_syscall:
        return FORM_SYSCALL;
    case PAYLOAD_sysret:
        return FORM_SYSRET;
    case PAYLOAD_signal:
        return FORM_SIGNAL;
    case PAYLOAD_sync:
        return FORM_SYNC;
    case PAYLOAD_trap:
        return form_of_trap(event);
    case PAYLOAD_handler:
        return event->kind == EVENT_RESTORE_REGISTERS ? FORM_RESTORE : FORM_HANDLER;
    case PAYLOAD_privileged:
        return FORM_PRIVILEGED;
    case PAYLOAD_interrupt:
        return FORM_INTERRUPT;
    case PAYLOAD_switch:
        return FORM_SWITCH;
    case PAYLOAD_access:
        return FORM_ACCESS;
    case PAYLOAD_choice:
        return FORM_CHOICE;
    default:
        return FORM_NONE;
    }
}

static const struct event *event_of(const struct render_job *job, size_t row)
{
    return job->view->entries[job->flow->rows[row].entry].event;
}

static enum form form_of_row(const struct render_job *job, size_t row)
{
    return job->flow->rows[row].lane == FLOW_NO_LANE ? FORM_NONE : form_of(event_of(job, row));
}

static void put_forms(FILE *out)
{
    fputs("\"forms\":[", out);
    for (unsigned form = 0; form < FORM_END; form++) {
        fputs(form == 0 ? "[" : ",\n[", out);
        for (unsigned i = 0; i < FIELDS_MOST && forms[form][i].name != NULL; i++)
            fprintf(out, "%s[\"%s\",\"%s\"]", i == 0 ? "" : ",", forms[form][i].name, forms[form][i].as);
        fputc(']', out);
    }
    fputs("],\n", out);
}

/* Reads a field of 1 to 8 bytes, its sign kept. */
static uint64_t value_of(const struct event *event, const struct field *field)
{
    uint64_t value = 0;
    uint32_t half;
    uint16_t quarter;
    switch (field->size) {
    case 8:
        memcpy(&value, event->payload + field->offset, 8);
        return value;
    case 4:
        memcpy(&half, event->payload + field->offset, 4);
        return field->negative ? (uint64_t)(int64_t)(int32_t)half : half;
    case 2:
        memcpy(&quarter, event->payload + field->offset, 2);
        return field->negative ? (uint64_t)(int64_t)(int16_t)quarter : quarter;
    default:
        return event->payload[field->offset];
    }
}

void html_put_facts(const struct render_job *job, size_t count, FILE *out)
{
    put_forms(out);
    fputs("\"form\":[", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%d", i == 0 ? "" : ",", (int)form_of_row(job, i));
    fputs("],\n\"values\":[", out);
    bool first = true;
    for (size_t i = 0; i < count; i++) {
        const struct field *fields = forms[form_of_row(job, i)];
        for (unsigned f = 0; f < FIELDS_MOST && fields[f].name != NULL; f++) {
            uint64_t value = value_of(event_of(job, i), &fields[f]);
            if (!first)
                fputc(',', out);
            first = false;
            if (strcmp(fields[f].as, AS_LANE) == 0)
                fprintf(out, "%" PRId64, (int64_t)(int32_t)flow_lane_of(job->flow, (uint32_t)value));
            else
                html_put_number(out, value, fields[f].negative);
        }
    }
    fputc(']', out);
}
