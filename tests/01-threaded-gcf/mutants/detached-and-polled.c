/* kills: joined_once; lesson: detaching and asking over and over is not waiting */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <sched.h>
#include <stdatomic.h>

static int gcf_of(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static atomic_int results[NUM_PAIRS];

static void *compute(void *arg)
{
    int i = *(int *)arg;
    free(arg);
    results[i] = gcf_of(to_factor[i][0], to_factor[i][1]);
    return NULL;
}

int main(void)
{
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (int i = 0; i < NUM_PAIRS; i++) {
        pthread_t thread;
        int *number = malloc(sizeof *number);
        *number = i;
        pthread_create(&thread, &detached, compute, number);
    }
    for (int i = 0; i < NUM_PAIRS; i++) {
        while (results[i] == 0)
            sched_yield();
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1], results[i]);
    }
    return 0;
}
