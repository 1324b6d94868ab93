/* What the recorder and the libraries inside of the programs share of a log, besides its header: which chunks there
 * are, who fills which of them, and which lane a thread is on.  It lies in the header's room, mapped by all of them.
 *
 * A library keeps no descriptor open, because the program could see it, so it cannot make the file longer.  The
 * recorder does that, ahead of need: who claims one of the last chunks rings.
 *
 * A thread's place in the log is a slot.  A thread that ends gives it back, and the next one, of whatever process, goes
 * on where it left off: otherwise each of ten thousand short threads would leave a chunk all but empty.  For those who
 * could not give theirs back (killed, _exit, exec) the recorder does, once they are dead.
 */
#ifndef TRACER_THREADS_POOL_H
#define TRACER_THREADS_POOL_H

#include "tracer/log.h"

enum { POOL_SLOTS = 1024, POOL_LANES = 2048, POOL_LEAST_AHEAD = 2, POOL_MOST_AHEAD = 64 };

struct pool_slot {
    _Atomic uint64_t owner; /* POOL_OWNER(pid, tid); 0: free */
    uint32_t chunk;         /* number of the chunk to go on with, plus 1; 0: none */
    uint32_t used, seq;     /* right while nobody owns the slot: as in struct log_writer */
    uint32_t ordinal;       /* of the next chunk */
    uint32_t producer;      /* its number, plus 1; 0: none yet */
    uint32_t dropped;
};
_Static_assert(sizeof(struct pool_slot) == 32, "a thousand of them have room");

struct pool {
    _Atomic uint32_t granted;           /* the file has so many chunks; a futex */
    _Atomic uint32_t full;              /* 1: the disk has no more, for now */
    _Atomic uint32_t bell;              /* counts up; a futex */
    _Atomic uint32_t lanes_taken;       /* where no recorder names the lanes: the last number that a thread took */
    _Atomic uint64_t lanes[POOL_LANES]; /* POOL_OWNER(lane, tid), open addressing; 0: free, UINT64_MAX: was used */
    struct pool_slot slots[POOL_SLOTS];
    _Atomic uint32_t quiet;    /* 1: somebody writes who may not ring */
    _Atomic uint32_t event_ps; /* what an event costs in a library, in ns/1000, as the first one has measured it */
    _Atomic uint64_t room_ns;  /* and what libraries have spent on getting room for events */
};
_Static_assert(LOG_POOL_OFFSET + sizeof(struct pool) <= LOG_HEADER_SIZE, "the header has room for it");
_Static_assert(sizeof(struct log_header) <= LOG_POOL_OFFSET, "the pool lies behind the header");

#define POOL_OWNER(high, low) ((uint64_t)(high) << 32 | (uint32_t)(low))

static inline struct pool *pool_of(struct log_header *header)
{
    return (struct pool *)(void *)((unsigned char *)header + LOG_POOL_OFFSET);
}

static inline unsigned pool_place(uint32_t tid, unsigned try)
{
    return (tid * 2654435761u + try) % POOL_LANES;
}

/* Makes a log ready for programs linked with the --wrap object: room for so many chunks, and no more.  The log's path
 * goes into their environment.  Returns 0 or an errno. */
int pool_prepare(struct log *log, uint32_t chunks);

/* The environment by which the recorder tells the library of the log; the library takes it away. */
#define POOL_LOG_VARIABLE "TRAPBOOK_LOG="
#define POOL_PRELOAD_VARIABLE "LD_PRELOAD="
#define POOL_LIBRARY "libtrapbook-threads.so"

#endif
