/* Who let a thread go on: whose unlock, signal, post, end.  Threads run side by side, so the row before says nothing;
 * only what the events themselves tell counts, and what they leave open has no answer:
 *
 *   lock-wait   t1            a lock given back between a wait and its end let that wait end; one given back
 *   lock-release     t2       before it did not, for then the lock was free and t1 only had to wait for its turn
 *   lock-acquire t1           (a recorded wait is said only of a lock that is held: there any earlier one will do)
 *
 * It looks back a bounded number of rows, so that drawing stays linear.  Knows no pictures.
 */
#include "tracer/render/handover.h"
#include "tracer/explore/explore.h"
#include "tracer/render/payload.h"
#include "tracer/threads/calls.h"

enum { LOOK_BACK = 1000, QUEUED_SIGNALS = 32 };

/* A row whose cause is looked for. */
struct moment {
    const struct flow *flow;
    size_t row, oldest;            /* rows before `oldest` are not looked at */
    const struct event *event;     /* what ended the row: of a join in one row, JOIN_DONE */
    const struct event_sync *sync; /* its payload; means nothing if it is no pthread call */
};

static const struct event *event_of(const struct flow *flow, size_t row)
{
    return flow->view->entries[flow->rows[row].entry].event;
}

static const struct event_sync *sync_of(const struct event *event)
{
    return payload_kind(event->kind) == PAYLOAD_sync ? EVENT_PAYLOAD(event, sync) : NULL;
}

static bool is_own(const struct moment *moment, size_t row)
{
    return moment->flow->rows[row].lane == moment->flow->rows[moment->row].lane;
}

/* A call of that kind about the moment's object, that succeeded. */
static bool is_call(const struct moment *moment, size_t row, unsigned kind)
{
    const struct event *event = event_of(moment->flow, row);
    const struct event_sync *sync = sync_of(event);
    return event->kind == kind && sync != NULL && sync->object == moment->sync->object && sync->result == 0;
}

/* The latest row by another thread, from `from` on, that `fits`. */
static size_t latest(const struct moment *moment, size_t from, bool (*fits)(const struct moment *, size_t))
{
    for (size_t i = moment->row; i-- > from;)
        if (moment->flow->rows[i].lane != FLOW_NO_LANE && !is_own(moment, i) && fits(moment, i))
            return i;
    return FLOW_NOTHING;
}

/* The row at which this thread began the wait that ends here; FLOW_NOTHING if it is the same row, or is not shown. */
static size_t own_wait(const struct moment *moment)
{
    const struct flow *flow = moment->flow;
    if (flow->rows[moment->row].end != FLOW_NOTHING)
        return FLOW_NOTHING;
    for (size_t i = moment->row; i-- > moment->oldest;) {
        const struct event_sync *sync = is_own(moment, i) ? sync_of(event_of(flow, i)) : NULL;
        if (sync != NULL && sync->object == moment->sync->object)
            return flow_ends(flow->rows[i].kind, moment->event->kind) ? i : FLOW_NOTHING;
    }
    return FLOW_NOTHING;
}

/* From where on may something have ended the wait?  A recorder says how long it took, and nothing of a lock that was
 * free.
 */
static size_t wait_from(const struct moment *moment)
{
    if (moment->sync->waited_ns != 0)
        return moment->oldest;
    return moment->flow->view->header->clock == CLOCK_KIND_STEP ? own_wait(moment) : FLOW_NOTHING;
}

/* ---- births and ends ---- */

static bool creates(const struct moment *moment, size_t row)
{
    const struct event *event = event_of(moment->flow, row);
    switch ((unsigned)event->kind) {
    case EVENT_CLONE:
    case EVENT_FORK:
    case EVENT_VFORK:
        return EVENT_PAYLOAD(event, life)->other_tid == moment->event->tid;
    case EVENT_THREAD_CREATE: /* the explorer names threads by their handles alone */
        if (EVENT_PAYLOAD(event, sync)->other_tid != 0 || moment->event->kind != EVENT_THREAD_START)
            return EVENT_PAYLOAD(event, sync)->other_tid == moment->event->tid;
        return is_call(moment, row, EVENT_THREAD_CREATE);
    default:
        return false;
    }
}

