/* right: pthread_exit runs the cleanup handlers, then the destructors of keys */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_key_t key;
static int order;

static void last(void *value)
{
    free(value);
    order = order * 10 + 3;
}

static void add(void *digit)
{
    order = order * 10 + (int)(long)digit;
}

static void *leave(void *unused)
{
    pthread_setspecific(key, malloc(1));
    pthread_cleanup_push(add, (void *)2l);
    pthread_cleanup_push(add, (void *)9l);
    pthread_cleanup_pop(0); /* taken off, and not run */
    pthread_cleanup_push(add, (void *)1l);
    pthread_exit(&order);
    pthread_cleanup_pop(1);
    pthread_cleanup_pop(1);
    return unused;
}

int main(void)
{
    pthread_t leaver;
    void *result;
    pthread_key_create(&key, last);
    pthread_create(&leaver, NULL, leave, NULL);
    pthread_join(leaver, &result);
    assert(result == &order && order == 123);
    pthread_key_delete(key);
    return 0;
}
