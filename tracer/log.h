/* The log: trap events in a file, written by many threads and processes at once, read by nobody meanwhile.
 *
 *   offset 0          LOG_HEADER_SIZE bytes: struct log_header, mapped shared by every producer
 *   then, each        LOG_CHUNK_SIZE bytes: struct log_chunk, then records, then zeros
 *
 * A producer is one thread.  It claims a chunk with one atomic add on the header, has the file system
 * allocate it (a sparse mapping on a full disk would mean SIGBUS inside the recorded program), fills it
 * alone, and publishes each record by storing its kind last.  Nothing is ever overwritten, so a program
 * killed at any instant leaves a log that is good up to its last whole record.  Where a chunk cannot be
 * had, events are dropped and counted, never waited for.
 *
 * The reader trusts no byte of the file.
 */
#ifndef TRACER_LOG_H
#define TRACER_LOG_H

#include "tracer/event.h"

#include <stdbool.h>
#include <stddef.h>

#define LOG_MAGIC "trapbook"
enum {
    LOG_VERSION = 1,
    LOG_HEADER_SIZE = 64 * 1024, /* a multiple of every page size we meet */
    LOG_CHUNK_SIZE = 256 * 1024,
    LOG_PROGRAM_MAX = 1024,
    LOG_ERROR_MAX = 512,
};

struct log_header {
    char magic[8]; /* LOG_MAGIC, written last by log_create */
    uint32_t version;
    uint32_t header_size, chunk_size;
    uint32_t machine;       /* ELF e_machine of the recording machine */
    uint32_t producer_kind; /* enum log_producer_kind */
    uint32_t clock;         /* enum event_clock */
    uint64_t start_ns;      /* CLOCK_MONOTONIC at the start: t_ns counts from here */
    uint64_t start_realtime_ns;
    _Atomic uint64_t chunks_claimed;
    _Atomic uint64_t chunks_ready; /* of those, how many the file system has granted: so many must be in the file */
    _Atomic uint64_t producers;    /* numbers handed out so far */
    _Atomic uint64_t lost;         /* events dropped by all producers together */
    _Atomic uint64_t overhead_ns;  /* what recording itself cost, as the producers measured it */
    _Atomic uint64_t closed;       /* 1 once log_close has run in the process that created the log */
    _Atomic uint64_t repeatable;   /* the model: 0 once real time had to step in, 1 otherwise */
    char program[LOG_PROGRAM_MAX]; /* what was recorded, as one would type it; terminated */
    char build[64];                /* version of Trapbook that wrote the log; terminated */
    uint64_t ticks_start;          /* the CPU's counter at start_ns */
    uint64_t ticks_scale;          /* ns a tick, in 2^-32; 0: the counter is not used, CLOCK_MONOTONIC is */
    _Atomic uint64_t library_ns;   /* of overhead_ns, what was spent inside of the recorded programs: an estimate */
};

/* Where in the header's room the threads' library has its share: tracer/threads/pool.h. */
enum { LOG_POOL_OFFSET = 4096 };

enum log_producer_kind { LOG_BY_RECORDER, LOG_BY_MODEL, LOG_BY_EXPLORER, LOG_BY_TEST, LOG_BY_END };

struct log_chunk {
    uint32_t magic;    /* LOG_CHUNK_MAGIC */
    uint32_t producer; /* number of the producer that fills it, from 0 */
    uint32_t pid, tid; /* of the producer */
    uint64_t ordinal;  /* of this chunk among this producer's */
    uint64_t reserved;
};
enum { LOG_CHUNK_MAGIC = 0x6b6e6863 };

/* ---- writing ---- */

/* A log open for writing.  Shared by the threads of a process, and after fork by the child, too. */
struct log {
    int fd;
    struct log_header *header;
    int (*allocate)(struct log *log, uint64_t chunk); /* NULL: log_allocate_chunk */
    _Atomic uint32_t *owner; /* our pid, in a page that fork wipes: 0 tells a child that it is one */
};

/* One producer thread's place in a log.  Zero it before first use; owned by one thread. */
struct log_writer {
    struct log *log;
    unsigned char *chunk;    /* mapped; NULL: claim one before the next event */
    unsigned char *previous; /* the chunk before, kept mapped so that an event just published can still be named */
    uint32_t used;           /* bytes of the chunk in use */
    uint32_t seq;            /* of the next event */
    uint32_t producer;
    uint32_t pid, tid; /* who claimed the chunk: another pid means that we were forked */
    uint64_t ordinal;  /* of the next chunk among this producer's */
    uint64_t claimed;  /* a chunk number that the file system has not granted yet, plus 1; 0: none */
    uint64_t dropped;  /* since the last LOST record */
    bool started;
};

