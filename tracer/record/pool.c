/* The recorder's part in what the libraries inside of the programs share (threads/pool.h): it makes the file longer
 * ahead of need, says which thread is on which lane, and frees the places of the dead.
 *
 * The file grows on a thread of its own, because the recording one sleeps until a tracee stops.
 */
#include "tracer/threads/pool.h"
#include "tracer/record/record.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- growing ---- */

static struct growing {
    pthread_t thread;
    bool running;
    _Atomic bool over;
    pthread_mutex_t lock; /* only who holds it makes the file longer */
} growing = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void futex(_Atomic uint32_t *word, int operation, uint32_t value, const struct timespec *patience)
{
    syscall(SYS_futex, word, operation, value, patience, NULL, 0);
}

/* How many chunks the file should have: the more are in use, the more are kept ready. */
static uint64_t wanted(struct log_header *header, bool asked)
{
    uint64_t claimed = atomic_load(&header->chunks_claimed);
    uint64_t ahead = atomic_load(&pool_of(header)->quiet) ? POOL_MOST_AHEAD
                     : !asked                             ? POOL_LEAST_AHEAD
                     : claimed > POOL_MOST_AHEAD          ? POOL_MOST_AHEAD
                                                          : claimed + 2 * POOL_LEAST_AHEAD;

    return claimed + ahead;
}

/* One chunk more, written with zeros: for a page that is in the file already, and in memory, the library's first touch
 * costs a tenth. */
static int grow_by_one(struct log *log)
{
    static const char zeros[LOG_CHUNK_SIZE];
    struct pool *pool = pool_of(log->header);
    uint32_t granted = atomic_load(&pool->granted);
    int failure = log_allocate_chunk(log, granted);

    if (failure != 0)
        return failure;
    if (pwrite(log->fd, zeros, sizeof zeros, (off_t)(LOG_HEADER_SIZE + (uint64_t)granted * LOG_CHUNK_SIZE)) < 0)
        return errno;
    atomic_store(&pool->granted, granted + 1);
    return 0;
}

static void grow(struct log *log, bool asked)
{
    struct pool *pool = pool_of(log->header);
    int failure = 0;

    pthread_mutex_lock(&growing.lock);
    while (failure == 0 && atomic_load(&pool->granted) < wanted(log->header, asked))
        failure = grow_by_one(log);
    pthread_mutex_unlock(&growing.lock);
    atomic_store(&pool->full, failure != 0);
    futex(&pool->granted, FUTEX_WAKE, INT32_MAX, NULL);
}

/* For the recorder's own chunks: they come out of the same row. */
static int allocate(struct log *log, uint64_t chunk)
{
    int failure = 0;

    pthread_mutex_lock(&growing.lock);
    while (failure == 0 && atomic_load(&pool_of(log->header)->granted) <= chunk)
        failure = grow_by_one(log);
    pthread_mutex_unlock(&growing.lock);
    return failure;
}

/* Waits to be rung for; once there is somebody who may not ring, looks every few milliseconds. */
static void *keep_growing(void *argument)
{
    static const struct timespec often = {.tv_nsec = 4000000};
    struct recorder *recorder = argument;
    struct pool *pool = pool_of(recorder->log.header);
    uint32_t heard = 0;

    for (;;) {
        futex(&pool->bell, FUTEX_WAIT, heard, atomic_load(&pool->quiet) ? &often : NULL);
        heard = atomic_load(&pool->bell); /* before we look: what is rung for later wakes us again */
        if (atomic_load(&growing.over))
            return NULL;
        grow(&recorder->log, true);
    }
}

int pool_open(struct recorder *recorder)
{
    sigset_t all, before;
    int failure;

    recorder->log.allocate = allocate;
    grow(&recorder->log, false);
    atomic_store(&growing.over, false);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are the recording thread's business */
    failure = pthread_create(&growing.thread, NULL, keep_growing, recorder);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    growing.running = failure == 0;
    return failure;
}

void pool_close(struct recorder *recorder)
{
    struct log_header *header = recorder->log.header;
    uint64_t claimed = atomic_load(&header->chunks_claimed);

    if (!growing.running)
        return;
    atomic_store(&growing.over, true);
    atomic_fetch_add(&pool_of(header)->bell, 1);
    futex(&pool_of(header)->bell, FUTEX_WAKE, 1, NULL);
    pthread_join(growing.thread, NULL);
    growing.running = false;
    /* What was kept ready is not needed any more; a chunk claimed but never granted is not there to begin with. */
    if (claimed < atomic_load(&pool_of(header)->granted) &&
        ftruncate(recorder->log.fd, (off_t)(LOG_HEADER_SIZE + claimed * LOG_CHUNK_SIZE)) != 0)
        return;
}

