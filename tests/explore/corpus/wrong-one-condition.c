/* wrong: lost-wakeup; lesson: two kinds of waiters on one condition: signal may wake the wrong kind */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int a, b;

static void *wait_for(void *flag)
{
    pthread_mutex_lock(&lock);
    while (!*(int *)flag)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, wait_for, &a);
    pthread_create(&other, NULL, wait_for, &b);
    pthread_mutex_lock(&lock);
    a = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    pthread_mutex_lock(&lock);
    b = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
