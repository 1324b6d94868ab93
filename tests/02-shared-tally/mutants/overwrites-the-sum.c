/* kills: example; lesson: = where += belongs: the sum is the last factor */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    pthread_mutex_t lock;
    int count;
    int sum;
    int limit;
};

static void check(int error, const char *what)
{
    if (error) {
        fprintf(stderr, "tally: cannot %s: %s\n", what, strerror(error));
        abort();
    }
}

struct tally *tally_create(int limit)
{
    if (limit < 1 || limit > TALLY_LIMIT_MAX)
        return NULL;
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    tally->limit = limit;
    if (pthread_mutex_init(&tally->lock, NULL) != 0) {
        free(tally);
        return NULL;
    }
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    int error = 0;
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;

    check(pthread_mutex_lock(&tally->lock), "lock");
    if (tally->count == tally->limit) {
        error = ENOSPC;
    } else {
        tally->count++;
        tally->sum = factor;
    }
    check(pthread_mutex_unlock(&tally->lock), "unlock");
    return error;
}

struct tally_reading tally_read(struct tally *tally)
{
    check(pthread_mutex_lock(&tally->lock), "lock");
    struct tally_reading reading = {.count = tally->count, .sum = tally->sum};
    check(pthread_mutex_unlock(&tally->lock), "unlock");
    return reading;
}

void tally_destroy(struct tally *tally)
{
    check(pthread_mutex_destroy(&tally->lock), "destroy the lock");
    free(tally);
}
