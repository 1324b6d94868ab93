/* A thread's place in the log, and the writing of one event: some tens of nanoseconds.
 *
 *   threads_append → is a place ours, and free? ─ yes → write, publish
 *                                               └ no  → take one from the pool for this event alone
 *
 * The second way is for threads that have said little so far or are about to end, so that they do not fill a chunk
 * each, and for signal handlers that come in the middle of the first. What it is that is written is wrappers.c's
 * knowledge.
 */
#include "tracer/threads/library.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    GROUP_CHUNKS = 256, /* so many are mapped together: 64 MiB of addresses */
    GROUPS = sizeof threads.groups / sizeof *threads.groups,
    SETTLES_AFTER = 64,     /* events; then a thread gets a place of its own */
    RING_BELOW = 4,         /* chunks ahead; then the recorder is told that it is time */
    RETRY_AFTER_DROPS = 256 /* while the disk is full */
};
#define GROUP_SIZE ((long)GROUP_CHUNKS * LOG_CHUNK_SIZE)

struct place {
    struct pool_slot *slot; /* whose; NULL: none */
    unsigned char *chunk;
    uint32_t used, seq, ordinal, dropped;
    uint32_t pid, tid, lane;
    uint32_t events;          /* so far, until there is a place of its own */
    bool busy;                /* in the middle of an event: a signal handler must not touch this */
    bool leaving;             /* every event takes a place for itself, and gives it back */
    struct pool_slot private; /* for the thread that comes when all slots are taken */
};

/* In the thread's own block, without a call to find it. */
static __thread struct place own __attribute__((tls_model("initial-exec")));

#define BETWEEN_US_AND_HANDLERS() atomic_signal_fence(memory_order_seq_cst)

/* What is about to happen may be timed a little early, and that is cheaper; what has happened must not be. */
static inline uint64_t now(bool early)
{
    const struct log_header *header = threads.header;
    struct timespec time;

    if (header->ticks_scale != 0)
        return log_ticks_ns(header, (early ? machine_ticks_early() : machine_ticks()) - header->ticks_start);
    clock_gettime(CLOCK_MONOTONIC, &time); /* in the vDSO: no system call */
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec - header->start_ns;
}

/* ---- chunks ---- */

/* Maps a group of chunks without a descriptor: the header's mapping once more, but longer, and then only its end. */
static unsigned char *map_group(uint64_t group)
{
    uint64_t before = LOG_HEADER_SIZE + group * (uint64_t)GROUP_SIZE, none = 0;
    long whole = THREADS_CALL(SYS_mremap, (long)threads.header, 0, (long)before + GROUP_SIZE, MREMAP_MAYMOVE);
    uint64_t mapped;

    if (whole < 0 && whole > -4096)
        return NULL;
    THREADS_CALL(SYS_munmap, whole, (long)before);
    mapped = (uint64_t)whole + before;
    if (atomic_compare_exchange_strong(&threads.groups[group], &none, mapped))
        return (unsigned char *)(uintptr_t)mapped;
    THREADS_CALL(SYS_munmap, (long)mapped, GROUP_SIZE); /* another thread was faster */
    return (unsigned char *)(uintptr_t)none;
}

static unsigned char *map_chunk(uint64_t chunk)
{
    uint64_t group = chunk / GROUP_CHUNKS, mapped;
    unsigned char *start;

    if (group >= GROUPS)
        return NULL;
    mapped = atomic_load(&threads.groups[group]);
    start = mapped != 0 ? (unsigned char *)(uintptr_t)mapped : map_group(group);
    return start != NULL ? start + chunk % GROUP_CHUNKS * LOG_CHUNK_SIZE : NULL;
}

static void ring(struct pool *pool)
{
    atomic_fetch_add(&pool->bell, 1);
    THREADS_CALL(SYS_futex, (long)&pool->bell, FUTEX_WAKE, 1);
}

/* Is there such a chunk?  The recorder is ahead of us but for the worst of moments; then we wait, rather than lose. */
static bool granted(uint64_t chunk)
{
    static const struct timespec patience = {.tv_nsec = 100000000};
    struct pool *pool = threads.pool;
    uint32_t have = atomic_load(&pool->granted);

    if (chunk + RING_BELOW >= have)
        ring(pool);
    for (int tries = 0; have <= chunk && tries < 20 && !atomic_load(&pool->full); tries++) {
        THREADS_CALL(SYS_futex, (long)&pool->granted, FUTEX_WAIT, have, (long)&patience);
        have = atomic_load(&pool->granted);
    }
    return have > chunk;
}

