/* right: once all are woken, the condition may go; the mutex may not yet */
#include <pthread.h>
#include <stdlib.h>

struct gate {
    pthread_mutex_t m;
    pthread_cond_t c;
    int open, inside;
};

static void *w(void *a)
{
    struct gate *g = a;
    pthread_mutex_lock(&g->m);
    while (!g->open)
        pthread_cond_wait(&g->c, &g->m);
    pthread_mutex_unlock(&g->m);
    return 0;
}

int main(void)
{
    struct gate g = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
    pthread_t t[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], 0, w, &g);
    pthread_mutex_lock(&g.m);
    g.open = 1;
    pthread_cond_broadcast(&g.c);
    pthread_cond_destroy(&g.c);
    pthread_mutex_unlock(&g.m);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], 0);
    pthread_mutex_destroy(&g.m);
    return 0;
}
