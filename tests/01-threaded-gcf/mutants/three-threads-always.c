/* kills: other_pairs; lesson: NUM_PAIRS is not always 3 */
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

int main(void)
{
    pthread_t threads[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, compute, to_factor[i % NUM_PAIRS]);
    for (int i = 0; i < 3; i++) {
        int *gcf;
        pthread_join(threads[i], (void **)&gcf);
        printf("The GCF of %d and %d is %d\n", to_factor[i % NUM_PAIRS][0], to_factor[i % NUM_PAIRS][1], *gcf);
        free(gcf);
    }
    return 0;
}
