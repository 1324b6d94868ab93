/* wrong: livelock; lesson: who looks again and again, under the lock, for what nobody will bring, never gets anywhere
 */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool come;

static bool has_come(void)
{
    pthread_mutex_lock(&lock);
    bool now = come;
    pthread_mutex_unlock(&lock);
    return now;
}

static void *wait_for_it(void *arg)
{
    while (!has_come())
        sched_yield();
    return arg;
}

int main(void)
{
    pthread_t waiter;
    pthread_create(&waiter, NULL, wait_for_it, NULL);
    pthread_join(waiter, NULL); /* and main was the one to bring it */
    return 0;
}
