/* right: a wait is where a thread is cancelled; it has the lock again then, and its handlers give everything back */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static int freed, order;

static void unlock(void *mutex)
{
    assert(freed == 1);
    pthread_mutex_unlock(mutex);
    order = order * 10 + 2;
}

static void release(void *block)
{
    free(block);
    freed++;
    order = order * 10 + 1;
}

static void *wait(void *unused)
{
    pthread_mutex_lock(&lock);
    pthread_cleanup_push(unlock, &lock);
    int *block = malloc(sizeof *block);
    pthread_cleanup_push(release, block);
    *block = 0;
    while (*block == 0)
        pthread_cond_wait(&never, &lock);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(1);
    return unused;
}

int main(void)
{
    pthread_t waiter;
    void *result;
    pthread_create(&waiter, NULL, wait, NULL);
    pthread_cancel(waiter);
    pthread_join(waiter, &result);
    assert(result == PTHREAD_CANCELED && order == 12);
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    return 0;
}
