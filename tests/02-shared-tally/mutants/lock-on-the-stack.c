/* kills: every_add; lesson: a lock that is new in each call keeps nobody out: it must be shared as the data is */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct tally {
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
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    int error = ENOSPC;
    pthread_mutex_lock(&lock);
    if (tally->count < tally->limit) {
        tally->count++;
        tally->sum += factor;
        error = 0;
    }
    pthread_mutex_unlock(&lock);
    return error;
}

struct tally_reading tally_read(struct tally *tally)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    struct tally_reading reading = {tally->count, tally->sum};
    pthread_mutex_unlock(&lock);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    free(tally);
}
