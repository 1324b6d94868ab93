/* A list instead of a ring, allocated outside the lock, and signals sent after the unlock: right, too, because whoever
 * waits looks again with the lock held. */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct node {
    struct node *next;
    struct trap trap;
};

struct trap_queue {
    pthread_mutex_t lock;
    pthread_cond_t space, work;
    struct node *head, **tail;
    size_t left; /* places */
    bool closed;
};

struct trap_queue *trap_queue_create(size_t capacity)
{
    struct trap_queue *queue;
    if (capacity == 0) {
        errno = EINVAL;
        return NULL;
    }
    if ((queue = calloc(1, sizeof *queue)) == NULL)
        return NULL;
    if (pthread_mutex_init(&queue->lock, NULL) != 0 || pthread_cond_init(&queue->space, NULL) != 0 ||
        pthread_cond_init(&queue->work, NULL) != 0) {
        free(queue);
        errno = ENOMEM;
        return NULL;
    }
    queue->tail = &queue->head;
    queue->left = capacity;
    return queue;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    struct node *node = malloc(sizeof *node);
    if (node == NULL)
        abort(); /* the contract has no word for it */
    node->next = NULL;
    node->trap = trap;
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->left == 0)
        pthread_cond_wait(&queue->space, &queue->lock);
    if (queue->closed) {
        pthread_mutex_unlock(&queue->lock);
        free(node);
        return false;
    }
    queue->left--;
    *queue->tail = node;
    queue->tail = &node->next;
    pthread_mutex_unlock(&queue->lock);
    pthread_cond_signal(&queue->work);
    return true;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->head == NULL)
        pthread_cond_wait(&queue->work, &queue->lock);
    struct node *node = queue->head;
    if (node != NULL) {
        queue->head = node->next;
        if (queue->head == NULL)
            queue->tail = &queue->head;
        queue->left++;
    }
    pthread_mutex_unlock(&queue->lock);
    if (node == NULL)
        return false;
    pthread_cond_signal(&queue->space);
    *trap = node->trap;
    free(node);
    return true;
}

void trap_queue_close(struct trap_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->space);
    pthread_cond_broadcast(&queue->work);
    pthread_mutex_unlock(&queue->lock);
}

void trap_queue_destroy(struct trap_queue *queue)
{
    for (struct node *node = queue->head, *next; node != NULL; node = next) {
        next = node->next;
        free(node);
    }
    pthread_cond_destroy(&queue->work);
    pthread_cond_destroy(&queue->space);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}
