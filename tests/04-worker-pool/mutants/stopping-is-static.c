/* kills: hidden; lesson: one static flag for all pools: the second one believes that it is stopped already */
#include "pool.h"

#include "job_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct pool {
    struct job_queue queue;
    pool_work *work;
    pthread_mutex_t lock;
    pthread_cond_t progress;
    long taken, done;
    int workers;
    pthread_t worker[];
};

static bool stopping, stopped;

static void count(struct pool *pool, long *counter, long change)
{
    pthread_mutex_lock(&pool->lock);
    *counter += change;
    pthread_cond_broadcast(&pool->progress);
    pthread_mutex_unlock(&pool->lock);
}

static void *run_worker(void *arg)
{
    struct pool *pool = arg;
    struct job *job;
    while ((job = job_queue_get(&pool->queue)) != NULL) {
        job->result = pool->work(job->a, job->b);
        count(pool, &pool->done, 1);
    }
    return NULL;
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    if (workers < 1 || places == 0) {
        errno = EINVAL;
        return NULL;
    }
    struct pool *pool = calloc(1, sizeof *pool + (size_t)workers * sizeof *pool->worker);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->progress, NULL);
    pool->work = work;
    int error = job_queue_init(&pool->queue, places) ? 0 : ENOMEM;
    while (!error && pool->workers < workers) {
        error = pthread_create(&pool->worker[pool->workers], NULL, run_worker, pool);
        pool->workers += !error;
    }
    if (!error)
        return pool;
    pool_stop(pool);
    pool_destroy(pool);
    errno = error;
    return NULL;
}

bool pool_submit(struct pool *pool, struct job *job)
{
    count(pool, &pool->taken, 1);
    const bool open = job_queue_put(&pool->queue, job);
    if (!open)
        count(pool, &pool->taken, -1);
    return open;
}

void pool_drain(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->done < pool->taken)
        pthread_cond_wait(&pool->progress, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_stop(struct pool *pool)
{
    job_queue_close(&pool->queue);
    pthread_mutex_lock(&pool->lock);
    const bool first = !stopping;
    stopping = true;
    while (!first && !stopped)
        pthread_cond_wait(&pool->progress, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    if (!first)
        return;
    for (int i = 0; i < pool->workers; i++)
        pthread_join(pool->worker[i], NULL);
    pthread_mutex_lock(&pool->lock);
    stopped = true;
    pthread_cond_broadcast(&pool->progress);
    pthread_mutex_unlock(&pool->lock);
}

void pool_destroy(struct pool *pool)
{
    pthread_cond_destroy(&pool->progress);
    pthread_mutex_destroy(&pool->lock);
    job_queue_free(&pool->queue);
    free(pool);
}
