/* wrong: data-race; lesson: count++ is a read and a write, and another thread fits in between */
#include <assert.h>
#include <pthread.h>

static int count;

static void *add_one(void *unused)
{
    (void)unused;
    count++;
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, add_one, NULL);
    pthread_create(&other, NULL, add_one, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    assert(count == 2);
    return 0;
}
