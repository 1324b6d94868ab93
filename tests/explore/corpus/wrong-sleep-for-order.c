/* wrong: data-race; lesson: a sleep orders nothing, however long */
#include <pthread.h>
#include <unistd.h>

static int result;

static void *compute(void *unused)
{
    result = 9;
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, compute, NULL);
    sleep(1);
    int seen = result;
    pthread_join(thread, NULL);
    return seen == 9 ? 0 : 1;
}
