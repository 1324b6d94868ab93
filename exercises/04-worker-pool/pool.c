/* Exercise 04: a fixed number of workers that do whatever jobs there are.  pool.h says what is asked; the places to
 * fill in are marked TODO.  job_queue.h is given; or bring your own queue from exercise 03.
 * Try it by hand, too:  gcc -Wall -g -pthread pool.c scenarios.c -o pool && ./pool */
#include "pool.h"

#include "job_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct pool {
    struct job_queue queue;
    pool_work *work;
    /* TODO 1: the workers, so that they can be joined; and how many jobs are taken and not yet done.  Who knows that a
     * job is done, and who waits for it? */
};

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    /* TODO 2: refuse what pool.h refuses, initialize, and start the workers.  Each of them gets jobs and does them
     * until there will be no more.  What if only some of the threads can be created? */
    (void)workers, (void)places, (void)work;
    errno = ENOSYS;
    return NULL;
}

bool pool_submit(struct pool *pool, struct job *job)
{
    /* TODO 3: when does a job begin to count, before it is in the queue or after? */
    (void)pool, (void)job;
    return false;
}

void pool_drain(struct pool *pool)
{
    /* TODO 4: an empty queue does not mean that all jobs are done. */
    (void)pool;
}

void pool_stop(struct pool *pool)
{
    /* TODO 5: who may be waiting, and for what?  What does each of them do now? */
    (void)pool;
}

void pool_destroy(struct pool *pool)
{
    /* TODO 6 */
    (void)pool;
}
