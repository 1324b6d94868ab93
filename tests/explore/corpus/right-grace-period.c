/* right: readers announce themselves, the updater frees the old version when they are gone */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct cfg {
    int a, b;
};

static _Atomic(struct cfg *) cur;
static atomic_int in[2];

static void *reader(void *p)
{
    int id = (int)(long)p;
    atomic_store(&in[id], 1);
    struct cfg *c = atomic_load(&cur);
    assert(c->a + c->b == 10);
    atomic_store(&in[id], 0);
    return NULL;
}

static void *updater(void *p)
{
    struct cfg *n = malloc(sizeof *n), *old;
    n->a = 7;
    n->b = 3;
    old = atomic_exchange(&cur, n);
    for (int i = 0; i < 2; i++)
        while (atomic_load(&in[i]))
            ;
    free(old);
    return p;
}

int main(void)
{
    struct cfg *c = malloc(sizeof *c);
    c->a = 4;
    c->b = 6;
    atomic_init(&cur, c);
    pthread_t t[3];
    for (long i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, reader, (void *)i);
    pthread_create(&t[2], NULL, updater, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    free(atomic_load(&cur));
    return 0;
}
