/* kills: signals; lesson: it waits for signals that it does not block: one that comes when it is not just waiting ends
 * the process */
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

static bool next_request(struct dispatcher *dispatcher, int *request)
{
    pthread_mutex_lock(&dispatcher->lock);
    const bool some = dispatcher->count > 0;
    if (some) {
        *request = dispatcher->requests[dispatcher->first];
        dispatcher->first = (dispatcher->first + 1) % DISPATCHER_ROOM;
        dispatcher->count--;
    }
    pthread_mutex_unlock(&dispatcher->lock);
    return some;
}

static void take(struct dispatcher *dispatcher, int signal)
{
    int request;
    if (signal != SIGUSR1)
        dispatcher->handle(signal, 0, dispatcher->context);
    else
        while (next_request(dispatcher, &request))
            dispatcher->handle(DISPATCHER_REQUEST, request, dispatcher->context);
}

static bool is_stopping(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    const bool stopping = dispatcher->stopping;
    pthread_mutex_unlock(&dispatcher->lock);
    return stopping;
}

static void *dispatch(void *arg)
{
    struct dispatcher *dispatcher = arg;
    const struct timespec at_once = {0, 0};
    int signal;
    while (!is_stopping(dispatcher))
        if (sigwait(&dispatcher->taken, &signal) == 0)
            take(dispatcher, signal);
    while ((signal = sigtimedwait(&dispatcher->taken, NULL, &at_once)) > 0 || errno == EINTR)
        if (signal > 0)
            take(dispatcher, signal);
    return NULL;
}

static bool can_be_taken(int signal)
{
    return signal >= 1 && signal <= 31 && signal != SIGKILL && signal != SIGSTOP && signal != SIGUSR1;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    int error = handle && count >= 0 ? 0 : EINVAL;
    for (int i = 0; !error && i < count; i++)
        error = can_be_taken(signals[i]) ? 0 : EINVAL;
    struct dispatcher *dispatcher = error ? NULL : calloc(1, sizeof *dispatcher);
    if (!dispatcher) {
        errno = error ? error : ENOMEM;
        return NULL;
    }
    dispatcher->handle = handle;
    dispatcher->context = context;
    pthread_mutex_init(&dispatcher->lock, NULL);
    sigemptyset(&dispatcher->taken);
    sigaddset(&dispatcher->taken, SIGUSR1);
    for (int i = 0; i < count; i++)
        sigaddset(&dispatcher->taken, signals[i]);
    pthread_sigmask(SIG_BLOCK, NULL, &dispatcher->before);
    error = pthread_create(&dispatcher->thread, NULL, dispatch, dispatcher);
    if (error) {
        pthread_sigmask(SIG_SETMASK, &dispatcher->before, NULL);
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
        pthread_kill(dispatcher->thread, SIGUSR1);
    }
    pthread_mutex_unlock(&dispatcher->lock);
    return error;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->stopping = true;
    pthread_kill(dispatcher->thread, SIGUSR1);
    pthread_mutex_unlock(&dispatcher->lock);
    pthread_join(dispatcher->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &dispatcher->before, NULL);
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    pthread_mutex_destroy(&dispatcher->lock);
    free(dispatcher);
}
