/* Another style, full points: small numbers travel inside the pointers themselves, the index in and the factor out, and
 * the threads are joined from the last to the first before anything is printed. */
#include "pairs.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void *factor(void *index)
{
    int a = to_factor[(intptr_t)index][0], b = to_factor[(intptr_t)index][1];
    while (a != b)
        *(a > b ? &a : &b) -= a > b ? b : a;
    return (void *)(intptr_t)a;
}

int main(void)
{
    pthread_t *threads = calloc(NUM_PAIRS, sizeof *threads);
    void **factors = calloc(NUM_PAIRS, sizeof *factors);
    if (!threads || !factors)
        return 1;
    for (intptr_t i = NUM_PAIRS - 1; i >= 0; i--)
        if (pthread_create(threads + i, NULL, factor, (void *)i))
            abort();
    for (int i = NUM_PAIRS; i-- > 0;)
        pthread_join(threads[i], factors + i);
    for (int i = 0; i < NUM_PAIRS; i++)
        fprintf(stdout, "The GCF of %i and %i is %i\n", to_factor[i][0], to_factor[i][1], (int)(intptr_t)factors[i]);
    free(threads);
    free(factors);
    return 0;
}
