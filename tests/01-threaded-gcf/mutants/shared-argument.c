/* kills: any_order; lesson: one struct filled again for each thread: all compute the last pair */
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
    int a, b, gcf;
};

static void *compute(void *arg)
{
    const struct job *job = arg;
    int *gcf = malloc(sizeof *gcf);
    *gcf = gcf_of(job->a, job->b);
    return gcf;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    struct job job;
    for (int i = 0; i < NUM_PAIRS; i++) {
        job = (struct job){.a = to_factor[i][0], .b = to_factor[i][1]};
        pthread_create(&threads[i], NULL, compute, &job);
    }
    for (int i = 0; i < NUM_PAIRS; i++) {
        int *gcf;
        pthread_join(threads[i], (void **)&gcf);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], *gcf);
        free(gcf);
    }
    return 0;
}
