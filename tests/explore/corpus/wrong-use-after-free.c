/* wrong: use-after-free; lesson: whoever frees must know that nobody uses it any more */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *shared;

static void *use(void *unused)
{
    pthread_mutex_lock(&lock);
    (*shared)++;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t thread;
    shared = malloc(sizeof *shared);
    *shared = 0;
    pthread_create(&thread, NULL, use, NULL);
    pthread_mutex_lock(&lock);
    free(shared);
    pthread_mutex_unlock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
