/* wrong: deadlock; lesson: everybody takes the left fork first: a circle of waiting */
#include <pthread.h>

enum { SEATS = 3 };
static pthread_mutex_t fork_[SEATS] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};

static void *dine(void *seat)
{
    long left = (long)seat, right = (left + 1) % SEATS;
    pthread_mutex_lock(&fork_[left]);
    pthread_mutex_lock(&fork_[right]);
    pthread_mutex_unlock(&fork_[right]);
    pthread_mutex_unlock(&fork_[left]);
    return NULL;
}

int main(void)
{
    pthread_t philosopher[SEATS];
    for (long i = 0; i < SEATS; i++)
        pthread_create(&philosopher[i], NULL, dine, (void *)i);
    for (int i = 0; i < SEATS; i++)
        pthread_join(philosopher[i], NULL);
    return 0;
}
