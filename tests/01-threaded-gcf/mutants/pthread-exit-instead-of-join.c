/* kills: joined_once; lesson: exiting from main with pthread_exit is not joining */
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
static int done;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The last thread to finish prints everything. */
static void *compute(void *arg)
{
    int i = (int)((int(*)[2])arg - to_factor);
    pthread_mutex_lock(&lock);
    results[i] = gcf_of(to_factor[i][0], to_factor[i][1]);
    if (++done == NUM_PAIRS)
        for (int k = 0; k < NUM_PAIRS; k++)
            printf("The GCF of %d and %d is %d\n", to_factor[k][0], to_factor[k][1], results[k]);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    for (int i = 0; i < NUM_PAIRS; i++)
        pthread_create(&threads[i], NULL, compute, to_factor[i]);

    pthread_exit(NULL);
}