/* ---- lanes ---- */

void pool_add_lane(struct recorder *recorder, pid_t tid, uint32_t lane)
{
    struct pool *pool = pool_of(recorder->log.header);

    for (unsigned try = 0; try < POOL_LANES; try++) {
        _Atomic uint64_t *entry = &pool->lanes[pool_place((uint32_t)tid, try)];
        uint64_t there = atomic_load(entry);

        if (there == 0 || there == UINT64_MAX) {
            atomic_store(entry, POOL_OWNER(lane, tid));
            return;
        }
    }
}

void pool_remove_lane(struct recorder *recorder, pid_t tid)
{
    struct pool *pool = pool_of(recorder->log.header);

    for (unsigned try = 0; try < POOL_LANES; try++) {
        _Atomic uint64_t *entry = &pool->lanes[pool_place((uint32_t)tid, try)];
        uint64_t there = atomic_load(entry);

        if (there == 0)
            return;
        if ((uint32_t)there == (uint32_t)tid && there != UINT64_MAX) {
            atomic_store(entry, UINT64_MAX);
            return;
        }
    }
}

/* ---- slots of the dead ---- */

/* Goes through the chunk up to the first record that was not published, clears what there may be of that one, and
 * leaves the slot ready for the next thread. */
static void find_end(struct pool_slot *slot, unsigned char *chunk)
{
    uint32_t at = sizeof(struct log_chunk), last = slot->seq;
    const struct event *event;

    if (((const struct log_chunk *)(void *)chunk)->magic != LOG_CHUNK_MAGIC) {
        slot->used = LOG_CHUNK_SIZE; /* claimed, but not begun */
        return;
    }
    for (; at + sizeof *event <= LOG_CHUNK_SIZE; at += (uint32_t)EVENT_SIZE(event->length)) {
        event = (const struct event *)(void *)(chunk + at);
        if (event->kind == EVENT_NONE)
            break;
        last = event->seq + 1;
    }
    memset(chunk + at, 0, LOG_CHUNK_SIZE - at);
    if (at + sizeof *event > LOG_CHUNK_SIZE)
        slot->chunk = 0; /* full */
    slot->used = at;
    slot->seq = last;
    slot->dropped = 0;
    slot->ordinal = (uint32_t)((const struct log_chunk *)(void *)chunk)->ordinal + 1;
}

static void free_slot(struct recorder *recorder, struct pool_slot *slot)
{
    uint64_t offset = LOG_HEADER_SIZE + (uint64_t)(slot->chunk - 1) * LOG_CHUNK_SIZE;
    unsigned char *chunk;

    if (slot->chunk > atomic_load(&pool_of(recorder->log.header)->granted))
        slot->chunk = 0; /* it is not in the file */
    if (slot->chunk != 0) {
        chunk = mmap(NULL, LOG_CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, recorder->log.fd, (off_t)offset);
        if (chunk == MAP_FAILED)
            return; /* nobody will use it again, that is all */
        find_end(slot, chunk);
        munmap(chunk, LOG_CHUNK_SIZE);
    }
    atomic_store(&slot->owner, 0);
}

void pool_free_slots(struct recorder *recorder, pid_t pid, pid_t tid)
{
    struct pool *pool = pool_of(recorder->log.header);

    for (unsigned i = 0; i < POOL_SLOTS; i++) {
        uint64_t owner = atomic_load_explicit(&pool->slots[i].owner, memory_order_acquire);

        if (owner == POOL_OWNER(pid, tid) || (tid == 0 && owner >> 32 == (uint32_t)pid && owner != 0))
            free_slot(recorder, &pool->slots[i]);
    }
}

/* ---- the cost ---- */

uint64_t pool_library_cost(const struct recorder *recorder)
{
    struct pool *pool = pool_of(recorder->log.header);
    uint64_t events = 0;

    if (!recorder->threads)
        return 0;
    for (unsigned i = 0; i < POOL_SLOTS; i++)
        events += *(volatile uint32_t *)&pool->slots[i].seq;
    return events * atomic_load(&pool->event_ps) / 1000 + atomic_load(&pool->room_ns);
}
