/* The kernel's queue: real-time signals count, and carry a number; the lowest comes first, so that the end comes last
 */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct dispatcher {
    dispatcher_handle *handle;
    void *context;
    sigset_t set, before;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    bool stopped;
    int waiting;
};

static void *dispatch(void *arg)
{
    struct dispatcher *dispatcher = arg;
    siginfo_t info;
    for (int signal; (signal = sigwaitinfo(&dispatcher->set, &info)) != SIGRTMIN + 1;) {
        if (signal > 0 && signal != SIGRTMIN)
            dispatcher->handle(signal, 0, dispatcher->context);
        if (signal != SIGRTMIN)
            continue;
        pthread_mutex_lock(&dispatcher->lock);
        dispatcher->waiting--;
        pthread_mutex_unlock(&dispatcher->lock);
        dispatcher->handle(DISPATCHER_REQUEST, info.si_value.sival_int, dispatcher->context);
    }
    return NULL;
}

static bool collect(sigset_t *set, const int signals[], int count)
{
    sigemptyset(set);
    sigaddset(set, SIGRTMIN);
    sigaddset(set, SIGRTMIN + 1);
    for (int i = 0; i < count; i++) {
        if (signals[i] < 1 || signals[i] > 31 || signals[i] == SIGKILL || signals[i] == SIGSTOP ||
            signals[i] == SIGUSR1)
            return false;
        sigaddset(set, signals[i]);
    }
    return true;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    sigset_t set, before;
    if (!handle || count < 0 || !collect(&set, signals, count)) {
        errno = EINVAL;
        return NULL;
    }
    struct dispatcher *dispatcher = malloc(sizeof *dispatcher);
    if (!dispatcher)
        return NULL;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    *dispatcher = (struct dispatcher){.handle = handle, .context = context, .set = set, .before = before};
    pthread_mutex_init(&dispatcher->lock, NULL);
    errno = pthread_create(&dispatcher->thread, NULL, dispatch, dispatcher);
    if (errno == 0)
        return dispatcher;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    dispatcher_destroy(dispatcher);
    return NULL;
}

int dispatcher_request(struct dispatcher *dispatcher, int request)
{
    int error = 0;
    pthread_mutex_lock(&dispatcher->lock);
    if (dispatcher->stopped)
        error = ECANCELED;
    else if (dispatcher->waiting == DISPATCHER_ROOM ||
             sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = request}) != 0)
        error = EAGAIN;
    else
        dispatcher->waiting++;
    pthread_mutex_unlock(&dispatcher->lock);
    return error;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->lock);
    dispatcher->stopped = true;
    while (sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = 0}) != 0)
        continue;
    pthread_mutex_unlock(&dispatcher->lock);
    pthread_join(dispatcher->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &dispatcher->before, NULL);
}

void dispatcher_destroy(struct dispatcher *dispatcher)
{
    pthread_mutex_destroy(&dispatcher->lock);
    free(dispatcher);
}
