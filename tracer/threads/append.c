/* The writing of one event: some tens of nanoseconds.
 *
 *   threads_append → is a place ours, and free? ─ yes → write, publish
 *                                               └ no  → take one from the pool for this event alone
 *
 * The second way is for threads that have said little so far or are about to end, so that they do not fill a chunk
 * each, and for signal handlers that come in the middle of the first.  How a place comes about is place.c's knowledge,
 * what is written wrappers.c's.
 */
#include "tracer/threads/place.h"

#include <string.h>
#include <sys/syscall.h>

enum { SETTLES_AFTER = 64 }; /* events; then a thread gets a place of its own */

/* In the thread's own block, without a call to find it. */
static __thread struct {
    struct place place;
    uint32_t events;          /* so far, until there is a place of its own */
    bool busy;                /* in the middle of an event: a signal handler must not touch the place */
    bool leaving;             /* about to end: every event takes a place for itself, and gives it back */
    bool silent;              /* no event at all */
    struct pool_slot private; /* for the thread that comes when all slots are taken */
} own __attribute__((tls_model("initial-exec")));

#define BETWEEN_US_AND_HANDLERS() atomic_signal_fence(memory_order_seq_cst)

/* ---- who ---- */

static uint32_t find_lane(uint32_t tid)
{
    for (unsigned try = 0; try < POOL_LANES; try++) {
        uint64_t entry = atomic_load_explicit(&threads.pool->lanes[pool_place(tid, try)], memory_order_acquire);

        if ((uint32_t)entry == tid)
            return (uint32_t)(entry >> 32);
        if (entry == 0)
            break;
    }
    if (threads.header->producer_kind == LOG_BY_RECORDER)
        return EVENT_LANE(LANE_THREAD, 0);
    return EVENT_LANE(LANE_THREAD, atomic_fetch_add(&threads.pool->lanes_taken, 1) + 1);
}

/* The calling thread, as it is now: it may be the only one of a process just forked. */
static void learn_who(void)
{
    uint32_t pid = atomic_load_explicit(threads.pid, memory_order_relaxed);
    bool forked = pid == 0;

    if (forked) {
        /* Its only thread has the process's number, and the C library has noted it. */
        pid = threads.quiet ? threads_own_tid() : (uint32_t)THREADS_CALL(SYS_getpid, 0);
        atomic_store(threads.pid, pid);
        atomic_store(&threads.modules_told, 0);
    }
    if (own.place.pid == pid)
        return;
    own.place.slot = NULL; /* the parent goes on with it */
    own.busy = false;
    own.events = 0;
    own.place.pid = pid;
    own.leaving = own.silent = own.silent || threads.silent;
    own.place.tid = forked && !threads.quiet ? (uint32_t)THREADS_CALL(SYS_gettid, 0) : threads_own_tid();
    own.place.lane = find_lane(own.place.tid);
}

/* ---- events ---- */

static inline __attribute__((always_inline)) uint64_t write_sync(struct place *place, enum event_kind kind,
                                                                 const struct event_sync *sync, uint64_t since)
{
    struct event *event;
    uint64_t time;

    if (__builtin_expect(place->dropped != 0 || place->used + EVENT_SIZE(sizeof *sync) > LOG_CHUNK_SIZE, 0) &&
        !place_make_room(place, sizeof *sync))
        return 0;
    time = place_now(kind == EVENT_LOCK_RELEASE);
    event = place_event(place, sizeof *sync, time);
    memcpy(event->payload, sync, sizeof *sync);
    if (since != 0)
        ((struct event_sync *)(void *)event->payload)->waited_ns = time - since;
    log_publish(event, kind);
    return time;
}

/* With a place that is taken for this event only. */
static __attribute__((noinline)) uint64_t append_apart(enum event_kind kind, const struct event_sync *sync,
                                                       uint64_t since)
{
    struct place place = {.pid = own.place.pid, .tid = own.place.tid, .lane = own.place.lane};
    uint64_t time;

    if (own.silent || !place_take_once(&place)) {
        atomic_fetch_add(&threads.header->lost, 1);
        return 0;
    }
    time = write_sync(&place, kind, sync, since);
    place_give(&place);
    return time;
}

