/* A mutex in memory from calloc: KIND 0 never initialized, 1 by call, 2 by the initializer; 3: static; 4: on the stack.
 */
#include <pthread.h>
#include <stdlib.h>

#ifndef KIND
#define KIND 0
#endif

struct counter {
    int value;
    pthread_mutex_t lock;
};

static struct counter fixed;

static void *add(void *argument)
{
    struct counter *counter = argument;
    pthread_mutex_lock(&counter->lock);
    counter->value++;
    pthread_mutex_unlock(&counter->lock);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    struct counter local = {0}, *counter = calloc(1, sizeof *counter);
    if (KIND == 1)
        pthread_mutex_init(&counter->lock, NULL);
    if (KIND == 2)
        counter->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    struct counter *used = KIND == 3 ? &fixed : KIND == 4 ? &local : counter;
    pthread_create(&thread, NULL, add, used);
    add(used);
    pthread_join(thread, NULL);
    free(counter);
    return 0;
}
