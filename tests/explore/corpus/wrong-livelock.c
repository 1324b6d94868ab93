/* wrong: livelock; lesson: a flag that waits for the other's flag to fall, on both sides, waits for ever */
#include <pthread.h>
#include <stdatomic.h>

static atomic_int wants[2];

static void *enter(void *number)
{
    int me = (int)(long)number;
    wants[me] = 1;
    while (wants[1 - me])
        ;
    wants[me] = 0;
    return NULL;
}

int main(void)
{
    pthread_t thread[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, enter, (void *)i);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    return 0;
}
