/* A pool of workers: a fixed number of threads that do whatever jobs there are, as long as there are any.
 *
 * A job is two numbers and a place for what comes of them.  It belongs to whoever submits it, and must stay where it is
 * until it is done; then `result` may be read.  Jobs are begun in the order in which they were submitted, and end in
 * any.
 *
 * From pool_create on, until pool_destroy, any number of threads may call pool_submit, pool_drain and pool_stop at
 * once; the work itself calls none of these. */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>

struct job {
    int a, b;
    int result; /* the pool writes it: work(a, b) */
};

struct pool; /* what is in it is your business: pool.c */

/* What the workers do with a job.  It takes its time, and may wait for another worker's job. */
typedef int pool_work(int a, int b);

/* Starts `workers` threads, and no other, ever.  Up to `places` jobs can wait to be begun.
 * NULL, with errno EINVAL if workers < 1 or places is 0, or EAGAIN or ENOMEM if there are no threads or no memory. */
struct pool *pool_create(int workers, size_t places, pool_work *work);

/* Hands in a job, and waits before that while `places` jobs are waiting to be begun.
 * Returns false if the pool is stopped, or is stopped meanwhile: the job will then not be done. */
bool pool_submit(struct pool *pool, struct job *job);

/* Waits for a moment at which all jobs that were taken are done: not begun, done. */
void pool_drain(struct pool *pool);

/* No more jobs are taken; those taken are done; then the workers end.  Returns when they have ended, and their threads
 * are joined.  Stopping a stopped pool does nothing, and waits for the same. */
void pool_stop(struct pool *pool);

/* Frees a pool that is stopped.  Nobody may be using it, or use it again. */
void pool_destroy(struct pool *pool);

#endif
