/* Many threads.  usage: crowd NUMBER one-by-one|together     together: none ends before all have begun */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t all;
static int together;

static void *live(void *argument)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
    if (together)
        pthread_barrier_wait(&all);
    return argument;
}

int main(int argc, char **argv)
{
    int number = argc == 3 ? atoi(argv[1]) : 0, joined = 0;
    pthread_t *threads = calloc((size_t)number + 1, sizeof *threads);
    pthread_attr_t small;

    together = argc == 3 && strcmp(argv[2], "together") == 0;
    pthread_barrier_init(&all, NULL, (unsigned)number + 1);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    for (int i = 0; i < number; i++) {
        if (pthread_create(&threads[i], &small, live, NULL) != 0)
            return 1;
        if (!together)
            joined += pthread_join(threads[i], NULL) == 0;
    }
    if (together)
        pthread_barrier_wait(&all);
    for (int i = 0; i < number && together; i++)
        joined += pthread_join(threads[i], NULL) == 0;
    printf("%d\n", joined);
    return 0;
}
