/* Two flags must be met in one order by three threads: sampling needs some luck, and the same luck for the same seed.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_int step;

static void *move(void *from)
{
    for (int i = 0; i < 4; i++) {
        int expected = (int)(long)from;
        atomic_compare_exchange_strong(&step, &expected, expected + 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread[3];
    for (long i = 0; i < 3; i++)
        pthread_create(&thread[i], NULL, move, (void *)(2 - i));
    for (int i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    assert(step < 4); /* holds: each thread takes one step of three */
    return 0;
}
