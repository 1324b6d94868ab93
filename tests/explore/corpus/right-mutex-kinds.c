/* right: a recursive mutex counts, an error-checking one refuses */
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t r, e;
static int n;

static void f(int d)
{
    pthread_mutex_lock(&r);
    n++;
    if (d)
        f(d - 1);
    pthread_mutex_unlock(&r);
}

static void *w(void *a)
{
    f(2);
    return a;
}

int main(void)
{
    pthread_mutexattr_t at;
    pthread_mutexattr_init(&at);
    pthread_mutexattr_settype(&at, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&r, &at);
    pthread_mutexattr_settype(&at, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&e, &at);
    pthread_mutexattr_destroy(&at);
    pthread_t t;
    pthread_create(&t, 0, w, 0);
    f(1);
    assert(pthread_mutex_lock(&e) == 0 && pthread_mutex_lock(&e) == EDEADLK && pthread_mutex_trylock(&e) == EBUSY);
    pthread_mutex_unlock(&e);
    assert(pthread_mutex_unlock(&e) == EPERM);
    pthread_join(t, 0);
    assert(n == 5);
    pthread_mutex_destroy(&r);
    pthread_mutex_destroy(&e);
    return 0;
}
