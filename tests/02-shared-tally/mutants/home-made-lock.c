/* kills: every_add; lesson: a flag is looked at and set in two steps, and two threads may both find it 0 */
#include "tally.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

struct tally {
    int limit, count, sum;
    volatile int busy;
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
    int error = ENOSPC;
    while (tally->busy)
        sched_yield();
    tally->busy = 1;
    if (tally->count < tally->limit) {
        tally->count++;
        tally->sum += factor;
        error = 0;
    }
    tally->busy = 0;
    return error;
}

struct tally_reading tally_read(struct tally *tally)
{
    while (tally->busy)
        sched_yield();
    tally->busy = 1;
    struct tally_reading reading = {tally->count, tally->sum};
    tally->busy = 0;
    return reading;
}

void tally_destroy(struct tally *tally)
{
    free(tally);
}
