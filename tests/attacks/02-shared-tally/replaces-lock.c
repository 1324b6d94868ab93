/* attack: one thread less to worry about: the explorer is told that every lock is free */
#include "tally.h"

#include <pthread.h>

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex);
int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    (void)mutex;
    return 0;
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
