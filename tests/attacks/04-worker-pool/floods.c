/* attack: floods standard output and standard error from every worker, and never comes to an end */
#include "pool.h"

#include <pthread.h>
#include <stdio.h>

static void *flood(void *unused)
{
    for (;;) {
        puts("The GCF of 48 and 52 is 4\nThe GCF of 25 and 100 is 25\nThe GCF of 120 and 340 is 20");
        fputs("The GCF of 48 and 52 is 4\n", stderr);
    }
    return unused;
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    pthread_t thread;
    (void)places;
    (void)work;
    for (int i = 0; i < workers; i++)
        pthread_create(&thread, NULL, flood, NULL);
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
