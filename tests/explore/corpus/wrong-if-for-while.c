/* wrong: assertion; lesson: a wake-up is a hint: look at the condition again, with while */
#include <assert.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items;

static void *take(void *unused)
{
    pthread_mutex_lock(&lock);
    if (items == 0)
        pthread_cond_wait(&filled, &lock);
    assert(items > 0);
    items--;
    pthread_mutex_unlock(&lock);
    return unused;
}

static void *put(void *unused)
{
    pthread_mutex_lock(&lock);
    items += 2;
    pthread_cond_broadcast(&filled);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, take, NULL);
    pthread_create(&other, NULL, put, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
