/* Which payload struct an event kind carries, as a number to switch on: generated from EVENT_KINDS. */
#ifndef TRACER_RENDER_PAYLOAD_H
#define TRACER_RENDER_PAYLOAD_H

#include "tracer/event.h"

enum payload_kind {
    PAYLOAD_none,
    PAYLOAD_lost,
    PAYLOAD_text,
    PAYLOAD_lane,
    PAYLOAD_stack,
    PAYLOAD_module,
    PAYLOAD_registers,
    PAYLOAD_life,
    PAYLOAD_syscall,
    PAYLOAD_sysret,
    PAYLOAD_signal,
    PAYLOAD_sync,
    PAYLOAD_trap,
    PAYLOAD_handler,
    PAYLOAD_privileged,
    PAYLOAD_interrupt,
    PAYLOAD_switch,
    PAYLOAD_access,
    PAYLOAD_choice
};

static inline enum payload_kind payload_kind(unsigned kind)
{
    switch (kind) {
#define PAYLOAD_CASE(constant, name, payload)                                                                          \
    case EVENT_##constant:                                                                                             \
        return PAYLOAD_##payload;
        EVENT_KINDS(PAYLOAD_CASE)
#undef PAYLOAD_CASE
    default:
        return PAYLOAD_none;
    }
}

#endif
