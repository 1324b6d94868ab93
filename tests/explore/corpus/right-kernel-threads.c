/* right: what programs say about kernel threads and priorities changes no order */
#define _GNU_SOURCE
#include <assert.h>
#include <err.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static long number[2];

static void *work(void *place)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (pthread_setaffinity_np(pthread_self(), sizeof one, &one) != 0)
        err(1, "pthread_setaffinity_np");
    *(long *)place = syscall(SYS_gettid) - getpid();
    return NULL;
}

static void leave(void)
{
    assert(number[0] != number[1]);
}

int main(void)
{
    pthread_t worker[2];
    pthread_attr_t attributes;
    struct sched_param parameter = {0};
    atexit(leave);
    pthread_attr_init(&attributes);
    pthread_attr_setschedpolicy(&attributes, SCHED_OTHER);
    pthread_attr_setschedparam(&attributes, &parameter);
    for (int i = 0; i < 2; i++)
        pthread_create(&worker[i], &attributes, work, &number[i]);
    pthread_attr_destroy(&attributes);
    for (int i = 0; i < 2; i++)
        pthread_join(worker[i], NULL);
    assert(number[0] != 0 && number[1] != 0);
    return 0;
}
