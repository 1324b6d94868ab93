/* No lock at all: both numbers in one word, exchanged as a whole */
#include "tally.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

struct tally {
    int limit;
    _Atomic uint64_t both; /* count in the upper half, sum in the lower: at most 10^9, which fits */
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
    uint64_t before = atomic_load(&tally->both);
    do {
        if ((int)(before >> 32) == tally->limit)
            return ENOSPC;
    } while (!atomic_compare_exchange_weak(&tally->both, &before, before + (1ull << 32) + (uint64_t)factor));
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    uint64_t both = atomic_load(&tally->both);
    return (struct tally_reading){(int)(both >> 32), (int)(both & UINT32_MAX)};
}

void tally_destroy(struct tally *tally)
{
    free(tally);
}
