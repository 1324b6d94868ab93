/* wrong: data-race; lesson: a writer needs the write lock; under a read lock others read along */
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int value;

static void *reader(void *result)
{
    pthread_rwlock_rdlock(&lock);
    *(int *)result = value;
    pthread_rwlock_unlock(&lock);
    return NULL;
}

static void *writer(void *unused)
{
    pthread_rwlock_rdlock(&lock);
    value = 7;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    int seen;
    pthread_create(&one, NULL, reader, &seen);
    pthread_create(&other, NULL, writer, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
