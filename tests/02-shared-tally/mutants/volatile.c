/* kills: every_add; lesson: volatile makes the compiler read and write each time; it keeps no thread out */
#include "tally.h"

#include <errno.h>
#include <stdlib.h>

struct tally {
    int limit;
    volatile int count, sum;
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
    tally->count++;
    tally->sum += factor;
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    return (struct tally_reading){tally->count, tally->sum};
}

void tally_destroy(struct tally *tally)
{
    free(tally);
}
