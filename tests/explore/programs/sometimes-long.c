/* Where the first thread comes first, its run is longer than a small limit; where it comes second, the run fails. */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int late, turns;

static void *count(void *unused)
{
    assert(!atomic_load(&late));
    for (int i = 0; i < 100; i++)
        atomic_fetch_add(&turns, 1);
    return unused;
}

static void *come(void *unused)
{
    atomic_store(&late, 1);
    return unused;
}

int main(void)
{
    pthread_t counter, comer;
    pthread_create(&counter, NULL, count, NULL);
    pthread_create(&comer, NULL, come, NULL);
    pthread_join(counter, NULL);
    pthread_join(comer, NULL);
    return 0;
}