/* The first event of a thread, of a process, or in a difficult moment. */
static __attribute__((noinline)) bool settle(void)
{
    learn_who();
    if (own.silent)
        return false;
    if (atomic_exchange(&threads.modules_told, 1) == 0)
        threads_tell_modules();
    if (own.busy || own.leaving || (own.place.slot == NULL && own.events++ < SETTLES_AFTER))
        return false;
    if (own.place.slot == NULL) {
        own.busy = true;
        BETWEEN_US_AND_HANDLERS();
        if (!place_take(&own.place)) {
            own.private = (struct pool_slot){.owner = POOL_OWNER(own.place.pid, own.place.tid)};
            place_resume(&own.place, &own.private);
        }
        BETWEEN_US_AND_HANDLERS();
        own.busy = false;
    }
    return true;
}

uint64_t threads_append(enum event_kind kind, const struct event_sync *sync, uint64_t since)
{
    uint64_t time;

    if (threads.header == NULL)
        return 0;
    if (__builtin_expect(own.place.slot == NULL || own.busy || own.leaving ||
                             atomic_load_explicit(threads.pid, memory_order_relaxed) != own.place.pid,
                         0) &&
        !settle())
        return append_apart(kind, sync, since);
    own.busy = true;
    BETWEEN_US_AND_HANDLERS();
    time = write_sync(&own.place, kind, sync, since);
    BETWEEN_US_AND_HANDLERS();
    own.busy = false;
    return time;
}

/* A string of any length, in pieces, all at the event's own time. */
static void write_name(struct place *place, const struct event *about, const char *name)
{
    uint32_t seq = about->seq;
    uint64_t time = about->t_ns;
    size_t left = strlen(name), full = left;

    do {
        size_t used = left < EVENT_TEXT_BYTES ? left : EVENT_TEXT_BYTES;
        struct event_text text = {.about = seq, .role = TEXT_NAME, .full = (uint16_t)full, .used = (uint8_t)used};
        struct event *event;

        left -= used;
        text.more = left > 0;
        memcpy(text.bytes, name, used);
        name += used;
        if (!place_make_room(place, sizeof text))
            return;
        event = place_event(place, sizeof text, time);
        memcpy(event->payload, &text, sizeof text);
        log_publish(event, EVENT_TEXT);
    } while (left > 0);
}

void threads_append_named(enum event_kind kind, const void *payload, unsigned length, const char *name)
{
    struct place place = {.pid = own.place.pid, .tid = own.place.tid, .lane = own.place.lane};

    if (!place_take(&place))
        return;
    if (place_make_room(&place, length)) {
        struct event *event = place_event(&place, length, place_now(true));

        memcpy(event->payload, payload, length);
        log_publish(event, kind);
        write_name(&place, event, name);
    }
    place_give(&place);
}

void threads_leave(void)
{
    if (threads.header == NULL || atomic_load(threads.pid) != own.place.pid)
        return;
    own.leaving = true;
    BETWEEN_US_AND_HANDLERS();
    /* Who is torn out of the middle of an event leaves its place to the recorder, which looks how far it came. */
    if (own.place.slot != NULL && own.place.slot != &own.private && !own.busy)
        place_give(&own.place);
}

void threads_fall_silent(void)
{
    threads_leave();
    own.leaving = own.silent = true;
}

/* ---- the cost ---- */

enum { MEASURED_EVENTS = 32, MEASURED_ROUNDS = 3 };

/* Of three, the middle one: the first finds the caches cold, and any may be interrupted. */
static uint64_t middle(const uint64_t took[MEASURED_ROUNDS])
{
    uint64_t low = took[0] < took[1] ? took[0] : took[1], high = took[0] < took[1] ? took[1] : took[0];

    return took[2] < low ? low : took[2] > high ? high : took[2];
}

/* The very code that writes events, on a page that is thrown away. */
void threads_measure(void)
{
    static unsigned char page[MEASURED_EVENTS * EVENT_SIZE(sizeof(struct event_sync))];
    const struct event_sync sync = {.object_kind = OBJECT_MUTEX};
    uint64_t took[MEASURED_ROUNDS];

    if (atomic_load(&threads.pool->event_ps) != 0)
        return; /* an earlier program of this recording has */
    for (unsigned round = 0; round < MEASURED_ROUNDS; round++) {
        struct place place = {.chunk = page};
        uint64_t began = place_now(false);

        for (unsigned i = 0; i < MEASURED_EVENTS; i++)
            write_sync(&place, EVENT_LOCK_ACQUIRE, &sync, 0);
        took[round] = place_now(false) - began;
    }
    atomic_store(&threads.pool->event_ps, (uint32_t)(middle(took) * 1000 / MEASURED_EVENTS));
}
