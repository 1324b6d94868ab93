/* Another style, full points: the locks and conditions of C11 (threads.h), every result checked, and an end of the
 * program where something fails that cannot. */
#include "trap_queue.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <threads.h>

struct trap_queue {
    mtx_t lock; /* guards all that follows */
    cnd_t not_full, not_empty;
    bool closed;
    size_t capacity, first, count; /* the traps are at first, first + 1, … modulo the capacity */
    struct trap traps[];
};

static void must(int outcome, const char *where)
{
    if (outcome == thrd_success)
        return;
    fprintf(stderr, "trap_queue: %s failed\n", where);
    exit(EXIT_FAILURE);
}

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
    must(mtx_init(&queue->lock, mtx_plain), __func__);
    must(cnd_init(&queue->not_full), __func__);
    must(cnd_init(&queue->not_empty), __func__);
    return queue;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    must(mtx_lock(&queue->lock), __func__);
    while (queue->count == queue->capacity && !queue->closed)
        must(cnd_wait(&queue->not_full, &queue->lock), __func__);
    const bool open = !queue->closed;
    if (open) {
        queue->traps[(queue->first + queue->count++) % queue->capacity] = trap;
        must(cnd_signal(&queue->not_empty), __func__); /* one trap more is work for one: no need to wake all */
    }
    must(mtx_unlock(&queue->lock), __func__);
    return open;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    must(mtx_lock(&queue->lock), __func__);
    while (queue->count == 0 && !queue->closed)
        must(cnd_wait(&queue->not_empty, &queue->lock), __func__);
    const bool some = queue->count > 0; /* a closed queue is emptied first */
    if (some) {
        *trap = queue->traps[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        must(cnd_signal(&queue->not_full), __func__);
    }
    must(mtx_unlock(&queue->lock), __func__);
    return some;
}

void trap_queue_close(struct trap_queue *queue)
{
    must(mtx_lock(&queue->lock), __func__);
    queue->closed = true;
    must(cnd_broadcast(&queue->not_full), __func__); /* this concerns all who wait, on either side */
    must(cnd_broadcast(&queue->not_empty), __func__);
    must(mtx_unlock(&queue->lock), __func__);
}

void trap_queue_destroy(struct trap_queue *queue)
{
    cnd_destroy(&queue->not_empty);
    cnd_destroy(&queue->not_full);
    mtx_destroy(&queue->lock);
    free(queue);
}
