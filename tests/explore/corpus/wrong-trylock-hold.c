/* wrong: livelock; lesson: who asks for the second lock again and again keeps the first, for which another is asking */
#include <pthread.h>
#include <sched.h>

static pthread_mutex_t lock[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *take_both(void *arg)
{
    int first = arg != NULL;
    pthread_mutex_lock(&lock[first]);
    while (pthread_mutex_trylock(&lock[!first]) != 0)
        sched_yield();
    pthread_mutex_unlock(&lock[!first]);
    pthread_mutex_unlock(&lock[first]);
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, take_both, NULL);
    pthread_create(&other, NULL, take_both, &lock);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
