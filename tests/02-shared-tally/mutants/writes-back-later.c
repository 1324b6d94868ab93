/* kills: every_add; lesson: each access is locked, but not the way from reading to writing: an add in between is lost
 */
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
    pthread_mutex_lock(&tally->lock);
    int count = tally->count, sum = tally->sum;
    pthread_mutex_unlock(&tally->lock);
    if (count == tally->limit)
        return ENOSPC;
    pthread_mutex_lock(&tally->lock);
    tally->count = count + 1;
    tally->sum = sum + factor;
    pthread_mutex_unlock(&tally->lock);
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
