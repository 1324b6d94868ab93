/* wrong: crash; lesson: who was cancelled has no result: PTHREAD_CANCELED is no pointer to one */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static void *count(void *unused)
{
    (void)unused;
    int *result = malloc(sizeof *result);
    *result = 3;
    usleep(100);
    return result;
}

int main(void)
{
    pthread_t counter;
    int *result;
    pthread_create(&counter, NULL, count, NULL);
    pthread_cancel(counter);
    pthread_join(counter, (void **)&result);
    return *result == 3 ? 0 : 1;
}
