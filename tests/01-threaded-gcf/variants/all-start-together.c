/* Another style, full points: a barrier lets no thread compute before all are there, a mutex guards a count that main
 * looks at; main still joins every thread. */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_barrier_t start;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int results[NUM_PAIRS], computed;

static int gcf(int a, int b)
{
    return b ? gcf(b, a % b) : a;
}

static void *factor(void *arg)
{
    int *pair = arg;
    long i = (int(*)[2])pair - to_factor;
    pthread_barrier_wait(&start);
    int result = gcf(pair[0], pair[1]);
    pthread_mutex_lock(&lock);
    results[i] = result;
    computed++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return pair;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    if (pthread_barrier_init(&start, NULL, NUM_PAIRS))
        return EXIT_FAILURE;
    for (int i = 0; i < NUM_PAIRS; i++)
        if (pthread_create(&threads[i], NULL, factor, to_factor[i]))
            return EXIT_FAILURE;
    pthread_mutex_lock(&lock);
    while (computed < NUM_PAIRS)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < NUM_PAIRS; i++) {
        pthread_join(threads[i], NULL);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], results[i]);
    }
    pthread_barrier_destroy(&start);
    return EXIT_SUCCESS;
}
