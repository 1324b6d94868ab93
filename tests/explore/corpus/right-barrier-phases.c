/* right: in each phase each thread writes its own cell; it reads the other's only behind the barrier */
#include <assert.h>
#include <pthread.h>

static pthread_barrier_t phase;
static int cell[2];

static void *work(void *number)
{
    long me = (long)number;
    for (int i = 1; i <= 2; i++) {
        cell[me] = i;
        pthread_barrier_wait(&phase);
        assert(cell[1 - me] == i);
        pthread_barrier_wait(&phase);
    }
    return NULL;
}

int main(void)
{
    pthread_t other;
    pthread_barrier_init(&phase, NULL, 2);
    pthread_create(&other, NULL, work, (void *)1);
    work((void *)0);
    pthread_join(other, NULL);
    pthread_barrier_destroy(&phase);
    return 0;
}
