/* SIGUSR1 to the process instead of the thread, sigwaitinfo, and a list instead of a ring */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct waiting {
    struct waiting *next;
    int request;
};

struct dispatcher {
    dispatcher_handle *handle;
    void *context;
    sigset_t set, before;
    pthread_t thread;
    pthread_mutex_t lock;
    struct waiting *first, **end;
    int count, stopping;
};

/* 1: a request was there and has been handled */
static int handle_one(struct dispatcher *d)
{
    pthread_mutex_lock(&d->lock);
    struct waiting *one = d->first;
    if (one) {
        d->first = one->next;
        d->count--;
        if (!d->first)
            d->end = &d->first;
    }
    pthread_mutex_unlock(&d->lock);
    if (!one)
        return 0;
    d->handle(DISPATCHER_REQUEST, one->request, d->context);
    free(one);
    return 1;
}

/* The end has come and nothing is pending any more. */
static int has_ended(struct dispatcher *d)
{
    sigset_t pending;
    int more = 0;
    pthread_mutex_lock(&d->lock);
    const int stopping = d->stopping;
    pthread_mutex_unlock(&d->lock);
    sigpending(&pending);
    for (int signal = 1; signal < 32; signal++)
        more |= sigismember(&d->set, signal) == 1 && sigismember(&pending, signal) == 1;
    return stopping && !more;
}

static void *dispatch(void *arg)
{
    struct dispatcher *d = arg;
    while (!has_ended(d)) {
        siginfo_t info;
        int signal = sigwaitinfo(&d->set, &info);
        if (signal == SIGUSR1)
            while (handle_one(d))
                continue;
        else if (signal > 0)
            d->handle(signal, 0, d->context);
    }
    return NULL;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    sigset_t set, before;
    int bad = !handle || count < 0;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    for (int i = 0; i < count; i++) {
        bad |= signals[i] > 31 || sigaddset(&set, signals[i]) != 0;
        bad |= signals[i] == SIGKILL || signals[i] == SIGSTOP || signals[i] == SIGUSR1;
    }
    struct dispatcher *d = bad ? NULL : malloc(sizeof *d);
    if (bad)
        errno = EINVAL;
    if (!d)
        return NULL;
    pthread_sigmask(SIG_BLOCK, &set, &before);
    *d = (struct dispatcher){.handle = handle, .context = context, .set = set, .before = before};
    d->end = &d->first;
    pthread_mutex_init(&d->lock, NULL);
    int error = pthread_create(&d->thread, NULL, dispatch, d);
    if (error) {
        dispatcher_destroy(d);
        pthread_sigmask(SIG_SETMASK, &before, NULL);
        errno = error;
        return NULL;
    }
    return d;
}

int dispatcher_request(struct dispatcher *d, int request)
{
    struct waiting *one = malloc(sizeof *one);
    if (!one)
        return EAGAIN;
    *one = (struct waiting){NULL, request};
    pthread_mutex_lock(&d->lock);
    int error = d->stopping ? ECANCELED : d->count >= DISPATCHER_ROOM ? EAGAIN : 0;
    if (!error) {
        *d->end = one;
        d->end = &one->next;
        d->count++;
        kill(getpid(), SIGUSR1); /* afterwards, the mask may be back, and it would strike */
    }
    pthread_mutex_unlock(&d->lock);
    if (error)
        free(one);
    return error;
}

void dispatcher_stop(struct dispatcher *d)
{
    const struct timespec at_once = {0, 0};
    pthread_mutex_lock(&d->lock);
    d->stopping = 1;
    kill(getpid(), SIGUSR1);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    while (sigtimedwait(&d->set, NULL, &at_once) > 0) /* a SIGUSR1 that nobody needed any more */
        continue;
    pthread_sigmask(SIG_SETMASK, &d->before, NULL);
}

void dispatcher_destroy(struct dispatcher *d)
{
    pthread_mutex_destroy(&d->lock);
    free(d);
}
