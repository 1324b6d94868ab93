/* A monitor: a flag, a condition to wait for it, and a way in and a way out */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct tally {
    pthread_mutex_t lock;
    pthread_cond_t left;
    int occupied;
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
    pthread_cond_init(&tally->left, NULL);
    return tally;
}

static void enter(struct tally *tally)
{
    pthread_mutex_lock(&tally->lock);
    while (tally->occupied)
        pthread_cond_wait(&tally->left, &tally->lock);
    tally->occupied = 1;
    pthread_mutex_unlock(&tally->lock);
}

static void leave(struct tally *tally)
{
    pthread_mutex_lock(&tally->lock);
    tally->occupied = 0;
    pthread_cond_signal(&tally->left);
    pthread_mutex_unlock(&tally->lock);
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    enter(tally);
    int full = tally->count == tally->limit;
    if (!full) {
        tally->count++;
        tally->sum += factor;
    }
    leave(tally);
    return full ? ENOSPC : 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    enter(tally);
    struct tally_reading reading = {tally->count, tally->sum};
    leave(tally);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    pthread_cond_destroy(&tally->left);
    pthread_mutex_destroy(&tally->lock);
    free(tally);
}
