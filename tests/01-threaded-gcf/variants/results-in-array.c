/* Another style, full points: no heap; each thread writes into its own place in an array of main's.
 * Nobody else touches that place until the thread has been joined. */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>

struct job {
    const int *pair;
    int gcf;
};

static void *factor(void *arg)
{
    struct job *job = arg;
    int smaller = job->pair[0] < job->pair[1] ? job->pair[0] : job->pair[1];
    for (int i = smaller; i >= 1 && job->gcf == 0; i--)
        if (job->pair[0] % i == 0 && job->pair[1] % i == 0)
            job->gcf = i;
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    struct job jobs[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++) {
        jobs[i] = (struct job){.pair = to_factor[i]};
        if (pthread_create(&threads[i], NULL, factor, &jobs[i]) != 0)
            return 1;
    }
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < NUM_PAIRS; i++)
        printf("The GCF of %d and %d is %d\n", jobs[i].pair[0], jobs[i].pair[1], jobs[i].gcf);
    return 0;
}
