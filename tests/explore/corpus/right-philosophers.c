/* right: everybody takes the fork with the smaller number first: no circle */
#include <pthread.h>

enum { SEATS = 3 };
static pthread_mutex_t fork_[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *dine(void *seat)
{
    long left = (long)seat, right = (left + 1) % SEATS;
    long first = left < right ? left : right, second = left < right ? right : left;
    pthread_mutex_lock(&fork_[first]);
    pthread_mutex_lock(&fork_[second]);
    pthread_mutex_unlock(&fork_[second]);
    pthread_mutex_unlock(&fork_[first]);
    return NULL;
}

int main(void)
{
    pthread_t philosopher[SEATS - 1];
    for (long i = 1; i < SEATS; i++)
        pthread_create(&philosopher[i - 1], NULL, dine, (void *)i);
    dine((void *)0);
    for (int i = 1; i < SEATS; i++)
        pthread_join(philosopher[i - 1], NULL);
    return 0;
}
