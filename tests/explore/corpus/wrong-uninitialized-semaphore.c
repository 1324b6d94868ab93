/* wrong: uninitialized; lesson: the thread that initializes is not sure to run first */
#include <pthread.h>
#include <semaphore.h>

static sem_t ready;

static void *prepare(void *unused)
{
    sem_init(&ready, 0, 0);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, prepare, NULL);
    sem_post(&ready);
    pthread_join(thread, NULL);
    return 0;
}
