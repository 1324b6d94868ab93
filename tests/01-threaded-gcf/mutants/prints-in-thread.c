/* kills: any_order; lesson: whoever ends first prints first: only main knows the order */
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
    int *pair = arg;
    printf("The GCF of %d and %d is %d\n", pair[0], pair[1], gcf_of(pair[0], pair[1]));
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, to_factor[i]);

    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
