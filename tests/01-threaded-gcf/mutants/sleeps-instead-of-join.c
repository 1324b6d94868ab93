/* kills: any_order; lesson: a nap long enough on your machine is a guess, not a wait */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

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
    sleep(1);
    for (int i = 0; i < NUM_PAIRS; i++)
        printf("The GCF of %d and %d is %d\n", jobs[i].a, jobs[i].b, jobs[i].gcf);
    return 0;
}