/* Puts our name on a fresh chunk.  The magic goes last: a chunk without it holds nothing. */
static void open_chunk(struct place *place, unsigned char *memory)
{
    struct log_chunk *chunk = (struct log_chunk *)(void *)memory;
    struct pool_slot *slot = place->slot;

    if (slot->producer == 0)
        slot->producer = (uint32_t)atomic_fetch_add(&threads.header->producers, 1) + 1;
    chunk->producer = slot->producer - 1;
    chunk->pid = place->pid;
    chunk->tid = place->tid;
    chunk->ordinal = place->ordinal++;
    atomic_thread_fence(memory_order_release);
    *(volatile uint32_t *)&chunk->magic = LOG_CHUNK_MAGIC;
    atomic_fetch_add(&threads.header->chunks_ready, 1);
    place->chunk = memory;
    place->used = sizeof *chunk;
}

/* A chunk's number stays claimed in the slot until it is granted, so that a full disk tears no holes into the log. */
static bool next_chunk(struct place *place)
{
    struct pool_slot *slot = place->slot;
    unsigned char *memory;

    if (place->chunk != NULL || slot->chunk == 0) {
        /* Should we be killed from here on, the recorder finds in the slot how the chunk is to begin. */
        slot->seq = place->seq - place->dropped;
        slot->ordinal = place->ordinal;
        BETWEEN_US_AND_HANDLERS();
        slot->chunk = (uint32_t)atomic_fetch_add(&threads.header->chunks_claimed, 1) + 1;
    }
    place->chunk = NULL;
    place->used = LOG_CHUNK_SIZE;
    if (!granted(slot->chunk - 1) || (memory = map_chunk(slot->chunk - 1)) == NULL)
        return false;
    /* Who fills one chunk fills the next, too: its pages together cost a third of one by one. */
    if (place->ordinal > 0)
        THREADS_CALL(SYS_madvise, (long)memory, LOG_CHUNK_SIZE, MADV_POPULATE_WRITE);
    open_chunk(place, memory);
    return true;
}

/* ---- slots ---- */

/* Goes on in the chunk that the slot's last owner has left; or begins the one that it could not have. */
static void resume_slot(struct place *place, struct pool_slot *slot)
{
    place->slot = slot;
    place->used = LOG_CHUNK_SIZE;
    place->seq = slot->seq;
    place->ordinal = slot->ordinal;
    place->dropped = slot->dropped;
    place->chunk = NULL;
    if (slot->chunk == 0 || slot->used >= LOG_CHUNK_SIZE)
        return;
    place->chunk = map_chunk(slot->chunk - 1);
    if (place->chunk != NULL)
        place->used = slot->used;
    else
        slot->chunk = 0;
}

/* The first that is free, so that few chunks are begun. */
static bool take_slot(struct place *place)
{
    uint64_t mine = POOL_OWNER(place->pid, place->tid);

    for (unsigned i = 0; i < POOL_SLOTS; i++) {
        struct pool_slot *slot = &threads.pool->slots[i];
        uint64_t nobody = 0;

        if (atomic_load_explicit(&slot->owner, memory_order_relaxed) == 0 &&
            atomic_compare_exchange_strong(&slot->owner, &nobody, mine)) {
            resume_slot(place, slot);
            return true;
        }
    }
    return false;
}

static void give_slot(struct place *place)
{
    struct pool_slot *slot = place->slot;

    slot->used = place->used;
    slot->seq = place->seq;
    slot->ordinal = place->ordinal;
    slot->dropped = place->dropped;
    if (place->chunk != NULL && place->used > LOG_CHUNK_SIZE - sizeof(struct event))
        slot->chunk = 0; /* full */
    place->slot = NULL;
    atomic_store_explicit(&slot->owner, 0, memory_order_release);
}

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
        pid = (uint32_t)THREADS_CALL(SYS_getpid, 0);
        atomic_store(threads.pid, pid);
        atomic_store(&threads.modules_told, 0);
    }
    if (own.pid == pid)
        return;
    own.slot = NULL; /* the parent goes on with it */
    own.busy = own.leaving = false;
    own.events = 0;
    own.pid = pid;
    own.tid = forked ? (uint32_t)THREADS_CALL(SYS_gettid, 0) : threads_own_tid();
    own.lane = find_lane(own.tid);
}

