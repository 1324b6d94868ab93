/* wrong: deadlock; lesson: wait for room before taking the mutex, not while holding it */
#include <pthread.h>
#include <semaphore.h>

static sem_t mutex, full, empty;
static int buf;

static void *prod(void *a)
{
    for (int i = 0; i < 2; i++) {
        sem_wait(&mutex);
        sem_wait(&empty);
        buf = i;
        sem_post(&full);
        sem_post(&mutex);
    }
    return a;
}

static void *cons(void *a)
{
    for (int i = 0; i < 2; i++) {
        sem_wait(&full);
        sem_wait(&mutex);
        buf = -1;
        sem_post(&mutex);
        sem_post(&empty);
    }
    return a;
}

int main(void)
{
    pthread_t t;
    sem_init(&mutex, 0, 1);
    sem_init(&full, 0, 0);
    sem_init(&empty, 0, 1);
    pthread_create(&t, 0, prod, 0);
    cons(0);
    pthread_join(t, 0);
    return 0;
}
