/* A log for programs that record themselves (the --wrap object) while no recorder watches: it has all its room from the
 * start, because nobody makes it longer meanwhile. */
#include "tracer/threads/pool.h"

int pool_prepare(struct log *log, uint32_t chunks)
{
    struct pool *pool = pool_of(log->header);
    int failure = 0;

    for (uint32_t chunk = 0; chunk < chunks && failure == 0; chunk++)
        failure = log_allocate_chunk(log, chunk);
    if (failure == 0)
        atomic_store(&pool->granted, chunks);
    atomic_store(&pool->full, 1); /* nobody is to wait for more */
    return failure;
}
