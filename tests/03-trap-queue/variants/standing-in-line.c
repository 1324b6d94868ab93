/* A line to stand in: who must wait has a condition of his own, and whoever makes room calls the first. */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
struct waiter {
    pthread_cond_t told;
    bool woken;
    struct waiter *next;
};

struct line {
    struct waiter *first, **end;
};

struct trap_queue {
    pthread_mutex_t lock;
    bool closed;
    size_t capacity, first, count;
    struct line putters, getters;
    struct trap *traps;
};

static void stand_in(struct line *line, pthread_mutex_t *lock)
{
    struct waiter me = {.woken = false, .next = NULL};
    pthread_cond_init(&me.told, NULL);
    *line->end = &me;
    line->end = &me.next;
    while (!me.woken)
        pthread_cond_wait(&me.told, lock);
    pthread_cond_destroy(&me.told);
}

static void call_first(struct line *line)
{
    struct waiter *first = line->first;
    if (!first)
        return;
    line->first = first->next;
    if (!line->first)
        line->end = &line->first;
    first->woken = true;
    pthread_cond_signal(&first->told);
}

struct trap_queue *trap_queue_create(size_t capacity)
{
    struct trap_queue *q = capacity ? calloc(1, sizeof *q) : NULL;
    if (!capacity)
        errno = EINVAL;
    if (q && !(q->traps = calloc(capacity, sizeof *q->traps))) {
        free(q);
        q = NULL;
    }
    if (!q)
        return NULL;
    q->capacity = capacity;
    q->putters.end = &q->putters.first;
    q->getters.end = &q->getters.first;
    pthread_mutex_init(&q->lock, NULL);
    return q;
}

bool trap_queue_put(struct trap_queue *q, struct trap trap)
{
    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->count == q->capacity)
        stand_in(&q->putters, &q->lock);
    bool open = !q->closed;
    if (open) {
        size_t at = q->first + q->count++;
        q->traps[at < q->capacity ? at : at - q->capacity] = trap;
        call_first(&q->getters);
        if (q->count < q->capacity)
            call_first(&q->putters);
    }
    pthread_mutex_unlock(&q->lock);
    return open;
}

bool trap_queue_get(struct trap_queue *q, struct trap *trap)
{
    pthread_mutex_lock(&q->lock);
    while (!q->closed && q->count == 0)
        stand_in(&q->getters, &q->lock);
    bool some = q->count != 0;
    if (some) {
        *trap = q->traps[q->first++];
        if (q->first == q->capacity)
            q->first = 0;
        q->count--;
        call_first(&q->putters);
        if (q->count)
            call_first(&q->getters);
    }
    pthread_mutex_unlock(&q->lock);
    return some;
}

void trap_queue_close(struct trap_queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    while (q->putters.first)
        call_first(&q->putters);
    while (q->getters.first)
        call_first(&q->getters);
    pthread_mutex_unlock(&q->lock);
}

void trap_queue_destroy(struct trap_queue *q)
{
    pthread_mutex_destroy(&q->lock);
    free(q->traps);
    free(q);
}
