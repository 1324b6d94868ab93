/* right: a barrier that counts its rounds can be used again */
#include <assert.h>
#include <pthread.h>

static struct {
    pthread_mutex_t m;
    pthread_cond_t c;
    int count, n;
    unsigned gen;
} b = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 3, 0};

static int round_[3];

static void wait_all(void)
{
    pthread_mutex_lock(&b.m);
    unsigned g = b.gen;
    if (++b.count == b.n) {
        b.gen++;
        b.count = 0;
        pthread_cond_broadcast(&b.c);
    } else
        while (g == b.gen)
            pthread_cond_wait(&b.c, &b.m);
    pthread_mutex_unlock(&b.m);
}

static void *run(void *a)
{
    int id = (int)(long)a;
    for (int i = 0; i < 2; i++) {
        round_[id] = i;
        wait_all();
        for (int j = 0; j < 3; j++)
            assert(round_[j] == i);
        wait_all();
    }
    return NULL;
}

int main(void)
{
    pthread_t t[2];
    for (long i = 0; i < 2; i++)
        pthread_create(&t[i], 0, run, (void *)i);
    run((void *)2L);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], 0);
    return 0;
}
