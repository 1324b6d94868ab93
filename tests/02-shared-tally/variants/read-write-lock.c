/* A read-write lock: readers share it, adders have it for themselves */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct tally {
    pthread_rwlock_t lock;
    int limit, count, sum;
};

struct tally *tally_create(int limit)
{
    struct tally *tally = limit < 1 || limit > TALLY_LIMIT_MAX ? NULL : malloc(sizeof *tally);
    if (tally) {
        *tally = (struct tally){.limit = limit};
        if (pthread_rwlock_init(&tally->lock, NULL) != 0) {
            free(tally);
            return NULL;
        }
    }
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    if (factor < 1 || factor > TALLY_FACTOR_MAX)
        return EINVAL;
    pthread_rwlock_wrlock(&tally->lock);
    int full = tally->count == tally->limit;
    if (!full) {
        tally->count++;
        tally->sum += factor;
    }
    pthread_rwlock_unlock(&tally->lock);
    return full ? ENOSPC : 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    pthread_rwlock_rdlock(&tally->lock);
    struct tally_reading reading = {tally->count, tally->sum};
    pthread_rwlock_unlock(&tally->lock);
    return reading;
}

void tally_destroy(struct tally *tally)
{
    pthread_rwlock_destroy(&tally->lock);
    free(tally);
}
