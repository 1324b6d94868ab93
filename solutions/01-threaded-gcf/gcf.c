/* Exercise 01, solved: one thread for each pair, all running before the first is joined.
 *
 *     main          create 0, create 1, create 2 │ join 0, print │ join 1, print │ join 2, print
 *     thread 0              └──── compute ───────┘                     (whoever ends first waits to be joined)
 *
 * The results travel on the heap: a thread's stack ends with the thread, the heap is everybody's. */
#include "pairs.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int greatest_common_factor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Returns the factor in memory that the joiner frees; NULL if there was none to be had. */
static void *compute_gcf(void *arg)
{
    const int *pair = arg;
    int *gcf = malloc(sizeof *gcf);
    if (gcf)
        *gcf = greatest_common_factor(pair[0], pair[1]);
    return gcf;
}

/* Starts thread after thread without waiting for any.  Each gets the address of its own pair, which nobody changes:
 * the address of a loop's counter would show it whatever the counter is by the time it looks.
 * Returns how many were started: fewer than NUM_PAIRS if the system had no more. */
static int create_all(pthread_t threads[NUM_PAIRS])
{
    for (int i = 0; i < NUM_PAIRS; i++) {
        int error = pthread_create(&threads[i], NULL, compute_gcf, to_factor[i]);
        if (error) {
            fprintf(stderr, "gcf: cannot create thread %d of %d: %s\n", i + 1, NUM_PAIRS, strerror(error));
            return i;
        }
    }
    return NUM_PAIRS;
}

/* Waits for one thread and prints its line.  Printing is left to main, because main alone knows the pairs' order.
 * Returns 0, or −1 if the thread had no result. */
static int join_and_print(pthread_t thread, const int pair[2])
{
    void *result = NULL;
    int error = pthread_join(thread, &result);
    if (error || !result) {
        fprintf(stderr, "gcf: no result for %d and %d: %s\n", pair[0], pair[1], strerror(error ? error : ENOMEM));
        return -1;
    }
    printf("The GCF of %d and %d is %d\n", pair[0], pair[1], *(int *)result);
    free(result);
    return 0;
}

int main(void)
{
    pthread_t threads[NUM_PAIRS];
    int created = create_all(threads), failures = NUM_PAIRS - created;

    /* Every thread that was started is joined, even after a failure: that gives back its stack and its result. */
    for (int i = 0; i < created; i++)
        failures += join_and_print(threads[i], to_factor[i]) != 0;
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
