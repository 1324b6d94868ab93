/* kills: example; lesson: the pointer is set, not what it points to: the caller sees nothing of the trap */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

struct trap_queue {
    pthread_mutex_t lock;
    pthread_cond_t not_full, not_empty;
    bool closed;
    size_t capacity, first, count;
    struct trap traps[];
};

struct trap_queue *trap_queue_create(size_t capacity)
{
    if (capacity == 0 || capacity > (SIZE_MAX - sizeof(struct trap_queue)) / sizeof(struct trap)) {
        errno = capacity == 0 ? EINVAL : ENOMEM;
        return NULL;
    }
    struct trap_queue *queue = calloc(1, sizeof *queue + capacity * sizeof *queue->traps);
    if (!queue)
        return NULL;
    queue->capacity = capacity;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->not_full, NULL);
    pthread_cond_init(&queue->not_empty, NULL);
    return queue;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->count == queue->capacity && !queue->closed)
        pthread_cond_wait(&queue->not_full, &queue->lock);
    const bool open = !queue->closed;
    if (open) {
        queue->traps[(queue->first + queue->count++) % queue->capacity] = trap;
        pthread_cond_signal(&queue->not_empty);
    }
    pthread_mutex_unlock(&queue->lock);
    return open;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    pthread_mutex_lock(&queue->lock);
    while (queue->count == 0 && !queue->closed)
        pthread_cond_wait(&queue->not_empty, &queue->lock);
    const bool some = queue->count > 0;
    if (some) {
        trap = &queue->traps[queue->first];
        (void)trap;
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->lock);
    return some;
}

void trap_queue_close(struct trap_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->not_full);
    pthread_cond_broadcast(&queue->not_empty);
    pthread_mutex_unlock(&queue->lock);
}

void trap_queue_destroy(struct trap_queue *queue)
{
    pthread_cond_destroy(&queue->not_empty);
    pthread_cond_destroy(&queue->not_full);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}
