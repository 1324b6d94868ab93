/* right: a starting gun: all waiters look again, so one broadcast is enough, early or late */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t started = PTHREAD_COND_INITIALIZER;
static int go;

static void *runner(void *unused)
{
    pthread_mutex_lock(&lock);
    while (!go)
        pthread_cond_wait(&started, &lock);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, runner, NULL);
    pthread_create(&other, NULL, runner, NULL);
    pthread_mutex_lock(&lock);
    go = 1;
    pthread_mutex_unlock(&lock);
    pthread_cond_broadcast(&started);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
