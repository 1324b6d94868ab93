/* kills: example; lesson: the handler hears of SIGUSR1, the bell, where a request was promised */
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
    sigset_t taken, before;
    pthread_mutex_t lock;
    bool stopping;
    int first, count;
    int requests[DISPATCHER_ROOM];
};

static bool handle_requests(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    while (dispatcher->count > 0) {
        const int request = dispatcher->requests[dispatcher->first];
        dispatcher->first = (dispatcher->first + 1) % DISPATCHER_ROOM;
        dispatcher->count--;
        pthread_mutex_unlock(&dispatcher->lock);
        dispatcher->handle(SIGUSR1, request, dispatcher->context);
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

    while ((signal = sigtimedwait(&dispatcher->taken, NULL, &at_once)) > 0)
        if (signal != SIGUSR1)
            dispatcher->handle(signal, 0, dispatcher->context);
    return NULL;
}

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
