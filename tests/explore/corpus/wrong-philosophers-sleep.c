/* wrong: deadlock; lesson: they think for a while and then all reach for the left fork: who slept may go on in any
 * order */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

enum { SEATS = 5 };
static sem_t fork_[SEATS];

static void *dine(void *seat)
{
    const long left = (long)seat, right = (left + 1) % SEATS;
    usleep(100);
    sem_wait(&fork_[left]);
    sem_wait(&fork_[right]);
    sem_post(&fork_[right]);
    sem_post(&fork_[left]);
    return NULL;
}

int main(void)
{
    pthread_t philosopher[SEATS];
    for (int i = 0; i < SEATS; i++)
        sem_init(&fork_[i], 0, 1);
    for (long i = 0; i < SEATS; i++)
        pthread_create(&philosopher[i], NULL, dine, (void *)i);
    for (int i = 0; i < SEATS; i++)
        pthread_join(philosopher[i], NULL);
    return 0;
}
