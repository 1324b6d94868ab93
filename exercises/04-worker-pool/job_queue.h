/* Given: a bounded queue of pointers, for jobs; a monitor as in exercise 03, with one condition for everything.  Yours
 * from there does the same: use whichever you like, or neither. */
#ifndef JOB_QUEUE_H
#define JOB_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct job_queue {
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed;
    bool closed;
    size_t places, first, count;
    void **job;
};

/* False if there is no memory. */
static inline bool job_queue_init(struct job_queue *queue, size_t places)
{
    *queue = (struct job_queue){.places = places, .job = calloc(places, sizeof *queue->job)};
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    return queue->job != NULL;
}

/* Waits while the queue is full.  False if it is closed: the job is then not in it. */
static inline bool job_queue_put(struct job_queue *queue, void *job)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->count == queue->places && !queue->closed)
        pthread_cond_wait(&queue->changed, &queue->lock);
    const bool open = !queue->closed;
    if (open) {
        queue->job[(queue->first + queue->count++) % queue->places] = job;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return open;
}

/* Waits while the queue is empty.  NULL if it is empty and closed. */
static inline void *job_queue_get(struct job_queue *queue)
{
    void *job = NULL;
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !queue->closed)
        pthread_cond_wait(&queue->changed, &queue->lock);
    if (queue->count > 0) {
        job = queue->job[queue->first];
        queue->first = (queue->first + 1) % queue->places;
        queue->count--;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return job;
}

/* Nothing can be put any more; what is in it can still be got.  Wakes all who wait. */
static inline void job_queue_close(struct job_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}

static inline void job_queue_free(struct job_queue *queue)
{
    pthread_cond_destroy(&queue->changed);
    pthread_mutex_destroy(&queue->lock);
    free(queue->job);
}

#endif
