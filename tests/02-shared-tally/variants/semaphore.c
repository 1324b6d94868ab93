/* A semaphore that one thread at a time can pass */
#include "tally.h"

#include <errno.h>
#include <semaphore.h>
#include <stdlib.h>

struct tally {
    sem_t free_to_use;
    int limit;
    struct tally_reading now;
};

struct tally *tally_create(int limit)
{
    if (limit < 1 || limit > TALLY_LIMIT_MAX)
        return NULL;
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    tally->limit = limit;
    sem_init(&tally->free_to_use, 0, 1);
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    while (sem_wait(&tally->free_to_use) != 0) /* interrupted by a signal: try again */
        continue;
    int error = tally->now.count == tally->limit ? ENOSPC : 0;
    if (!error)
        tally->now = (struct tally_reading){tally->now.count + 1, tally->now.sum + factor};
    sem_post(&tally->free_to_use);
    return error;
}

struct tally_reading tally_read(struct tally *tally)
{
    while (sem_wait(&tally->free_to_use) != 0)
        continue;
    struct tally_reading reading = tally->now;
    sem_post(&tally->free_to_use);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    sem_destroy(&tally->free_to_use);
    free(tally);
}