/* ---- events ---- */

static struct event *place_event(struct place *place, unsigned length, uint64_t time)
{
    struct event *event = (struct event *)(void *)(place->chunk + place->used);

    place->used += (uint32_t)EVENT_SIZE(length);
    event->length = (uint8_t)length;
    event->seq = place->seq++;
    event->t_ns = time;
    event->tid = own.tid;
    event->lane = own.lane;
    return event;
}

/* Room for one event, or false: then it counts as dropped. */
static __attribute__((noinline)) bool make_room(struct place *place, unsigned length)
{
    struct event *event;

    if (place->dropped == 0 && place->used + EVENT_SIZE(length) <= LOG_CHUNK_SIZE)
        return true;
    if (place->dropped % RETRY_AFTER_DROPS != 0 || !next_chunk(place)) {
        place->dropped++;
        place->seq++;
        atomic_fetch_add(&threads.header->lost, 1);
        return false;
    }
    if (place->dropped > 0) {
        event = place_event(place, sizeof(struct event_lost), now(true));
        ((struct event_lost *)(void *)event->payload)->count = place->dropped;
        log_publish(event, EVENT_LOST);
        place->dropped = 0;
    }
    return true;
}

static inline __attribute__((always_inline)) uint64_t write_sync(struct place *place, enum event_kind kind,
                                                                 const struct event_sync *sync, uint64_t since)
{
    struct event *event;
    uint64_t time;

    if (__builtin_expect(place->dropped != 0 || place->used + EVENT_SIZE(sizeof *sync) > LOG_CHUNK_SIZE, 0) &&
        !make_room(place, sizeof *sync))
        return 0;
    time = now(kind == EVENT_LOCK_RELEASE);
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
    struct place place = {.pid = own.pid, .tid = own.tid};
    uint64_t time;

    if (!take_slot(&place)) {
        atomic_fetch_add(&threads.header->lost, 1);
        return 0;
    }
    time = write_sync(&place, kind, sync, since);
    give_slot(&place);
    return time;
}

/* The first event of a thread, of a process, or in a difficult moment. */
static __attribute__((noinline)) bool settle(void)
{
    learn_who();
    if (atomic_exchange(&threads.modules_told, 1) == 0)
        threads_tell_modules();
    if (own.busy || own.leaving || (own.slot == NULL && own.events++ < SETTLES_AFTER))
        return false;
    if (own.slot == NULL) {
        own.busy = true;
        BETWEEN_US_AND_HANDLERS();
        if (!take_slot(&own)) {
            own.private = (struct pool_slot){.owner = POOL_OWNER(own.pid, own.tid)};
            resume_slot(&own, &own.private);
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
    if (__builtin_expect(own.slot == NULL || own.busy || own.leaving ||
                             atomic_load_explicit(threads.pid, memory_order_relaxed) != own.pid,
                         0) &&
        !settle())
        return append_apart(kind, sync, since);
    own.busy = true;
    BETWEEN_US_AND_HANDLERS();
    time = write_sync(&own, kind, sync, since);
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
        if (!make_room(place, sizeof text))
            return;
        event = place_event(place, sizeof text, time);
        memcpy(event->payload, &text, sizeof text);
        log_publish(event, EVENT_TEXT);
    } while (left > 0);
}

void threads_append_named(enum event_kind kind, const void *payload, unsigned length, const char *name)
{
    struct place place = {.pid = own.pid, .tid = own.tid};

    if (!take_slot(&place))
        return;
    if (make_room(&place, length)) {
        struct event *event = place_event(&place, length, now(true));

        memcpy(event->payload, payload, length);
        log_publish(event, kind);
        write_name(&place, event, name);
    }
    give_slot(&place);
}

void threads_leave(void)
{
    if (threads.header == NULL || atomic_load(threads.pid) != own.pid)
        return;
    own.leaving = true;
    BETWEEN_US_AND_HANDLERS();
    /* Who is torn out of the middle of an event leaves its place to the recorder, which looks how far it came. */
    if (own.slot != NULL && own.slot != &own.private && !own.busy)
        give_slot(&own);
}
