/* No queue of its own kind: one lock for everything, a ring of jobs, and three conditions. */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t work_there, place_there, all_done;
    pool_work *work;
    struct job **ring;
    size_t places, in, out;
    unsigned busy;
    bool stop, joined;
    pthread_t *thread;
    int threads;
};

static void *worker(void *arg)
{
    struct pool *p = arg;
    pthread_mutex_lock(&p->lock);
    for (;;) {
        while (p->in == p->out && !p->stop)
            pthread_cond_wait(&p->work_there, &p->lock);
        if (p->in == p->out)
            break;
        struct job *job = p->ring[p->out++ % p->places];
        p->busy++;
        pthread_cond_signal(&p->place_there);
        pthread_mutex_unlock(&p->lock);
        int result = p->work(job->a, job->b);
        pthread_mutex_lock(&p->lock);
        job->result = result;
        if (--p->busy == 0 && p->in == p->out)
            pthread_cond_broadcast(&p->all_done);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

void pool_destroy(struct pool *p)
{
    pthread_mutex_destroy(&p->lock);
    pthread_cond_destroy(&p->work_there);
    pthread_cond_destroy(&p->place_there);
    pthread_cond_destroy(&p->all_done);
    free(p->ring);
    free(p->thread);
    free(p);
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    if (workers < 1 || places < 1) {
        errno = EINVAL;
        return NULL;
    }
    struct pool *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work_there, NULL);
    pthread_cond_init(&p->place_there, NULL);
    pthread_cond_init(&p->all_done, NULL);
    p->work = work;
    p->places = places;
    p->ring = calloc(places, sizeof *p->ring);
    p->thread = calloc((size_t)workers, sizeof *p->thread);
    int error = p->ring != NULL && p->thread != NULL ? 0 : ENOMEM;
    for (int i = 0; i < workers && error == 0; i++) {
        error = pthread_create(&p->thread[i], NULL, worker, p);
        if (error == 0)
            p->threads++;
    }
    if (error != 0) {
        pool_stop(p);
        pool_destroy(p);
        errno = error;
        return NULL;
    }
    return p;
}

bool pool_submit(struct pool *p, struct job *job)
{
    pthread_mutex_lock(&p->lock);
    while (p->in - p->out == p->places && !p->stop)
        pthread_cond_wait(&p->place_there, &p->lock);
    bool taken = !p->stop;
    if (taken) {
        p->ring[p->in++ % p->places] = job;
        pthread_cond_signal(&p->work_there);
    }
    pthread_mutex_unlock(&p->lock);
    return taken;
}

void pool_drain(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->busy > 0 || p->in != p->out)
        pthread_cond_wait(&p->all_done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

void pool_stop(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    bool mine = !p->stop;
    p->stop = true;
    pthread_cond_broadcast(&p->work_there);
    pthread_cond_broadcast(&p->place_there);
    pthread_mutex_unlock(&p->lock);
    if (mine) {
        for (int i = 0; i < p->threads; i++)
            pthread_join(p->thread[i], NULL);
        pthread_mutex_lock(&p->lock);
        p->joined = true;
        pthread_cond_broadcast(&p->all_done);
        pthread_mutex_unlock(&p->lock);
        return;
    }
    pthread_mutex_lock(&p->lock);
    while (!p->joined)
        pthread_cond_wait(&p->all_done, &p->lock);
    pthread_mutex_unlock(&p->lock);
}
