/* Places in the log: which chunks are mapped here, how the next one is had, and whose turn it is with a slot.  Nothing
 * of what is written there.
 */
#include "tracer/threads/place.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

enum {
    GROUP_CHUNKS = 256, /* so many are mapped together: 64 MiB of addresses */
    GROUPS = sizeof threads.groups / sizeof *threads.groups,
    RING_BELOW = 4,         /* chunks ahead; then the recorder is told that it is time */
    RETRY_AFTER_DROPS = 256 /* while the disk is full */
};
#define GROUP_SIZE ((long)GROUP_CHUNKS * LOG_CHUNK_SIZE)

/* ---- chunks ---- */

/* Maps a group of chunks without a descriptor: the header's mapping once more, but longer, and then only its end. */
static unsigned char *map_group(uint64_t group)
{
    uint64_t before = LOG_HEADER_SIZE + group * (uint64_t)GROUP_SIZE, none = 0;
    uint64_t mapped;
    long whole;

    if (threads.quiet)
        return NULL;
    whole = THREADS_CALL(SYS_mremap, (long)threads.header, 0, (long)before + GROUP_SIZE, MREMAP_MAYMOVE);
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

/* Tells the recorder that more chunks are wanted soon. */
static void ring(struct pool *pool)
{
    atomic_fetch_add(&pool->bell, 1);
    if (!threads.quiet)
        THREADS_CALL(SYS_futex, (long)&pool->bell, FUTEX_WAKE, 1);
}

static bool none_left(void)
{
    return atomic_load(&threads.header->chunks_claimed) >= atomic_load(&threads.pool->granted);
}

/* Claims a chunk that is there; −1: there is none now. */
static int64_t claim_chunk(void)
{
    _Atomic uint64_t *claimed = &threads.header->chunks_claimed;
    uint64_t chunk = atomic_load(claimed);
    uint32_t have = atomic_load(&threads.pool->granted);

    while (chunk < have && !atomic_compare_exchange_weak(claimed, &chunk, chunk + 1))
        continue;
    if (chunk + RING_BELOW >= have || chunk + POOL_MOST_AHEAD / 2 == have)
        ring(threads.pool);
    return chunk < have ? (int64_t)chunk : -1;
}

/* The recorder is ahead of us but for the worst of moments; then we wait, rather than lose. */
static void await_chunk(void)
{
    static const struct timespec patience = {.tv_nsec = 100000000};
    struct pool *pool = threads.pool;
    uint64_t began = place_now(false);

    ring(pool);
    for (int tries = 0; tries < 20 && !atomic_load(&pool->full) && !threads.quiet; tries++) {
        uint32_t have = atomic_load(&pool->granted);

        if (!none_left())
            break;
        THREADS_CALL(SYS_futex, (long)&pool->granted, FUTEX_WAIT, have, (long)&patience);
    }
    atomic_fetch_add(&pool->room_ns, place_now(false) - began);
}

/* For a time without system calls: asks the recorder to look after us unasked, waits until it has begun with that, and
 * maps where the next chunks will be. */
void place_provide(void)
{
    static const struct timespec patience = {.tv_nsec = 100000000};
    struct pool *pool = threads.pool;
    uint64_t claimed = atomic_load(&threads.header->chunks_claimed);

    atomic_store(&pool->quiet, 1);
    ring(pool);
    for (int tries = 0; tries < 20 && !atomic_load(&pool->full); tries++) {
        uint32_t have = atomic_load(&pool->granted);

        if (have >= claimed + POOL_MOST_AHEAD)
            break;
        THREADS_CALL(SYS_futex, (long)&pool->granted, FUTEX_WAIT, have, (long)&patience);
    }
    for (uint64_t group = 0; group <= claimed / GROUP_CHUNKS + 1; group++)
        map_chunk(group * GROUP_CHUNKS);
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

/* Goes on in a chunk of its own.  False: there is none. */
static bool begin_chunk(struct place *place)
{
    struct pool_slot *slot = place->slot;
    unsigned char *memory;
    int64_t chunk;

    place->chunk = NULL;
    place->used = LOG_CHUNK_SIZE;
    /* Should we be killed from here on, the recorder finds in the slot how the chunk is to begin. */
    slot->seq = place->seq - place->dropped;
    slot->ordinal = place->ordinal;
    slot->chunk = 0;
    chunk = claim_chunk();
    if (chunk < 0 || (memory = map_chunk((uint64_t)chunk)) == NULL)
        return false;
    slot->chunk = (uint32_t)chunk + 1;
    /* Who fills one chunk fills the next, too: its pages together cost a third of one by one. */
    if (place->ordinal > 0 && !threads.quiet)
        THREADS_CALL(SYS_madvise, (long)memory, LOG_CHUNK_SIZE, MADV_POPULATE_WRITE);
    open_chunk(place, memory);
    return true;
}

/* The same, and its time counts as what recording costs. */
static bool next_chunk(struct place *place)
{
    uint64_t began = place_now(false);
    bool begun = begin_chunk(place);

    atomic_fetch_add(&threads.pool->room_ns, place_now(false) - began);
    return begun;
}

/* ---- slots ---- */

/* May the slot's chunk be gone on with?  Whoever had it may have been killed at any instruction, and what lies beyond
 * the file's end is SIGBUS, in a program that has done nothing. */
static bool has_chunk(const struct pool_slot *slot)
{
    return slot->chunk != 0 && slot->chunk <= atomic_load(&threads.pool->granted) &&
           slot->used >= sizeof(struct log_chunk);
}

/* Goes on in the chunk that the slot's last owner has left, if it has left one. */
void place_resume(struct place *place, struct pool_slot *slot)
{
    place->slot = slot;
    place->used = LOG_CHUNK_SIZE;
    place->seq = slot->seq;
    place->ordinal = slot->ordinal;
    place->dropped = slot->dropped;
    place->chunk = has_chunk(slot) ? map_chunk(slot->chunk - 1) : NULL;
    if (place->chunk != NULL)
        place->used = slot->used;
}

static bool take_this_slot(struct place *place, struct pool_slot *slot)
{
    uint64_t nobody = 0;

    if (atomic_load_explicit(&slot->owner, memory_order_relaxed) != 0 ||
        !atomic_compare_exchange_strong(&slot->owner, &nobody, POOL_OWNER(place->pid, place->tid)))
        return false;
    place_resume(place, slot);
    return true;
}

/* The first free one with a chunk to go on with, so that few are begun; otherwise the first free one. */
bool place_take(struct place *place)
{
    struct pool_slot *slots = threads.pool->slots;

    for (unsigned i = 0; i < POOL_SLOTS && *(volatile uint32_t *)&slots[i].producer != 0; i++)
        if (*(volatile uint32_t *)&slots[i].chunk != 0 && take_this_slot(place, &slots[i]))
            return true;
    for (unsigned i = 0; i < POOL_SLOTS; i++)
        if (take_this_slot(place, &slots[i]))
            return true;
    return false;
}

void place_give(struct place *place)
{
    struct pool_slot *slot = place->slot;

    slot->used = place->used;
    slot->seq = place->seq;
    slot->ordinal = place->ordinal;
    slot->dropped = place->dropped;
    if (place->used > LOG_CHUNK_SIZE - sizeof(struct event))
        slot->chunk = 0; /* full, or none */
    place->slot = NULL;
    atomic_store_explicit(&slot->owner, 0, memory_order_release);
}

bool place_take_once(struct place *place)
{
    if (!place_take(place))
        return false;
    if (place->used + EVENT_SIZE(EVENT_PAYLOAD_MAX) <= LOG_CHUNK_SIZE || place->dropped > 0)
        return true;
    if (!none_left())
        return true;
    place_give(place);
    await_chunk();
    return place_take(place);
}

/* ---- room ---- */

/* Looks for room, while the disk is full only now and then. */
static bool find_room(struct place *place, unsigned length)
{
    struct event *event;

    if (place->dropped == 0 && place->used + EVENT_SIZE(length) <= LOG_CHUNK_SIZE)
        return true;
    if (place->dropped % RETRY_AFTER_DROPS != 0 || !next_chunk(place))
        return false;
    if (place->dropped > 0) {
        event = place_event(place, sizeof(struct event_lost), place_now(true));
        ((struct event_lost *)(void *)event->payload)->count = place->dropped;
        log_publish(event, EVENT_LOST);
        place->dropped = 0;
    }
    return true;
}

bool place_make_room(struct place *place, unsigned length)
{
    if (find_room(place, length))
        return true;
    if (place->dropped == 0) {
        await_chunk();
        if (find_room(place, length))
            return true;
    }
    place->dropped++;
    place->seq++;
    atomic_fetch_add(&threads.header->lost, 1);
    return false;
}
