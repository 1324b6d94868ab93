/* A place in the log: a slot of the pool, taken by a thread, and the chunk that it fills. */
#ifndef TRACER_THREADS_PLACE_H
#define TRACER_THREADS_PLACE_H

#include "tracer/threads/library.h"

#include <time.h>

struct place {
    struct pool_slot *slot; /* NULL: none is taken */
    unsigned char *chunk;
    uint32_t used, seq, ordinal, dropped;
    uint32_t pid, tid, lane; /* whose events they are */
};

/* Takes a slot, for as long as it is not given back.  False: all are taken. */
bool place_take(struct place *place);
/* The same for one event: who must wait for a chunk to be there does not keep a slot meanwhile, because each of a crowd
 * would begin a chunk. */
bool place_take_once(struct place *place);
void place_give(struct place *place);
/* Takes this one, which is nobody's but the caller's. */
void place_resume(struct place *place, struct pool_slot *slot);

/* Room for an event with so many bytes of payload.  False: there is none, and the event counts as dropped. */
bool place_make_room(struct place *place, unsigned length);

/* Makes ready for a time in which no system call may be made. */
void place_provide(void);

/* What is about to happen may be timed a little early, and that is cheaper; what has happened must not be. */
static inline uint64_t place_now(bool early)
{
    const struct log_header *header = threads.header;
    struct timespec time;

    if (header->ticks_scale != 0)
        return log_ticks_ns(header, (early ? machine_ticks_early() : machine_ticks()) - header->ticks_start);
    clock_gettime(CLOCK_MONOTONIC, &time); /* in the vDSO: no system call */
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec - header->start_ns;
}

/* The next record's place, its header filled; there must be room. */
static inline struct event *place_event(struct place *place, unsigned length, uint64_t time)
{
    struct event *event = (struct event *)(void *)(place->chunk + place->used);

    place->used += (uint32_t)EVENT_SIZE(length);
    event->length = (uint8_t)length;
    event->seq = place->seq++;
    event->t_ns = time;
    event->tid = place->tid;
    event->lane = place->lane;
    return event;
}

#endif
