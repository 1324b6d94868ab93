/* Who let a thread go on, and whether it waits. */
#ifndef TRACER_RENDER_HANDOVER_H
#define TRACER_RENDER_HANDOVER_H

#include "tracer/render/flow.h"

/* The row whose unlock, signal, post, end … let the thread of this row go on, among threads that run side by side;
 * FLOW_NOTHING if nobody did, or the log leaves it open. */
size_t handover_into(const struct flow *flow, size_t row);

/* True if this row is the end of a wait whose beginning is a row of its own, or such a beginning. */
bool handover_ends_wait(const struct flow *flow, size_t row);
bool handover_begins_wait(const struct row *row);

/* True if the thread of this row waits from here to `next`, its own next row (FLOW_NOTHING: to the end of the log).
 * A thread of the explorer that came to a free lock only lacks its turn. */
bool handover_waits(const struct flow *flow, size_t row, size_t next);

#endif
