/* The pthread calls as the program makes them: for each row of calls.def a __wrap_ function that notes who calls from
 * where, records the events that the row names, and in between does what semantics.h promises.
 * What a call means is written elsewhere; this file only goes through the list.
 */
#include "tracer/explore/runtime/semantics.h"

void call_begin(uint16_t call, uintptr_t pc, enum event_kind event, uintptr_t object, enum object_kind kind)
{
    SELF->wait.call = call;
    SELF->wait.pc = SELF->access_pc = pc;
    if (event != EVENT_NONE && S->config.record) {
        uint32_t step = step_record(event, call, pc, object, 0, 0, NO_THREAD, 0);
        if (step != NO_STEP)
            S->channel->step[step].object_kind = (uint16_t)kind;
    }
}

void call_end(uint16_t call, uintptr_t pc, enum event_kind event, uintptr_t object, enum object_kind kind, int result)
{
    if (event == EVENT_NONE || event == EVENT_THREAD_CREATE || !S->config.record) /* creation: by threads.c */
        return;
    uint32_t step = step_record(event, call, pc, object, 0, 0, NO_THREAD, result);
    if (step != NO_STEP)
        S->channel->step[step].object_kind = (uint16_t)kind;
}

/* The object's address is only known before a call that does not create it. */
#define BEFORE(event, object) (EVENT_##event == EVENT_NONE ? 0 : (uintptr_t)(object))
#define EVENT_(event) EVENT_##event

#define RUN_int(name, arguments, object, kind, after, failed)                                                          \
    int result = semantics_##name arguments;                                                                           \
    bool good = result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD;                                                \
    enum event_kind event = good ? EVENT_##after : EVENT_##failed;                                                     \
    call_end(CALL_##name, CALLER, event, event == EVENT_NONE ? 0 : (uintptr_t)(object), OBJECT_##kind, result);        \
    return result;
#define RUN_unsigned(name, arguments, object, kind, after, failed) return semantics_##name arguments;
#define RUN_void(name, arguments, object, kind, after, failed) semantics_##name arguments;

#define CALL(name, result_type, parameters, arguments, object, kind, before, after, failed)                            \
    result_type __wrap_##name parameters;                                                                              \
    result_type __wrap_##name parameters                                                                               \
    {                                                                                                                  \
        call_begin(CALL_##name, CALLER, EVENT_##before, BEFORE(before, object), OBJECT_##kind);                        \
        RUN_##result_type(name, arguments, object, kind, after, failed)                                                \
    }
#include "tracer/threads/calls.def"
