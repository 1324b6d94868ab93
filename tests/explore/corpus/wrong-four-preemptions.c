/* wrong: assertion; lesson: the reader can see every single step, if the turn changes four times: more than are
 * promised */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>

enum { STEPS = 3 };
static atomic_int step;

static void *walk(void *unused)
{
    for (int i = 1; i <= STEPS; i++)
        atomic_store(&step, i);
    return unused;
}

static void *watch(void *unused)
{
    int seen = 0;
    for (int i = 1; i <= STEPS; i++)
        seen += atomic_load(&step) == i;
    assert(seen < STEPS);
    return unused;
}

int main(void)
{
    pthread_t walker, watcher;
    pthread_create(&walker, NULL, walk, NULL);
    pthread_create(&watcher, NULL, watch, NULL);
    pthread_join(walker, NULL);
    pthread_join(watcher, NULL);
    return 0;
}
