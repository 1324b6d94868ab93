/* One condition for everything that may change.  Then a signal could wake the wrong one: every change is broadcast. */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct trap_queue {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    size_t capacity;
    size_t length;
    int closed;
    struct trap *items; /* the first is always items[0]: simple, and slower the longer the queue is */
};

struct trap_queue *trap_queue_create(size_t capacity)
{
    if (capacity == 0) {
        errno = EINVAL;
        return NULL;
    }
    struct trap *items = calloc(capacity, sizeof *items);
    struct trap_queue *queue = items ? malloc(sizeof *queue) : NULL;
    if (!queue) {
        free(items);
        return NULL;
    }
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->changed, NULL);
    queue->capacity = capacity;
    queue->length = 0;
    queue->closed = 0;
    queue->items = items;
    return queue;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    bool done = false;
    pthread_mutex_lock(&queue->mutex);
    for (;;) {
        if (queue->closed)
            break;
        if (queue->length < queue->capacity) {
            queue->items[queue->length++] = trap;
            pthread_cond_broadcast(&queue->changed);
            done = true;
            break;
        }
        pthread_cond_wait(&queue->changed, &queue->mutex);
    }
    pthread_mutex_unlock(&queue->mutex);
    return done;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    bool done = false;
    pthread_mutex_lock(&queue->mutex);
    while (queue->length == 0 && !queue->closed)
        pthread_cond_wait(&queue->changed, &queue->mutex);
    if (queue->length > 0) {
        *trap = queue->items[0];
        queue->length--;
        memmove(queue->items, queue->items + 1, queue->length * sizeof *queue->items);
        pthread_cond_broadcast(&queue->changed);
        done = true;
    }
    pthread_mutex_unlock(&queue->mutex);
    return done;
}

void trap_queue_close(struct trap_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    queue->closed = 1;
    pthread_mutex_unlock(&queue->mutex);
    pthread_cond_broadcast(&queue->changed);
}

void trap_queue_destroy(struct trap_queue *queue)
{
    pthread_mutex_destroy(&queue->mutex);
    pthread_cond_destroy(&queue->changed);
    free(queue->items);
    free(queue);
}
