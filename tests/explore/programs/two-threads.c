/* Two threads of POINTS atomic steps each: the number of interleavings is known (a binomial coefficient). */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int x;

static void *work(void *unused)
{
    for (int i = 0; i < POINTS; i++)
        x++;
    return unused;
}

int main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, work, NULL);
    work(NULL);
    pthread_join(other, NULL);
    return 0;
}
