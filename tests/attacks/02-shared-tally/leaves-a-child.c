/* attack: another process that lives on */
#include "tally.h"

#include <unistd.h>

struct tally *tally_create(int limit)
{
    (void)limit;
    if (fork() == 0)
        for (;;)
            pause();
    return (struct tally *)"";
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
