/* kills: reading; lesson: count under one lock, sum under another: each is safe, together they are not */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct tally {
    pthread_mutex_t count_lock, sum_lock;
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
    pthread_mutex_init(&tally->count_lock, NULL);
    pthread_mutex_init(&tally->sum_lock, NULL);
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    pthread_mutex_lock(&tally->count_lock);
    int room = tally->count < tally->limit;
    tally->count += room;
    pthread_mutex_unlock(&tally->count_lock);
    if (!room)
        return ENOSPC;
    pthread_mutex_lock(&tally->sum_lock);
    tally->sum += factor;
    pthread_mutex_unlock(&tally->sum_lock);
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    struct tally_reading reading;
    pthread_mutex_lock(&tally->count_lock);
    reading.count = tally->count;
    pthread_mutex_unlock(&tally->count_lock);
    pthread_mutex_lock(&tally->sum_lock);
    reading.sum = tally->sum;
    pthread_mutex_unlock(&tally->sum_lock);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    pthread_mutex_destroy(&tally->count_lock);
    pthread_mutex_destroy(&tally->sum_lock);
    free(tally);
}
