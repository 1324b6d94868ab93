/* wrong: data-race; lesson: a semaphore that begins with 2 lets two in: it is no lock */
#include <pthread.h>
#include <semaphore.h>

static sem_t turn;
static int count;

static void *add(void *unused)
{
    sem_wait(&turn);
    count++;
    sem_post(&turn);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    sem_init(&turn, 0, 2);
    pthread_create(&one, NULL, add, NULL);
    pthread_create(&other, NULL, add, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    sem_destroy(&turn);
    return 0;
}
