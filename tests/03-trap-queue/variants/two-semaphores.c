/* Semaphores instead of conditions: one counts the free places, one the traps.  Who closes adds one to each, and
 * whoever finds out by it that the queue is closed hands it on to the next. */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

struct trap_queue {
    sem_t places, waiting;
    pthread_mutex_t lock;
    bool closed;
    size_t capacity, in, out;
    struct trap *ring;
};

struct trap_queue *trap_queue_create(size_t capacity)
{
    if (capacity == 0 || capacity > 1u << 30) {
        errno = capacity == 0 ? EINVAL : ENOMEM;
        return NULL;
    }
    struct trap_queue *queue = malloc(sizeof *queue);
    struct trap *ring = calloc(capacity, sizeof *ring);
    if (!queue || !ring) {
        free(queue);
        free(ring);
        errno = ENOMEM;
        return NULL;
    }
    *queue = (struct trap_queue){.capacity = capacity, .ring = ring};
    sem_init(&queue->places, 0, (unsigned)capacity);
    sem_init(&queue->waiting, 0, 0);
    pthread_mutex_init(&queue->lock, NULL);
    return queue;
}

static void take(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0 && errno == EINTR)
        ;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    take(&queue->places);
    pthread_mutex_lock(&queue->lock);
    bool taken = !queue->closed;
    if (taken)
        queue->ring[queue->in++ % queue->capacity] = trap;
    pthread_mutex_unlock(&queue->lock);
    sem_post(taken ? &queue->waiting : &queue->places);
    return taken;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    take(&queue->waiting);
    pthread_mutex_lock(&queue->lock);
    bool there = queue->in != queue->out;
    if (there)
        *trap = queue->ring[queue->out++ % queue->capacity];
    pthread_mutex_unlock(&queue->lock);
    sem_post(there ? &queue->places : &queue->waiting);
    return there;
}

void trap_queue_close(struct trap_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    bool first = !queue->closed;
    queue->closed = true;
    pthread_mutex_unlock(&queue->lock);
    if (first) {
        sem_post(&queue->places);
        sem_post(&queue->waiting);
    }
}

void trap_queue_destroy(struct trap_queue *queue)
{
    sem_destroy(&queue->places);
    sem_destroy(&queue->waiting);
    pthread_mutex_destroy(&queue->lock);
    free(queue->ring);
    free(queue);
}
