/* right: with one philosopher fewer in the room than forks, there is no cycle */
#include <pthread.h>
#include <semaphore.h>
#define N 3

static sem_t fork_[N];
static sem_t room;

static void *p(void *a)
{
    sem_wait(&room);
    long i = (long)a;
    sem_wait(&fork_[i]);
    sem_wait(&fork_[(i + 1) % N]);
    sem_post(&fork_[i]);
    sem_post(&fork_[(i + 1) % N]);
    sem_post(&room);
    return 0;
}

int main(void)
{
    pthread_t t[N];
    sem_init(&room, 0, N - 1);
    for (int i = 0; i < N; i++)
        sem_init(&fork_[i], 0, 1);
    for (long i = 0; i < N; i++)
        pthread_create(&t[i], 0, p, (void *)i);
    for (int i = 0; i < N; i++)
        pthread_join(t[i], 0);
    return 0;
}
