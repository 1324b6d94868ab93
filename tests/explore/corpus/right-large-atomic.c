/* right: a triple in one atomic is read and written whole, though no instruction could */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

struct triple {
    long a, b, c;
};
static _Atomic struct triple shared;

static void *write_all(void *unused)
{
    atomic_store(&shared, ((struct triple){1, 1, 1}));
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, write_all, NULL);
    struct triple seen = atomic_load(&shared);
    assert(seen.a == seen.b && seen.b == seen.c);
    pthread_join(thread, NULL);
    return 0;
}
