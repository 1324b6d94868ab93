/* kills: any_order; lesson: all threads look at one counter, which has moved on when they do */
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

static int results[NUM_PAIRS];

static void *compute(void *arg)
{
    int i = *(int *)arg;
    if (i >= 0 && i < NUM_PAIRS)
        results[i] = gcf_of(to_factor[i][0], to_factor[i][1]);
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    int i;
    for (i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, &i);
    for (i = 0; i < NUM_PAIRS; i++) {
        pthread_join(threads[i], NULL);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], results[i]);
    }
    return 0;
}