/* Creates (or truncates) the file at `path` and maps its header.  Returns 0, or −1 with one line in `error`
 * (no newline, to follow "PROGRAM: cannot ": "create t.trap: No space left on device (ENOSPC); …"). */
int log_create(struct log *log, const char *path, enum log_producer_kind by, enum event_clock clock,
               const char *program, char error[LOG_ERROR_MAX]);

/* Joins a log that another process created, by an inherited descriptor.  Returns 0 or −1 with a line in `error`. */
int log_join(struct log *log, int fd, char error[LOG_ERROR_MAX]);

/* Unmaps; in the creator, marks the log closed.  Writers of this log must not be used afterwards. */
void log_close(struct log *log, bool creator);

/* Lets time be read off the CPU's counter from now on, by every producer: a third of the cost of asking for
 * CLOCK_MONOTONIC.  To be called before there are others; takes two milliseconds.  Does nothing where the kernel itself
 * does not trust the counter. */
void log_use_ticks(struct log *log);

/* ns in so many ticks. */
static inline uint64_t log_ticks_ns(const struct log_header *header, uint64_t ticks)
{
    __extension__ typedef unsigned __int128 wide;

    return (uint64_t)((wide)ticks * header->ticks_scale >> 32);
}

/* ns since the log's start, by CLOCK_MONOTONIC or the counter that goes with it. */
uint64_t log_now(const struct log *log);

/* Has the file system allocate a chunk.  Returns 0 or an errno. */
int log_allocate_chunk(struct log *log, uint64_t chunk);

void log_writer_start(struct log_writer *writer, struct log *log);

/* In a forked child, before its first event: claims its own chunk and producer number from now on.  log_begin
 * sees a fork by itself (since Linux 4.14, which can wipe a page on fork); a vfork'd child needs nothing. */
void log_writer_forked(struct log_writer *writer);

/* Room for one event with `length` bytes of payload: header fields zeroed but for length, seq, t_ns (now) and
 * clock; its payload is to be filled in place.  NULL if the event had to be dropped.  Never blocks, never
 * calls malloc, async-signal-safe except against a signal handler that uses the same writer. */
struct event *log_begin(struct log_writer *writer, unsigned length);

/* Publishes what log_begin returned: stores the kind with release order. */
static inline void log_publish(struct event *event, enum event_kind kind)
{
    atomic_store_explicit(&event->kind, (uint16_t)kind, memory_order_release);
}

/* Writes the TEXT records of a string about `about`, an event published by this writer: at the same time, so that
 * they stay beside it when the log is merged.  `size` bytes are kept; `full` is the string's own length; `buffer`
 * says that it is a buffer and not a C string. */
void log_text(struct log_writer *writer, const struct event *about, enum event_text_role role, unsigned index,
              const char *bytes, size_t size, size_t full, bool buffer);

/* Gives the mapped chunk back; a thread calls it as it ends.  The log keeps what was written. */
void log_writer_stop(struct log_writer *writer);

/* ---- reading ---- */

struct log_entry {
    const struct event *event; /* inside the image; payload length already checked against its kind */
    uint32_t producer;
};

/* A log read whole and merged by time. */
struct log_view {
    struct log_header *header; /* a checked copy: its strings are terminated; NULL if LOG_UNREADABLE or LOG_FOREIGN */
    struct log_entry *entries; /* `count` of them, by time, then producer, then seq */
    size_t count;
    uint64_t lost;        /* dropped events: the header's count */
    unsigned char *image; /* the file's bytes; freed by log_view_free */
    size_t image_size;
    bool cut_short; /* the file ends before what its header promises */
};

enum log_status {
    LOG_OK = 0,
    LOG_UNREADABLE, /* cannot be opened or read; not a regular file */
    LOG_FOREIGN,    /* not one of our logs, or a version that we do not know */
    LOG_CUT_SHORT,  /* truncated: the entries before the cut are in the view all the same */
    LOG_CORRUPT,    /* a record contradicts itself: the entries before it are in the view all the same */
};

/* Reads the log at `path`.  A log whose writer was killed is good: only what the file lost afterwards is an error.
 * On any status but LOG_OK one line is in `error`, to follow "PROGRAM: cannot ": "read t.trap: event 214 is cut
 * short at byte 20,480; the first 213 are good: trapflow render t.trap --to 213".  Free the view after every status. */
enum log_status log_view_open(struct log_view *view, const char *path, char error[LOG_ERROR_MAX]);
void log_view_free(struct log_view *view);

/* Payload of an event as struct event_TYPE; its kind must be one that has this payload. */
#define EVENT_PAYLOAD(event, type) ((const struct event_##type *)(const void *)(event)->payload)

#endif