static bool is_end_of_joined(const struct moment *moment, size_t row)
{
    const struct event *event = event_of(moment->flow, row);
    return (event->kind == EVENT_EXIT || event->kind == EVENT_THREAD_EXIT) && event->tid == moment->sync->other_tid;
}

static bool starts_joined(const struct moment *moment, size_t row)
{
    return is_call(moment, row, EVENT_THREAD_START);
}

/* Where the log shows no end of a thread that was joined, its last step is as near to it as one can tell. */
static size_t end_of_joined(const struct moment *moment)
{
    const struct flow *flow = moment->flow;
    if (moment->sync->result != 0)
        return FLOW_NOTHING;
    if (moment->sync->other_tid != 0)
        return latest(moment, moment->oldest, is_end_of_joined);
    const size_t start = latest(moment, moment->oldest, starts_joined);
    for (size_t i = moment->row; start != FLOW_NOTHING && i-- > start;)
        if (flow->rows[i].lane == flow->rows[start].lane)
            return i;
    return FLOW_NOTHING;
}

/* ---- locks and semaphores ---- */

/* Did the thread that gives a reader-writer lock back in this row hold it for writing?  Its unlock does not say. */
static bool held_for_writing(const struct moment *moment, size_t row)
{
    for (size_t i = row; i-- > moment->oldest;)
        if (moment->flow->rows[i].lane == moment->flow->rows[row].lane && is_call(moment, i, EVENT_LOCK_ACQUIRE))
            return sync_of(event_of(moment->flow, i))->object_kind == OBJECT_RWLOCK_WRITE;
    return false;
}

/* By an unlock, or because who waits for a condition gives its mutex back. */
static bool gives_back(const struct moment *moment, size_t row)
{
    const struct event *event = event_of(moment->flow, row);
    if (event->kind == EVENT_COND_WAIT)
        return EVENT_PAYLOAD(event, sync)->object2 == moment->sync->object;
    return is_call(moment, row, EVENT_LOCK_RELEASE) &&
           (moment->sync->object_kind != OBJECT_RWLOCK_READ || held_for_writing(moment, row));
}

static bool posts(const struct moment *moment, size_t row)
{
    return is_call(moment, row, EVENT_SEM_POST);
}

static size_t since_wait(const struct moment *moment, bool (*fits)(const struct moment *, size_t))
{
    const size_t from = wait_from(moment);
    return from != FLOW_NOTHING ? latest(moment, from, fits) : FLOW_NOTHING;
}

/* ---- conditions ---- */

/* A signal wakes one of those that wait, a broadcast all.  Which one is not said: signals are given to those that wake
 * in turn, and who wakes when none is left was woken by nobody. */
static size_t signal_for(const struct moment *moment)
{
    size_t signals[8], first = 0, count = 0, broadcast = FLOW_NOTHING;
    const size_t from = moment->sync->result == 0 ? own_wait(moment) : FLOW_NOTHING;
    for (size_t i = from; from != FLOW_NOTHING && i < moment->row; i++) {
        if (moment->flow->rows[i].lane == FLOW_NO_LANE || is_own(moment, i))
            continue;
        if (is_call(moment, i, EVENT_COND_BROADCAST) && broadcast == FLOW_NOTHING)
            broadcast = i;
        else if (is_call(moment, i, EVENT_COND_SIGNAL) && count < sizeof signals / sizeof *signals)
            signals[count++] = i;
        else if (is_call(moment, i, EVENT_COND_WAKE) && first < count)
            first++;
    }
    return first < count && signals[first] < broadcast ? signals[first] : broadcast;
}

/* ---- barriers ---- */

/* One of those who leave is told so by its result, which is no error. */
static bool leaves(const struct moment *moment, size_t row)
{
    const struct row *here = &moment->flow->rows[row];
    const struct event *event = event_of(moment->flow, row);
    const bool at_once = event->kind == EVENT_BARRIER_WAIT && here->end != FLOW_NOTHING;
    return (at_once || event->kind == EVENT_BARRIER_LEAVE) && sync_of(event)->object == moment->sync->object;
}

/* The last to come before anybody leaves lets all go on, itself included. */
static size_t last_to_come(const struct moment *moment)
{
    const size_t from = own_wait(moment);
    size_t last = FLOW_NOTHING;
    for (size_t i = from; from != FLOW_NOTHING && i <= moment->row; i++) {
        if (moment->flow->rows[i].lane == FLOW_NO_LANE)
            continue;
        if (is_call(moment, i, EVENT_BARRIER_WAIT))
            last = i;
        if (leaves(moment, i))
            break;
    }
    return last != from ? last : FLOW_NOTHING;
}

