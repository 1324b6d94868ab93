/* A lock, a count and numbers in one allocated block; the look at the count is not guarded, the writes are. */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

struct ring {
    pthread_mutex_t lock;
    int count;
    int numbers[];
};

static void *add(void *arg)
{
    struct ring *ring = arg;
    pthread_mutex_lock(&ring->lock);
    int at = ring->count;
    pthread_mutex_unlock(&ring->lock);
    pthread_mutex_lock(&ring->lock);
    ring->numbers[at] = at + 1;
    ring->count = at + 1;
    pthread_mutex_unlock(&ring->lock);
    return NULL;
}

int main(void)
{
    struct ring *ring = calloc(1, sizeof *ring + 5 * sizeof ring->numbers[0]);
    pthread_t threads[2];
    pthread_mutex_init(&ring->lock, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add, ring);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert(ring->count == 2);
    return 0;
}
