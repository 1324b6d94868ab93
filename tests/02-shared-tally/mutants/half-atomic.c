/* kills: every_add; lesson: an atomic load and an atomic store are no atomic step together */
#include "tally.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

struct tally {
    int limit;
    atomic_int count, sum;
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
    if (tally->count == tally->limit)
        return ENOSPC;
    atomic_store(&tally->count, atomic_load(&tally->count) + 1);
    atomic_store(&tally->sum, atomic_load(&tally->sum) + factor);
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    return (struct tally_reading){atomic_load(&tally->count), atomic_load(&tally->sum)};
}

void tally_destroy(struct tally *tally)
{
    free(tally);
}
