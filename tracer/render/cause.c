/* What led to a row.  Where one CPU's control is traced, the row before it did.  Among threads it
 * is for handover.c to say who let whom go on.
 * It looks back a bounded number of rows, so that drawing stays linear.
 */
#include "tracer/render/handover.h"

enum { CAUSE_LOOK_BACK = 1000 };

static const struct event *event_of(const struct flow *flow, size_t row)
{
    return flow->view->entries[flow->rows[row].entry].event;
}

/* Who had control before: the row before, but for guests that were only made ready then. */
static size_t control_before(const struct flow *flow, size_t row)
{
    while (row > 0 && !flow->rows[row].apart && flow->rows[row - 1].lane != FLOW_NO_LANE)
        if (flow->rows[--row].kind != EVENT_GUEST_START)
            return row;
    return FLOW_NOTHING;
}

/* Where VMs run side by side on several CPUs, the row before may be of another one: then control comes from where this
 * VM had it last.  But a switch, and an interrupt raised, are the hypervisor's own next deed. */
static size_t control_of_vm(const struct flow *flow, size_t row)
{
    const struct event *here = event_of(flow, row);
    const size_t before = control_before(flow, row);
    if (before == FLOW_NOTHING || event_of(flow, before)->vm == here->vm ||
        event_of(flow, before)->mode == MODE_HYPERVISOR || here->kind == EVENT_SWITCH ||
        here->kind == EVENT_INTERRUPT_RAISE || here->kind == EVENT_INTERRUPT_PENDING)
        return before;
    for (size_t i = before; i > 0 && row - i < CAUSE_LOOK_BACK; i--) {
        if (flow->rows[i].apart || flow->rows[i - 1].lane == FLOW_NO_LANE)
            break;
        if (event_of(flow, i - 1)->vm == here->vm)
            return i - 1;
    }
    return FLOW_NOTHING;
}

size_t flow_cause(const struct flow *flow, size_t row)
{
    const struct row *here = &flow->rows[row];
    if (here->lane == FLOW_NO_LANE || row == 0)
        return FLOW_NOTHING;
    if (flow->control)
        return control_of_vm(flow, row);
    return handover_into(flow, row);
}
