/* kills: other_pairs; lesson: the first number of a pair may be the larger one */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *compute(void *arg)
{
    int *pair = arg;
    int *gcf = malloc(sizeof *gcf);
    *gcf = 1;
    for (int i = 2; i < pair[1]; i++)
        if (pair[0] % i == 0 && pair[1] % i == 0)
            *gcf = i;
    return gcf;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, to_factor[i]);

    for (int i = 0; i < NUM_PAIRS; i++) {
        int *gcf;
        pthread_join(threads[i], (void **)&gcf);
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], *gcf);
        free(gcf);
    }
    return 0;
}
