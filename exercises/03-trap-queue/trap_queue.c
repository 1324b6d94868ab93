/* Exercise 03: a bounded queue of traps, safe from any thread.  trap_queue.h says what is asked; the places to fill in
 * are marked TODO.  Try it by hand, too:  gcc -Wall -g -pthread trap_queue.c scenarios.c -o queue && ./queue */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct trap_queue {
    size_t capacity;
    /* TODO 1: what is in the queue, in which order, and whether it is closed.  One lock guards all of that.
     * For what may somebody have to wait?  Each such thing wants a condition of its own. */
};

struct trap_queue *trap_queue_create(size_t capacity)
{
    /* TODO 2: refuse a capacity of 0, make room for so many traps, and initialize lock and conditions. */
    (void)capacity;
    errno = ENOSYS;
    return NULL;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    /* TODO 3: with the lock held, wait while the queue is full; add; tell somebody who waits for a trap. */
    (void)queue, (void)trap;
    return false;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    /* TODO 4: the other way round.  What does a get from an empty queue do when the queue is closed? */
    (void)queue, (void)trap;
    return false;
}

void trap_queue_close(struct trap_queue *queue)
{
    /* TODO 5: who has to hear of this? */
    (void)queue;
}

void trap_queue_destroy(struct trap_queue *queue)
{
    /* TODO 6: destroy what was initialized, free what was allocated. */
    (void)queue;
}
