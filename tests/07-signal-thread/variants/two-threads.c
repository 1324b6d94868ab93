/* One thread only takes signals and notes them; a second one, asleep at a semaphore, calls handle */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>

struct dispatcher {
    dispatcher_handle *handle;
    void *context;
    sigset_t set, before;
    pthread_t taker, handler;
    sem_t work;           /* one for each request, each first note of a signal, and the end */
    pthread_mutex_t lock; /* guards what follows */
    int stopping;
    int noted[32];
    int requests[DISPATCHER_ROOM], made, done;
};

static void note(struct dispatcher *d, int signal)
{
    pthread_mutex_lock(&d->lock);
    if (!d->noted[signal]++)
        sem_post(&d->work);
    pthread_mutex_unlock(&d->lock);
}

static void *take_signals(void *arg)
{
    struct dispatcher *d = arg;
    int signal = 0;
    while (signal != SIGUSR1) /* comes only once, from stop */
        if (sigwait(&d->set, &signal) == 0 && signal != SIGUSR1)
            note(d, signal);
    while ((signal = sigtimedwait(&d->set, NULL, &(struct timespec){0, 0})) > 0)
        note(d, signal);
    return NULL;
}

/* What is to be handled next: a signal, or -1: nothing; DISPATCHER_REQUEST: *request */
static int next(struct dispatcher *d, int *request)
{
    int signal = 1;
    *request = 0;
    pthread_mutex_lock(&d->lock);
    while (signal < 32 && !d->noted[signal])
        signal++;
    if (signal < 32)
        d->noted[signal] = 0;
    else if (d->done < d->made)
        signal = DISPATCHER_REQUEST, *request = d->requests[d->done++ % DISPATCHER_ROOM];
    else
        signal = -1;
    pthread_mutex_unlock(&d->lock);
    return signal;
}

static void *handle_all(void *arg)
{
    struct dispatcher *d = arg;
    for (int signal, request;;) {
        while (sem_wait(&d->work) != 0)
            continue;
        signal = next(d, &request);
        if (signal < 0) /* one unit more than there is work: the end */
            return NULL;
        d->handle(signal, request, d->context);
    }
}

static void *start_threads(struct dispatcher *d)
{
    pthread_sigmask(SIG_BLOCK, &d->set, &d->before);
    errno = pthread_create(&d->taker, NULL, take_signals, d);
    if (errno == 0) {
        errno = pthread_create(&d->handler, NULL, handle_all, d);
        if (errno == 0)
            return d;
        pthread_kill(d->taker, SIGUSR1);
        pthread_join(d->taker, NULL);
    }
    pthread_sigmask(SIG_SETMASK, &d->before, NULL);
    dispatcher_destroy(d);
    return NULL;
}

struct dispatcher *dispatcher_start(const int signals[], int count, dispatcher_handle *handle, void *context)
{
    int bad = !handle || count < 0;
    for (int i = 0; i < count; i++)
        bad |= signals[i] < 1 || signals[i] > 31 || signals[i] == SIGKILL || signals[i] == SIGSTOP ||
               signals[i] == SIGUSR1;
    if (bad) {
        errno = EINVAL;
        return NULL;
    }
    struct dispatcher *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->handle = handle;
    d->context = context;
    sem_init(&d->work, 0, 0);
    pthread_mutex_init(&d->lock, NULL);
    sigemptyset(&d->set);
    sigaddset(&d->set, SIGUSR1);
    for (int i = 0; i < count; i++)
        sigaddset(&d->set, signals[i]);
    return start_threads(d);
}

int dispatcher_request(struct dispatcher *d, int request)
{
    pthread_mutex_lock(&d->lock);
    int error = d->stopping ? ECANCELED : d->made - d->done == DISPATCHER_ROOM ? EAGAIN : 0;
    if (!error) {
        d->requests[d->made++ % DISPATCHER_ROOM] = request;
        sem_post(&d->work);
    }
    pthread_mutex_unlock(&d->lock);
    return error;
}

void dispatcher_stop(struct dispatcher *d)
{
    pthread_mutex_lock(&d->lock);
    d->stopping = 1;
    pthread_mutex_unlock(&d->lock);
    pthread_kill(d->taker, SIGUSR1);
    pthread_join(d->taker, NULL);
    sem_post(&d->work);
    pthread_join(d->handler, NULL);
    pthread_sigmask(SIG_SETMASK, &d->before, NULL);
}

void dispatcher_destroy(struct dispatcher *d)
{
    pthread_mutex_destroy(&d->lock);
    sem_destroy(&d->work);
    free(d);
}
