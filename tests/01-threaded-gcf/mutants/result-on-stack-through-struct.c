/* kills: results_outlive_threads; lesson: hiding the address in a struct does not make the variable live longer */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int gcf_of(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

struct job {
    int *pair;
    int *volatile gcf;
};

static void *compute(void *arg)
{
    struct job *job = arg;
    volatile int gcf = gcf_of(job->pair[0], job->pair[1]);
    job->gcf = (int *)&gcf;
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    struct job jobs[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++) {
        jobs[i].pair = to_factor[i];
        pthread_create(&threads[i], NULL, compute, &jobs[i]);
    }
    for (int i = 0; i < NUM_PAIRS; i++) {
        pthread_join(threads[i], NULL);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], *jobs[i].gcf);
    }
    return 0;
}
