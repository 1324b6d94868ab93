/* kills: threads_do_the_work; lesson: threads that do nothing, with main doing the work, are not parallel */
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

static void *compute(void *arg)
{
    return arg;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, to_factor[i]);

    for (int i = 0; i < NUM_PAIRS; i++) {
        int *pair;
        pthread_join(threads[i], (void **)&pair);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1],
               gcf_of(to_factor[i][0], to_factor[i][1]));
    }
    return 0;
}
