/* kills: together; lesson: a function call is not a thread */
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

int main(void)
{
    for (int i = 0; i < NUM_PAIRS; i++)
        printf("The GCF of %d and %d is %d\n", to_factor[i][0], to_factor[i][1],
               gcf_of(to_factor[i][0], to_factor[i][1]));
    return 0;
}
