/* right: two places for three threads: a semaphore counts them, a mutex guards the number inside */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t places;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int inside;

static void change(int by)
{
    pthread_mutex_lock(&lock);
    inside += by;
    assert(inside <= 2);
    pthread_mutex_unlock(&lock);
}

static void *visit(void *unused)
{
    sem_wait(&places);
    change(1);
    change(-1);
    sem_post(&places);
    return unused;
}

int main(void)
{
    pthread_t thread[2];
    sem_init(&places, 0, 2);
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, visit, NULL);
    visit(NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    sem_destroy(&places);
    return 0;
}
