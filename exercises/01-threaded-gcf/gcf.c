/* Exercise 01: a thread for each pair of numbers.  README.md says what is asked; the places to fill in are marked TODO.
 * Build and run it by hand, too:  gcc -Wall -g -pthread gcf.c -o gcf && ./gcf */
#include "pairs.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* The greatest common factor of two positive numbers, by Euclid's rule.  Given: nothing to do here. */
static int greatest_common_factor(int a, int b)
{
    while (b != 0) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* What each thread runs.  `arg` is whatever main gave to pthread_create for this thread. */
void *compute_gcf(void *arg)
{
    int *pair = arg;
    int gcf = greatest_common_factor(pair[0], pair[1]);

    /* TODO 1: hand `gcf` to main.  pthread_join gives main the pointer that you return here; by then this function
     * is over and so are its variables.  Where can the number live that is still there? */
    (void)gcf;
    return NULL;
}

int main(void)
{
    /* TODO 2: create one thread for each pair, so that all of them run before main waits for the first.
     * What does each thread get as its `arg`, and may it change while the thread looks at it? */

    /* TODO 3: join every thread, in the order of the pairs, and print its line from main:
     *     The GCF of 48 and 52 is 4                                                                */
    (void)to_factor;

    /* TODO 4: give back what you took, and look at what pthread_create and malloc return: they can fail. */
    return 0;
}
