/* Semaphores count places and jobs; a job of NULL tells one worker to go, and it puts it back for the next. */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

struct pool {
    sem_t places, jobs;
    pthread_mutex_t lock;
    pthread_cond_t quiet;
    struct job **ring;
    size_t size, in, out, open_jobs;
    bool closed;
    bool gone;
    pool_work *work;
    int workers;
    pthread_t threads[];
};

static void down(sem_t *semaphore)
{
    while (sem_wait(semaphore) == -1 && errno == EINTR)
        continue;
}

static struct job *next_job(struct pool *pool)
{
    struct job *job = NULL;
    down(&pool->jobs);
    pthread_mutex_lock(&pool->lock);
    if (pool->in != pool->out)
        job = pool->ring[pool->out++ % pool->size];
    pthread_mutex_unlock(&pool->lock);
    sem_post(job != NULL ? &pool->places : &pool->jobs);
    return job;
}

static void *serve(void *arg)
{
    struct pool *pool = arg;
    for (struct job *job = next_job(pool); job != NULL; job = next_job(pool)) {
        int result = pool->work(job->a, job->b);
        pthread_mutex_lock(&pool->lock);
        job->result = result;
        pool->open_jobs--;
        if (pool->open_jobs == 0)
            pthread_cond_broadcast(&pool->quiet);
        pthread_mutex_unlock(&pool->lock);
    }
    return NULL;
}

static void release(struct pool *pool)
{
    sem_destroy(&pool->places);
    sem_destroy(&pool->jobs);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->quiet);
    free(pool->ring);
    free(pool);
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    if (workers < 1 || places == 0 || places > 1000000) {
        errno = EINVAL;
        return NULL;
    }
    struct pool *pool = calloc(1, sizeof *pool + (size_t)workers * sizeof pool->threads[0]);
    if (pool == NULL)
        return NULL;
    pool->ring = calloc(places, sizeof *pool->ring);
    if (pool->ring == NULL) {
        free(pool);
        errno = ENOMEM;
        return NULL;
    }
    sem_init(&pool->places, 0, (unsigned)places);
    sem_init(&pool->jobs, 0, 0);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->quiet, NULL);
    pool->size = places;
    pool->work = work;
    for (; pool->workers < workers; pool->workers++) {
        int error = pthread_create(&pool->threads[pool->workers], NULL, serve, pool);
        if (error != 0) {
            pool_stop(pool);
            release(pool);
            errno = error;
            return NULL;
        }
    }
    return pool;
}

bool pool_submit(struct pool *pool, struct job *job)
{
    down(&pool->places);
    pthread_mutex_lock(&pool->lock);
    bool taken = !pool->closed;
    if (taken) {
        pool->ring[pool->in++ % pool->size] = job;
        pool->open_jobs++;
    }
    pthread_mutex_unlock(&pool->lock);
    sem_post(taken ? &pool->jobs : &pool->places);
    return taken;
}

void pool_drain(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->open_jobs != 0)
        pthread_cond_wait(&pool->quiet, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_stop(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool again = pool->closed;
    pool->closed = true;
    while (again && !pool->gone)
        pthread_cond_wait(&pool->quiet, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    if (again)
        return;
    sem_post(&pool->places); /* each is handed on by whoever finds the pool closed */
    sem_post(&pool->jobs);
    for (int i = 0; i < pool->workers; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_mutex_lock(&pool->lock);
    pool->gone = true;
    pthread_cond_broadcast(&pool->quiet);
    pthread_mutex_unlock(&pool->lock);
}

void pool_destroy(struct pool *pool)
{
    release(pool);
}
