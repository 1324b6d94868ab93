/* kills: together; lesson: joining the one before last still leaves two at a time, not all */
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
    int *gcf = malloc(sizeof *gcf);
    *gcf = gcf_of(pair[0], pair[1]);
    return gcf;
}

static void join_and_print(pthread_t thread, int i)
{
    int *gcf;
    pthread_join(thread, (void **)&gcf);
    printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], *gcf);
    free(gcf);
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++) {
        pthread_create(&threads[i], NULL, compute, to_factor[i]);
        if (i > 0)
            join_and_print(threads[i - 1], i - 1);
    }
    join_and_print(threads[NUM_PAIRS - 1], NUM_PAIRS - 1);
    return 0;
}
