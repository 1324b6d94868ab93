/* What led to a row.  Where one CPU's control is traced, the row before it did.  Among threads only what the
 * events themselves tell: who cloned whom, whose exit ended a join, whose release let the next one in.
 * It looks back a bounded number of rows, so that drawing stays linear.
 */
#include "tracer/render/flow.h"

enum { CAUSE_LOOK_BACK = 1000 };

static const struct event *event_of(const struct flow *flow, size_t row)
{
    return flow->view->entries[flow->rows[row].entry].event;
}

/* The event that ends the row: a join that took one row ends with JOIN_DONE. */
static const struct event *last_event(const struct flow *flow, size_t row)
{
    size_t end = flow->rows[row].end;
    return end != FLOW_NOTHING ? flow->view->entries[end].event : event_of(flow, row);
}

static bool creates(const struct event *event, uint32_t tid)
{
    switch ((unsigned)event->kind) {
    case EVENT_CLONE:
    case EVENT_FORK:
    case EVENT_VFORK:
        return EVENT_PAYLOAD(event, life)->other_tid == tid;
    case EVENT_THREAD_CREATE:
        return EVENT_PAYLOAD(event, sync)->other_tid == tid;
    default:
        return false;
    }
}

static bool is_sync(const struct event *event, unsigned kind, uint64_t object)
{
    return event->kind == kind && EVENT_PAYLOAD(event, sync)->object == object;
}

static bool leads_to(const struct event *before, const struct event *after)
{
    const struct event_sync *sync = EVENT_PAYLOAD(after, sync);
    switch ((unsigned)after->kind) {
    case EVENT_START:
    case EVENT_THREAD_START:
        return creates(before, after->tid);
    case EVENT_JOIN_DONE:
        return (before->kind == EVENT_EXIT || before->kind == EVENT_THREAD_EXIT) && sync->other_tid != 0 &&
               before->tid == sync->other_tid;
    case EVENT_LOCK_ACQUIRE:
        return sync->waited_ns != 0 && is_sync(before, EVENT_LOCK_RELEASE, sync->object);
    case EVENT_COND_WAKE:
        return is_sync(before, EVENT_COND_SIGNAL, sync->object) || is_sync(before, EVENT_COND_BROADCAST, sync->object);
    case EVENT_SEM_ACQUIRE:
        return sync->waited_ns != 0 && is_sync(before, EVENT_SEM_POST, sync->object);
    default:
        return false;
    }
}

/* Can anything have led to such an event?  Saves looking back for the many that stand for themselves. */
static bool has_cause(const struct event *after)
{
    switch ((unsigned)after->kind) {
    case EVENT_START:
    case EVENT_THREAD_START:
    case EVENT_JOIN_DONE:
    case EVENT_COND_WAKE:
        return true;
    case EVENT_LOCK_ACQUIRE:
    case EVENT_SEM_ACQUIRE:
        return EVENT_PAYLOAD(after, sync)->waited_ns != 0;
    default:
        return false;
    }
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
    const struct event *after = last_event(flow, row);
    for (size_t i = has_cause(after) ? row : 0; i > 0 && row - i < CAUSE_LOOK_BACK; i--) {
        const struct row *before = &flow->rows[i - 1];
        if (before->lane != FLOW_NO_LANE && before->lane != here->lane && leads_to(event_of(flow, i - 1), after))
            return i - 1;
    }
    return FLOW_NOTHING;
}
