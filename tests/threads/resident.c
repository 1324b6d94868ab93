/* What writing one event costs where its page is in memory already: the library's own code, linked into this program,
 * on a log whose chunks are all mapped and touched beforehand.  Prints ns an event, the least of many rounds, each
 * within one chunk. */
#include "tracer/log.h"
#include "tracer/threads/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    CHUNKS = 100,
    EVENTS_A_CHUNK = (LOG_CHUNK_SIZE - sizeof(struct log_chunk)) / EVENT_SIZE(sizeof(struct event_sync)),
    PAIRS_TIMED = 1500
};

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The library's start, without a recorder: everything it needs is there before it looks. */
static void prepare(struct log *log, const char *path)
{
    static _Atomic uint32_t pid;
    char error[LOG_ERROR_MAX];
    void *chunks;

    if (log_create(log, path, LOG_BY_TEST, CLOCK_KIND_MONOTONIC, "resident", error) != 0 ||
        ftruncate(log->fd, LOG_HEADER_SIZE + (off_t)CHUNKS * LOG_CHUNK_SIZE) != 0) {
        fprintf(stderr, "resident: cannot %s\n", error);
        exit(1);
    }
    log_use_ticks(log);
    chunks = mmap(NULL, (size_t)CHUNKS * LOG_CHUNK_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, log->fd,
                  LOG_HEADER_SIZE);
    if (chunks == MAP_FAILED)
        exit(1);
    atomic_store(&pid, (uint32_t)getpid());
    threads.pid = &pid;
    atomic_store(&threads.groups[0], (uint64_t)(uintptr_t)chunks);
    threads.pool = pool_of(log->header);
    atomic_store(&threads.pool->granted, CHUNKS);
    threads.header = log->header;
}

/* Into the CPU's caches, as what was just made room for is. */
static void warm(int chunk)
{
    const volatile unsigned char *bytes =
        (unsigned char *)(uintptr_t)threads.groups[0] + (size_t)chunk * LOG_CHUNK_SIZE;

    for (size_t i = 0; i < LOG_CHUNK_SIZE; i += 64)
        (void)bytes[i];
}

static double timed_round(const struct event_sync *sync)
{
    double began = now_ns();

    for (int i = 0; i < PAIRS_TIMED; i++) {
        threads_append(EVENT_LOCK_ACQUIRE, sync, 0);
        threads_append(EVENT_LOCK_RELEASE, sync, 0);
    }
    return (now_ns() - began) / (2 * PAIRS_TIMED);
}

int main(int argc, char **argv)
{
    struct event_sync sync = {.pc = 1, .object = 2, .object_kind = OBJECT_MUTEX};
    struct log log;
    double best = 0;

    if (argc != 2)
        return 2;
    prepare(&log, argv[1]);
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
        int rest = (int)EVENTS_A_CHUNK - 1 - 2 * PAIRS_TIMED;
        double took;

        warm(chunk);
        threads_append(EVENT_LOCK_ACQUIRE, &sync, 0); /* begins the chunk */
        took = timed_round(&sync);
        if (chunk == 0 || took < best)
            best = took;
        while (rest-- > 0)
            threads_append(EVENT_LOCK_ACQUIRE, &sync, 0);
    }
    printf("%.2f\n", best);
    return 0;
}
