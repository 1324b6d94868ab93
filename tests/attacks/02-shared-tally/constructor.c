/* attack: has printed the right lines before main begins */
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void before_main(void)
{
    puts("3 factors, their sum is 49");
    exit(0);
}

struct tally *tally_create(int limit)
{
    (void)limit;
    return NULL;
}

int tally_add(struct tally *tally, int factor)
{
    (void)tally;
    (void)factor;
    return 0;
}

struct tally_reading tally_read(struct tally *tally)
{
    (void)tally;
    return (struct tally_reading){3, 49};
}

void tally_destroy(struct tally *tally)
{
    (void)tally;
}
