/* Exercise 02, solved: one mutex guards all that belongs together.
 *
 *     thread 1   lock │ room? count + 1, sum + 4  │ unlock
 *     thread 2   lock ·········(waits)············│ room? count + 1, sum + 25 │ unlock
 *     thread 3   lock ·········(waits)············ ·········(waits)···········│ copy both │ unlock
 *
 * Whoever holds the lock sees a whole tally and leaves a whole tally behind. */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
    pthread_mutex_t
        lock; /* guards what follows; a lock for each tally, so that two tallies never wait for each other */
    int count;
    int sum;
    int limit; /* never changes once the tally is made: no lock needed to read it */
};

/* Locking a healthy mutex cannot fail.  If it does, memory is damaged: better no answer than a wrong one. */
static void check(int error, const char *what)
{
    if (error) {
        fprintf(stderr, "tally: cannot %s: %s\n", what, strerror(error));
        abort();
    }
}

struct tally *tally_create(int limit)
{
    if (limit < 1 || limit > TALLY_LIMIT_MAX)
        return NULL;
    struct tally *tally = calloc(1, sizeof *tally);
    if (!tally)
        return NULL;
    tally->limit = limit;
    if (pthread_mutex_init(&tally->lock, NULL) != 0) {
        free(tally);
        return NULL;
    }
    return tally;
}

int tally_add(struct tally *tally, int factor)
{
    int error = 0;
    if (factor < 1 || factor > TALLY_FACTOR_MAX) /* about the argument alone: nothing shared is looked at yet */
        return EINVAL;

    /* The question “is there room?” and the answer's use are one step: unlocked in between, two threads could both
     * be told yes and take the last place.  One way in and one way out, so that no path keeps the lock. */
    check(pthread_mutex_lock(&tally->lock), "lock");
    if (tally->count == tally->limit) {
        error = ENOSPC;
    } else {
        tally->count++;
        tally->sum += factor;
    }
    check(pthread_mutex_unlock(&tally->lock), "unlock");
    return error;
}

struct tally_reading tally_read(struct tally *tally)
{
    /* Reading needs the lock as much as writing: between count++ and sum += there is a tally that nobody may see.
     * The copy is made inside, and is the caller's own. */
    check(pthread_mutex_lock(&tally->lock), "lock");
    struct tally_reading reading = {.count = tally->count, .sum = tally->sum};
    check(pthread_mutex_unlock(&tally->lock), "unlock");
    return reading;
}

void tally_destroy(struct tally *tally)
{
    check(pthread_mutex_destroy(&tally->lock), "destroy the lock");
    free(tally);
}
