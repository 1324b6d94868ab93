/* right: a reader-writer lock made of a mutex and a condition, writers first */
#include <assert.h>
#include <pthread.h>

typedef struct {
    pthread_mutex_t m;
    pthread_cond_t ok;
    int readers, writers_waiting;
    int writing;
} rw;

static rw l = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};
static int a, b;

static void rlock(rw *l_)
{
    pthread_mutex_lock(&l_->m);
    while (l_->writing || l_->writers_waiting)
        pthread_cond_wait(&l_->ok, &l_->m);
    l_->readers++;
    pthread_mutex_unlock(&l_->m);
}

static void runlock(rw *l_)
{
    pthread_mutex_lock(&l_->m);
    if (--l_->readers == 0)
        pthread_cond_broadcast(&l_->ok);
    pthread_mutex_unlock(&l_->m);
}

static void wlock(rw *l_)
{
    pthread_mutex_lock(&l_->m);
    l_->writers_waiting++;
    while (l_->writing || l_->readers)
        pthread_cond_wait(&l_->ok, &l_->m);
    l_->writers_waiting--;
    l_->writing = 1;
    pthread_mutex_unlock(&l_->m);
}

static void wunlock(rw *l_)
{
    pthread_mutex_lock(&l_->m);
    l_->writing = 0;
    pthread_cond_broadcast(&l_->ok);
    pthread_mutex_unlock(&l_->m);
}

static void *reader(void *x)
{
    rlock(&l);
    assert(a == b);
    runlock(&l);
    return x;
}

static void *writer(void *x)
{
    wlock(&l);
    a++;
    b++;
    wunlock(&l);
    return x;
}

int main(void)
{
    pthread_t t[3];
    pthread_create(&t[0], 0, reader, 0);
    pthread_create(&t[1], 0, writer, 0);
    pthread_create(&t[2], 0, reader, 0);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], 0);
    assert(a == 1);
    return 0;
}
