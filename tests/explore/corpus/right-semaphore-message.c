/* right: a semaphore carries a message from one thread to another, and posting is not the waiter's business */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t sent;
static int message;

static void *send(void *unused)
{
    message = 7;
    sem_post(&sent);
    return unused;
}

int main(void)
{
    pthread_t thread;
    sem_init(&sent, 0, 0);
    pthread_create(&thread, NULL, send, NULL);
    sem_wait(&sent);
    assert(message == 7);
    pthread_join(thread, NULL);
    sem_destroy(&sent);
    return 0;
}
