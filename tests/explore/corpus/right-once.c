/* right: whoever comes first initializes, everybody else waits for it and sees the result */
#include <assert.h>
#include <pthread.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int ready;

static void prepare(void)
{
    ready++;
}

static void *use(void *unused)
{
    pthread_once(&once, prepare);
    assert(ready == 1);
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, use, NULL);
    pthread_create(&other, NULL, use, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
