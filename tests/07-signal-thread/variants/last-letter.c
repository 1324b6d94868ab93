/* The end is a request, too: a list of letters, of which the last one says so */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct letter {
    struct letter *next;
    int request;
    bool last;
};

struct dispatcher {
    pthread_t thread;
    dispatcher_handle *handle;
    void *context;
    sigset_t set, old;
    pthread_mutex_t lock;
    struct letter *first, **end;
    int waiting;
    bool closed;
};

static struct letter *next_letter(struct dispatcher *d)
{
    pthread_mutex_lock(&d->lock);
    struct letter *l = d->first;
    if (l) {
        d->first = l->next;
        if (!d->first)
            d->end = &d->first;
        d->waiting -= !l->last;
    }
    pthread_mutex_unlock(&d->lock);
    return l;
}

static void *run(void *arg)
{
    struct dispatcher *d = arg;
    bool last = false;
    siginfo_t info;
    while (!last) {
        int s = sigwaitinfo(&d->set, &info);
        if (s > 0 && s != SIGUSR1)
            d->handle(s, 0, d->context);
        for (struct letter *l; s == SIGUSR1 && (l = next_letter(d));) {
            last |= l->last;
            if (!l->last)
                d->handle(DISPATCHER_REQUEST, l->request, d->context);
            free(l);
        }
    }
    for (int s; (s = sigtimedwait(&d->set, NULL, &(struct timespec){0, 0})) > 0;)
        if (s != SIGUSR1)
            d->handle(s, 0, d->context);
    return NULL;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    for (int i = 0; i < count; i++) {
        if (signals[i] < 1 || signals[i] > 31 || signals[i] == SIGUSR1 || signals[i] == SIGKILL ||
            signals[i] == SIGSTOP) {
            errno = EINVAL;
            return NULL;
        }
        sigaddset(&set, signals[i]);
    }
    if (!handle || count < 0) {
        errno = EINVAL;
        return NULL;
    }
    struct dispatcher *d = malloc(sizeof *d);
    if (!d)
        return NULL;
    *d = (struct dispatcher){.handle = handle, .context = context, .set = set};
    d->end = &d->first;
    pthread_mutex_init(&d->lock, NULL);
    pthread_sigmask(SIG_BLOCK, &d->set, &d->old);
    int e = pthread_create(&d->thread, NULL, run, d);
    if (e) {
        pthread_sigmask(SIG_SETMASK, &d->old, NULL);
        dispatcher_destroy(d);
        errno = e;
        return NULL;
    }
    return d;
}

static int post(struct dispatcher *d, int r, bool last)
{
    int e = 0;
    struct letter *l = malloc(sizeof *l);
    if (!l)
        return EAGAIN;
    *l = (struct letter){NULL, r, last};
    pthread_mutex_lock(&d->lock);
    if (d->closed)
        e = ECANCELED;
    else if (!last && d->waiting == DISPATCHER_ROOM)
        e = EAGAIN;
    else {
        *d->end = l;
        d->end = &l->next;
        d->waiting += !last;
        d->closed = last;
        pthread_kill(d->thread, SIGUSR1);
    }
    pthread_mutex_unlock(&d->lock);
    if (e)
        free(l);
    return e;
}

int dispatcher_request(struct dispatcher *d, int r)
{
    return post(d, r, false);
}

void dispatcher_stop(struct dispatcher *d)
{
    post(d, 0, true);
    pthread_join(d->thread, NULL);
    pthread_sigmask(SIG_SETMASK, &d->old, NULL);
}

void dispatcher_destroy(struct dispatcher *d)
{
    pthread_mutex_destroy(&d->lock);
    free(d);
}
