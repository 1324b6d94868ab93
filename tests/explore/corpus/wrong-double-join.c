/* wrong: double-join; lesson: a thread is joined once, by one thread */
#include <pthread.h>

static pthread_t worker;

static void *work(void *unused)
{
    return unused;
}

static void *wait_too(void *unused)
{
    pthread_join(worker, NULL);
    return unused;
}

int main(void)
{
    pthread_t waiter;
    pthread_create(&worker, NULL, work, NULL);
    pthread_create(&waiter, NULL, wait_too, NULL);
    pthread_join(worker, NULL);
    pthread_join(waiter, NULL);
    return 0;
}
