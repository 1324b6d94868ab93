/* right: a detached thread tells that it is done by a semaphore; nobody joins it */
#include <pthread.h>
#include <semaphore.h>

static sem_t done;

static void *work(void *unused)
{
    sem_post(&done);
    return unused;
}

int main(void)
{
    pthread_t thread;
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, work, NULL);
    pthread_detach(thread);
    sem_wait(&done);
    return 0;
}
