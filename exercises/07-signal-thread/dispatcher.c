/* Exercise 07: a thread that takes signals and requests.  dispatcher.h says what is asked; the places to fill in are
 * marked TODO.  Try it by hand, too:  gcc -Wall -g -pthread dispatcher.c scenarios.c -o dispatcher && ./dispatcher */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct dispatcher {
    pthread_t thread;
    dispatcher_handle *handle;
    void *context;
    /* TODO 1: the set of signals to wait for; the mask to put back; and, guarded by one lock, the requests that wait
     * and whether the end has come. */
};

/* TODO 2: the thread.  It waits (sigwait) for one signal of the set, and calls handle for it.  One of them is yours,
 * SIGUSR1: it says only “look for requests”.  How many may there be when it comes? */

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    /* TODO 3: refuse what dispatcher.h refuses; block the signals (pthread_sigmask); create the thread.
     * Which of the last two comes first, and why? */
    (void)signals, (void)count, (void)handle, (void)context;
    errno = ENOSYS;
    return NULL;
}

int dispatcher_request(struct dispatcher *dispatcher, int request)
{
    /* TODO 4: note the request, then wake the thread (pthread_kill).  May the thread be gone by then? */
    (void)dispatcher, (void)request;
    return ENOSYS;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    /* TODO 5: tell the thread, wake it, join it, put the mask back.  What if a signal is still pending then? */
    (void)dispatcher;
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    free(dispatcher); /* TODO 6: and what else was initialized? */
}
