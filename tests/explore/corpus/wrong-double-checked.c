/* wrong: data-race; lesson: the first, unlocked look at the pointer orders nothing: it must be an acquiring load */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int storage, *instance;

static int *get(void)
{
    if (!instance) {
        pthread_mutex_lock(&lock);
        if (!instance) {
            storage = 5;
            instance = &storage;
        }
        pthread_mutex_unlock(&lock);
    }
    return instance;
}

static void *use(void *unused)
{
    (void)*get();
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, use, NULL);
    pthread_create(&other, NULL, use, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
