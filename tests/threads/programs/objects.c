/* One of each: every kind of object, what is done with it, and by whom.  Nobody ever waits. */
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static pthread_mutex_t mutex;
static pthread_rwlock_t rwlock;
static pthread_spinlock_t spin;
static pthread_cond_t condition;
static sem_t semaphore;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void locks(void)
{
    pthread_mutex_init(&mutex, NULL);
    pthread_mutex_lock(&mutex);
    pthread_mutex_trylock(&mutex);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);
    pthread_rwlock_init(&rwlock, NULL);
    pthread_rwlock_rdlock(&rwlock);
    pthread_rwlock_trywrlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_wrlock(&rwlock);
    pthread_rwlock_unlock(&rwlock);
    pthread_rwlock_destroy(&rwlock);
    pthread_spin_init(&spin, 0);
    pthread_spin_lock(&spin);
    pthread_spin_unlock(&spin);
    pthread_spin_destroy(&spin);
}

static void nothing(void)
{
}

static void others(void)
{
    pthread_cond_init(&condition, NULL);
    pthread_cond_signal(&condition);
    pthread_cond_broadcast(&condition);
    pthread_cond_destroy(&condition);
    sem_init(&semaphore, 0, 1);
    sem_wait(&semaphore);
    sem_trywait(&semaphore);
    sem_post(&semaphore);
    sem_destroy(&semaphore);
    pthread_barrier_init(&barrier, NULL, 1);
    pthread_barrier_wait(&barrier);
    pthread_barrier_destroy(&barrier);
    pthread_once(&once, nothing);
    pthread_once(&once, nothing); /* not worth a word */
}

static void *start(void *value)
{
    return value;
}

int main(void)
{
    pthread_t thread;

    locks();
    others();
    if (pthread_create(&thread, NULL, start, NULL) != 0 || pthread_join(thread, NULL) != 0 ||
        pthread_join(pthread_self(), NULL) == 0)
        return 1;
    return 0;
}