/* ---- signals that a thread takes ---- */

/* Sent again while it is pending, a signal stays one; the others are queued, and which is taken is not said. */
static size_t sender(const struct moment *moment)
{
    size_t first = FLOW_NOTHING;
    for (size_t i = moment->row; i-- > moment->oldest;) {
        if (moment->flow->rows[i].lane == FLOW_NO_LANE)
            continue;
        if (is_call(moment, i, EVENT_SIGNAL_TAKEN))
            break;
        if (!is_call(moment, i, EVENT_SIGNAL_SEND))
            continue;
        if (first != FLOW_NOTHING && moment->sync->object >= QUEUED_SIGNALS)
            return FLOW_NOTHING;
        first = i;
    }
    return first != FLOW_NOTHING && !is_own(moment, first) ? first : FLOW_NOTHING;
}

static struct moment moment_of(const struct flow *flow, size_t row)
{
    const size_t end = flow->rows[row].end;
    const struct event *event = end != FLOW_NOTHING ? flow->view->entries[end].event : event_of(flow, row);
    return (struct moment){.flow = flow,
                           .row = row,
                           .oldest = row > LOOK_BACK ? row - LOOK_BACK : 0,
                           .event = event,
                           .sync = EVENT_PAYLOAD(event, sync)};
}

size_t handover_into(const struct flow *flow, size_t row)
{
    const struct moment moment = moment_of(flow, row);
    switch ((unsigned)moment.event->kind) {
    case EVENT_START:
    case EVENT_THREAD_START:
        return latest(&moment, moment.oldest, creates);
    case EVENT_JOIN_DONE:
        return end_of_joined(&moment);
    case EVENT_LOCK_ACQUIRE:
        return since_wait(&moment, gives_back);
    case EVENT_SEM_ACQUIRE:
        return since_wait(&moment, posts);
    case EVENT_COND_WAKE:
        return signal_for(&moment);
    case EVENT_BARRIER_LEAVE:
        return last_to_come(&moment);
    case EVENT_SIGNAL_TAKEN:
        return sender(&moment);
    default:
        return FLOW_NOTHING;
    }
}

/* ---- waiting ---- */

/* A schedule of the explorer that ends because nobody can go on. */
static bool is_stuck(const struct flow *flow)
{
    for (size_t i = flow->count; i-- > 0;)
        if (flow->rows[i].kind == EVENT_VERDICT) {
            const uint32_t verdict = EVENT_PAYLOAD(event_of(flow, i), choice)->verdict;
            return verdict == FINDING_DEADLOCK || verdict == FINDING_LOST_WAKEUP;
        }
    return false;
}

bool handover_begins_wait(const struct row *row)
{
    switch (row->kind) {
    case EVENT_SYSCALL_ENTER:
    case EVENT_JOIN_WAIT:
    case EVENT_LOCK_WAIT:
    case EVENT_COND_WAIT:
    case EVENT_SEM_WAIT:
    case EVENT_BARRIER_WAIT:
    case EVENT_STOPPED:
        return row->end == FLOW_NOTHING;
    default:
        return false;
    }
}

bool handover_waits(const struct flow *flow, size_t row, size_t next)
{
    const struct row *here = &flow->rows[row];
    if (!handover_begins_wait(here) || flow->view->header->clock != CLOCK_KIND_STEP)
        return handover_begins_wait(here);
    if (next == FLOW_NOTHING || !flow_ends(here->kind, flow->rows[next].kind))
        return is_stuck(flow);
    return (here->kind != EVENT_LOCK_WAIT && here->kind != EVENT_SEM_WAIT) || handover_into(flow, next) != FLOW_NOTHING;
}

bool handover_ends_wait(const struct flow *flow, size_t row)
{
    const struct moment moment = moment_of(flow, row);
    if (flow->rows[row].end != FLOW_NOTHING || sync_of(moment.event) == NULL)
        return false;
    if (flow->view->header->clock != CLOCK_KIND_STEP)
        return moment.sync->waited_ns != 0;
    return own_wait(&moment) != FLOW_NOTHING;
}
