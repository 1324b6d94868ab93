/* wrong: lost-wakeup; lesson: a barrier used again needs to know one round from the next */
#include <pthread.h>

static struct {
    pthread_mutex_t m;
    pthread_cond_t c;
    int count, n;
} b = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 2};

static void wait_all(void)
{
    pthread_mutex_lock(&b.m);
    if (++b.count == b.n) {
        pthread_cond_broadcast(&b.c);
        b.count = 0;
    } else
        while (b.count != 0)
            pthread_cond_wait(&b.c, &b.m);
    pthread_mutex_unlock(&b.m);
}

static void *run(void *a)
{
    for (int i = 0; i < 2; i++)
        wait_all();
    return a;
}

int main(void)
{
    pthread_t t;
    pthread_create(&t, 0, run, 0);
    run(0);
    pthread_join(t, 0);
    return 0;
}
