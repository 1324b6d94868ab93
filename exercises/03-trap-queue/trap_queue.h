/* A queue of traps between those that trap and those that handle them: bounded, and safe from any thread.
 *
 * Guests trap faster than a hypervisor can handle.  The queue holds at most `capacity` traps: who wants to put one more
 * waits, and so does who wants to get one from an empty queue.  Waiting takes no CPU time.  Traps come out in the order
 * in which they went in, each of them once.
 *
 * From trap_queue_create on, until trap_queue_destroy, any number of threads may call any of these at once. */
#ifndef TRAP_QUEUE_H
#define TRAP_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct trap {
    int guest;  /* who trapped */
    int number; /* of the system call that it asked for */
};

struct trap_queue; /* what is in it is your business: trap_queue.c */

/* A new, empty queue.  NULL, with errno EINVAL if capacity is 0, or ENOMEM if there is no memory. */
struct trap_queue *trap_queue_create(size_t capacity);

/* Puts the trap at the end, and waits before that while the queue is full.
 * Returns false if the queue is closed, or is closed meanwhile: the trap is then not in it. */
bool trap_queue_put(struct trap_queue *queue, struct trap trap);

/* Takes the first trap out, and waits before that while the queue is empty.
 * Returns false if the queue is empty and closed, or is closed meanwhile: *trap is then as it was. */
bool trap_queue_get(struct trap_queue *queue, struct trap *trap);

/* From now on nothing can be put; what is in the queue can still be got.  Everybody who waits is woken, and returns as
 * said above.  To close a closed queue does nothing. */
void trap_queue_close(struct trap_queue *queue);

/* Frees the queue and what is still in it.  Nobody may be using it, or use it again. */
void trap_queue_destroy(struct trap_queue *queue);

#endif
