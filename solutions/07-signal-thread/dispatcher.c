/* Exercise 07, solved: one thread in sigwait, and a ring of requests beside it.
 *
 *     start:    block the signals │ create the thread, which inherits that
 *     thread:   sigwait ─▶ a signal of theirs: handle it │ SIGUSR1: handle all requests there are
 *     request:  lock │ add to the ring │ SIGUSR1 to the thread │ unlock
 *     stop:     lock │ say so │ SIGUSR1 │ unlock │ join │ put the mask back
 *
 * SIGUSR1 carries nothing: two of them may become one.  What counts stands in the ring. */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct dispatcher {
    pthread_t thread;
    dispatcher_handle *handle;
    void *context;
    sigset_t taken, before; /* what the thread waits for, and the mask of who has started it */
    pthread_mutex_t lock;   /* guards all that follows */
    bool stopping;
    int first, count; /* the requests are at first, first + 1, … modulo the room */
    int requests[DISPATCHER_ROOM];
};

/* Handles all requests there are, and says whether the end has come: then there will be no more. */
static bool handle_requests(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    while (dispatcher->count > 0) {
        const int request = dispatcher->requests[dispatcher->first];
        dispatcher->first = (dispatcher->first + 1) % DISPATCHER_ROOM;
        dispatcher->count--;
        pthread_mutex_unlock(&dispatcher->lock); /* handle takes its time, and may make requests */
        dispatcher->handle(DISPATCHER_REQUEST, request, dispatcher->context);
        pthread_mutex_lock(&dispatcher->lock);
    }
    const bool stopping = dispatcher->stopping;
    pthread_mutex_unlock(&dispatcher->lock);
    return stopping;
}

static void *dispatch(void *arg)
{
    struct dispatcher *dispatcher = arg;
    const struct timespec at_once = {0, 0};
    bool stopping = false;
    int signal;
    while (!stopping && sigwait(&dispatcher->taken, &signal) == 0)
        if (signal == SIGUSR1)
            stopping = handle_requests(dispatcher);
        else
            dispatcher->handle(signal, 0, dispatcher->context);
    /* What was sent before the stop is pending still: it would strike when the mask is put back. */
    while ((signal = sigtimedwait(&dispatcher->taken, NULL, &at_once)) > 0)
        if (signal != SIGUSR1)
            dispatcher->handle(signal, 0, dispatcher->context);
    return NULL;
}

/* What the thread will wait for: their signals, and SIGUSR1.  False if one of theirs cannot be taken. */
static bool collect(sigset_t *taken, const int signals[], int count)
{
    sigemptyset(taken);
    sigaddset(taken, SIGUSR1);
    for (int i = 0; i < count; i++) {
        if (signals[i] < 1 || signals[i] > 31 || signals[i] == SIGKILL || signals[i] == SIGSTOP ||
            signals[i] == SIGUSR1)
            return false;
        sigaddset(taken, signals[i]);
    }
    return count >= 0;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    struct dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    if (!dispatcher)
        return NULL;
    dispatcher->handle = handle;
    dispatcher->context = context;
    pthread_mutex_init(&dispatcher->lock, NULL);
    int error = handle && collect(&dispatcher->taken, signals, count) ? 0 : EINVAL;
    if (!error) {
        /* First the mask, then the thread: it inherits the mask, and so does every later one. */
        pthread_sigmask(SIG_BLOCK, &dispatcher->taken, &dispatcher->before);
        error = pthread_create(&dispatcher->thread, NULL, dispatch, dispatcher);
        if (error)
            pthread_sigmask(SIG_SETMASK, &dispatcher->before, NULL);
    }
    if (error) {
        dispatcher_destroy(dispatcher);
        errno = error;
        return NULL;
    }
    return dispatcher;
}

int dispatcher_request(struct dispatcher *dispatcher, int request)
{
    pthread_mutex_lock(&dispatcher->lock);
    const int error = dispatcher->stopping ? ECANCELED : dispatcher->count == DISPATCHER_ROOM ? EAGAIN : 0;
    if (!error) {
        dispatcher->requests[(dispatcher->first + dispatcher->count++) % DISPATCHER_ROOM] = request;
        pthread_kill(dispatcher->thread, SIGUSR1); /* with the lock held: who stops cannot have joined it yet */
    }
    pthread_mutex_unlock(&dispatcher->lock);
    return error;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->stopping = true;
    pthread_kill(dispatcher->thread, SIGUSR1); /* it may be asleep */
    pthread_mutex_unlock(&dispatcher->lock);
    pthread_join(dispatcher->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &dispatcher->before, NULL);
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    pthread_mutex_destroy(&dispatcher->lock);
    free(dispatcher);
}
