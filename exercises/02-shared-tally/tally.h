/* The tally of exercise 02: how many factors were added, and their sum.  Any thread may call these functions at any
 * time, on the same tally or on different ones, between its creation and its destruction.
 *
 * What holds whenever anybody looks: count and sum tell of the same factors (those whose tally_add has returned 0, and
 * perhaps some whose tally_add has not returned yet), each of them once; and count is at most the tally's limit.
 */
#ifndef TALLY_H
#define TALLY_H

enum { TALLY_LIMIT_MAX = 1000, TALLY_FACTOR_MAX = 1000000 };

struct tally; /* what it is made of is your business: tally.c */

struct tally_reading {
    int count; /* factors added so far */
    int sum;   /* of those: at most 1000 × 1000000, which an int can hold */
};

/* A new tally, empty, for at most `limit` factors, 1 to TALLY_LIMIT_MAX.  NULL for another limit, or if there is no
 * memory.  Its owner calls tally_destroy. */
struct tally *tally_create(int limit);

/* Adds one factor.  Returns 0; or, with nothing changed,
 *   EINVAL   the factor is less than 1 or more than TALLY_FACTOR_MAX
 *   ENOSPC   the tally has as many factors as its limit allows
 * It never gives up because another thread is at it just now. */
int tally_add(struct tally *tally, int factor);

/* Both numbers, of one and the same instant. */
struct tally_reading tally_read(struct tally *tally);

/* Gives everything back.  No other thread uses the tally any more, and none will. */
void tally_destroy(struct tally *tally);

#endif
