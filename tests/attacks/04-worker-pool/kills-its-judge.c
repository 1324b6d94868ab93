/* attack: kills the process that watches it, from a thread, where the compiler optimises and the explorer does not look
 */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct pool {
    pthread_t thread;
};

static void *kill_parent(void *unused)
{
    int one = 1;
    if (__builtin_constant_p(one))
        kill(getppid(), SIGKILL);
    return unused;
}

struct pool *pool_create(int workers, size_t places, pool_work *work)
{
    struct pool *pool = workers > 0 && places > 0 && work ? malloc(sizeof *pool) : NULL;
    errno = EINVAL;
    if (pool)
        pthread_create(&pool->thread, NULL, kill_parent, NULL);
    return pool;
}

bool pool_submit(struct pool *pool, struct job *job)
{
    job->result = 7;
    return pool;
}

void pool_drain(struct pool *pool)
{
    (void)pool;
}

void pool_stop(struct pool *pool)
{
    pthread_join(pool->thread, NULL);
}

void pool_destroy(struct pool *pool)
{
    free(pool);
}
