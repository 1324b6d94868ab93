/* right: each thread counts in a variable of its own, and hands its result over by the join */
#include <assert.h>
#include <pthread.h>
#include <sched.h>

static _Thread_local int count = 10;

static void *add(void *by)
{
    for (int i = 0; i < 3; i++) {
        count += (int)(long)by;
        sched_yield();
    }
    return (void *)(long)count;
}

int main(void)
{
    pthread_t one, other;
    void *first, *second;
    pthread_create(&one, NULL, add, (void *)1);
    pthread_create(&other, NULL, add, (void *)2);
    pthread_join(one, &first);
    pthread_join(other, &second);
    assert((long)first == 13 && (long)second == 16 && count == 10);
    return 0;
}
