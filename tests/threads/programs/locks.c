/* How long a lock and its unlock take, nobody else wanting it: prints the ns of one call, half of what a pair takes.
 * usage: locks PAIRS [ROUNDS]     the best of so many rounds (1) */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static double now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

int main(int argc, char **argv)
{
    long pairs = argc > 1 ? atol(argv[1]) : 1000000, rounds = argc > 2 ? atol(argv[2]) : 1;
    double best = 0;

    for (long round = 0; round < rounds; round++) {
        double began = now_ns(), took;

        for (long i = 0; i < pairs; i++) {
            pthread_mutex_lock(&lock);
            pthread_mutex_unlock(&lock);
        }
        took = (now_ns() - began) / (double)(2 * pairs);
        if (round == 0 || took < best)
            best = took;
    }
    printf("%.2f\n", best);
    return 0;
}
