/* right: the value of a semaphore is news of a moment ago */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t s;

static void *w(void *a)
{
    sem_post(&s);
    return a;
}

int main(void)
{
    int v;
    sem_init(&s, 0, 2);
    sem_getvalue(&s, &v);
    assert(v == 2);
    pthread_t t;
    pthread_create(&t, 0, w, 0);
    sem_getvalue(&s, &v);
    assert(v == 2 || v == 3);
    pthread_join(t, 0);
    sem_getvalue(&s, &v);
    assert(v == 3);
    sem_destroy(&s);
    return 0;
}
