/* kills: any_order; lesson: next++ is a read and a write: two threads may take the same pair */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>

static int gcf_of(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int next, results[NUM_PAIRS];

/* Each thread takes the next pair that nobody has taken yet. */
static void *compute(void *arg)
{
    (void)arg;
    int mine = next++;
    results[mine] = gcf_of(to_factor[mine][0], to_factor[mine][1]);
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, NULL);
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < NUM_PAIRS; i++)
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], results[i]);
    return 0;
}
