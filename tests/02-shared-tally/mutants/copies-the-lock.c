/* kills: every_add; lesson: a copy of a lock is another lock: structs that hold one travel by pointer */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct tally {
    pthread_mutex_t lock;
    int limit, count, sum;
};

struct tally *tally_create(int limit)
{
    if (limit < 1 || limit > TALLY_LIMIT_MAX)
        return NULL;
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    tally->limit = limit;
    pthread_mutex_init(&tally->lock, NULL);
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    struct tally copy = *tally;
    pthread_mutex_lock(&copy.lock);
    if (tally->count == tally->limit) {
        pthread_mutex_unlock(&copy.lock);
        return ENOSPC;
    }
    tally->count++;
    tally->sum += factor;
    pthread_mutex_unlock(&copy.lock);
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    pthread_mutex_lock(&tally->lock);
    struct tally_reading reading = {tally->count, tally->sum};
    pthread_mutex_unlock(&tally->lock);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    pthread_mutex_destroy(&tally->lock);
    free(tally);
}
