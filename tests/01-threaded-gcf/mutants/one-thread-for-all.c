/* kills: together; lesson: one thread that does all the pairs is no more parallel than main */
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

static void *compute_all(void *unused)
{
    for (int i = 0; i < NUM_PAIRS; i++)
        results[i] = gcf_of(to_factor[i][0], to_factor[i][1]);
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, compute_all, NULL);
    pthread_join(thread, NULL);
    for (int i = 0; i < NUM_PAIRS; i++)
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], results[i]);
    return 0;
}
