/* Two producers and two consumers at a bounded queue: many ways to wait for each other. */
#include <assert.h>
#include <pthread.h>
enum { CAPACITY = 2, ITEMS = 2 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t not_full = PTHREAD_COND_INITIALIZER, not_empty = PTHREAD_COND_INITIALIZER;
static int slot[CAPACITY], first, count, sum;
static void put(int v)
{
    pthread_mutex_lock(&lock);
    while (count == CAPACITY)
        pthread_cond_wait(&not_full, &lock);
    slot[(first + count++) % CAPACITY] = v;
    pthread_cond_signal(&not_empty);
    pthread_mutex_unlock(&lock);
}
static int get(void)
{
    pthread_mutex_lock(&lock);
    while (count == 0)
        pthread_cond_wait(&not_empty, &lock);
    int v = slot[first];
    first = (first + 1) % CAPACITY;
    count--;
    pthread_cond_signal(&not_full);
    pthread_mutex_unlock(&lock);
    return v;
}
static void *produce(void *a)
{
    for (int i = 0; i < ITEMS; i++)
        put(1);
    return a;
}
static void *consume(void *a)
{
    for (int i = 0; i < ITEMS; i++) {
        int v = get();
        pthread_mutex_lock(&lock);
        sum += v;
        pthread_mutex_unlock(&lock);
    }
    return a;
}
int main(void)
{
    pthread_t t[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&t[i], NULL, i % 2 ? produce : consume, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(t[i], NULL);
    assert(sum == 2 * ITEMS);
    return 0;
}
