/* kills: joined_once; lesson: a pthread_t means nothing any more once its thread is joined */
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
    struct job *job = arg;
    job->gcf = gcf_of(job->a, job->b);
    return NULL;
}

int main(void)
{
    static struct job jobs[NUM_PAIRS];
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++) {
        jobs[i] = (struct job){.a = to_factor[i][0], .b = to_factor[i][1]};
        pthread_create(&threads[i], NULL, compute, &jobs[i]);
    }
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < NUM_PAIRS; i++) {
        pthread_join(threads[i], NULL);
        printf("The GCF of %d and %d is %d\n", jobs[i].a, jobs[i].b, jobs[i].gcf);
    }
    return 0;
}
