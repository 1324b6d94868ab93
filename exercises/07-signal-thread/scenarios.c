/* Experiments on your dispatcher.
 *
 *     ./dispatcher               the demonstration: two guests make requests, and the alarm comes
 *     ./dispatcher two-requests  one of the experiments; the table at the end names them
 *
 * Each prints lines that are the same in every order of the threads, if the dispatcher is right.  The grader runs these
 * and others.  A second argument comes back in the last line, so that it can be seen that the experiment came to its
 * end. */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIGNALS = 32, REQUESTS_MAX = 16 };

/* What handle was called with. */
static struct {
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed;
    pthread_t thread; /* of the first call: all others must come from there, too */
    int calls, elsewhere;
    int signals[SIGNALS];       /* how often each */
    int requests[REQUESTS_MAX]; /* in the order of the calls */
    int count, sum;
    struct dispatcher *asks; /* handle makes a request of its own here, one less, down to 0 */
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void note(int signal, int request, void *context)
{
    (void)context;
    pthread_mutex_lock(&seen.lock);
    if (seen.calls++ == 0)
        seen.thread = pthread_self();
    seen.elsewhere += !pthread_equal(seen.thread, pthread_self());
    if (signal == DISPATCHER_REQUEST && seen.count < REQUESTS_MAX) {
        seen.requests[seen.count++] = request;
        seen.sum += request;
    } else if (signal > 0 && signal < SIGNALS) {
        seen.signals[signal]++;
    }
    struct dispatcher *asks = signal == DISPATCHER_REQUEST && request > 0 ? seen.asks : NULL;
    pthread_cond_broadcast(&seen.changed);
    pthread_mutex_unlock(&seen.lock);
    if (asks)
        dispatcher_request(asks, request - 1);
}

static void wait_for_signal(int signal)
{
    pthread_mutex_lock(&seen.lock);
    while (seen.signals[signal] == 0)
        pthread_cond_wait(&seen.changed, &seen.lock);
    pthread_mutex_unlock(&seen.lock);
}

static void wait_for_requests(int count)
{
    pthread_mutex_lock(&seen.lock);
    while (seen.count < count)
        pthread_cond_wait(&seen.changed, &seen.lock);
    pthread_mutex_unlock(&seen.lock);
}

/* Only what is wrong is printed of the threads. */
static void print_requests(void)
{
    for (int i = 0; i < seen.count; i++)
        printf("%d ", seen.requests[i]);
    printf("handled\n");
    if (seen.elsewhere || (seen.calls && pthread_equal(seen.thread, pthread_self())))
        printf("not all in the dispatcher's own thread\n");
}

static struct dispatcher *start(int first, int second)
{
    const int signals[] = {first, second};
    struct dispatcher *dispatcher = dispatcher_start(signals, second ? 2 : 1, note, NULL);
    if (!dispatcher)
        printf("dispatcher_start has returned NULL: %s\n", strerror(errno));
    return dispatcher;
}

static void end(struct dispatcher *dispatcher)
{
    dispatcher_stop(dispatcher);
    dispatcher_destroy(dispatcher);
}

/* A guest makes requests, numbered from `first`, and may set off a signal that anybody could get. */
struct guest {
    struct dispatcher *dispatcher;
    int first, requests, signal;
    int refused, sum;
};

static void *be_guest(void *arg)
{
    struct guest *guest = arg;
    if (guest->signal)
        kill(getpid(), guest->signal);
    for (int i = 0; i < guest->requests; i++)
        if (dispatcher_request(guest->dispatcher, guest->first + i) == 0)
            guest->sum += guest->first + i;
        else
            guest->refused++;
    return NULL;
}

static void run_guests(struct dispatcher *dispatcher, struct guest guests[], int count)
{
    pthread_t threads[2];
    int started = 0;
    for (; started < count; started++) {
        guests[started].dispatcher = dispatcher;
        if (pthread_create(&threads[started], NULL, be_guest, &guests[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

static bool is_blocked(int signal)
{
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    return sigismember(&mask, signal) == 1;
}

/* ---- the experiments ---- */

static void demonstrate(void)
{
    struct guest guests[2] = {{.first = 1, .requests = 2}, {.first = 4, .requests = 1}};
    struct dispatcher *hypervisor = start(SIGALRM, 0);
    if (!hypervisor)
        return;
    run_guests(hypervisor, guests, 2);
    kill(getpid(), SIGALRM);
    end(hypervisor);
    printf("%d requests handled, their numbers add up to %d\n", seen.count, seen.sum);
    printf("the alarm was %s\n", seen.signals[SIGALRM] ? "handled" : "lost");
}

/* What is refused changes nothing. */
static void refuses(void)
{
    const int wrong[] = {0, 32, SIGKILL, SIGSTOP, SIGUSR1}, alarm[] = {SIGALRM};
    for (size_t i = 0; i <= sizeof wrong / sizeof *wrong; i++) {
        const int signals[] = {SIGALRM, wrong[i % 5]};
        errno = 0;
        if (dispatcher_start(signals, 2, i == 5 ? NULL : note, NULL) || errno != EINVAL)
            printf("taken: SIGALRM and signal %d\n", signals[1]);
    }
    errno = 0;
    printf("fewer than none: %s\n", !dispatcher_start(alarm, -1, note, NULL) && errno == EINVAL ? "EINVAL" : "taken");
    printf("SIGALRM is %s\n", is_blocked(SIGALRM) ? "blocked" : "as before");
    struct dispatcher *none = dispatcher_start(alarm, 0, note, NULL);
    if (!none)
        return;
    printf("no signals: %s\n", is_blocked(SIGALRM) ? "SIGALRM is blocked" : "fine");
    end(none);
}

/* The alarm is sent to the process: which thread gets it?  Any that does not block it. */
static void alarm_comes(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    kill(getpid(), SIGALRM);
    wait_for_signal(SIGALRM);
    end(dispatcher);
    print_requests();
}

/* A guest that was created after the dispatcher computes while the alarm comes; and sends it itself. */
static void alarm_elsewhere(void)
{
    struct guest guest = {.first = 7, .requests = 1, .signal = SIGALRM};
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    run_guests(dispatcher, &guest, 1);
    wait_for_signal(SIGALRM);
    end(dispatcher);
    print_requests();
}

static void two_signals(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, SIGINT);
    if (!dispatcher)
        return;
    kill(getpid(), SIGINT);
    kill(getpid(), SIGALRM);
    wait_for_signal(SIGINT);
    wait_for_signal(SIGALRM);
    end(dispatcher);
    printf("SIGINT %d, SIGALRM %d\n", seen.signals[SIGINT], seen.signals[SIGALRM]);
}

/* Two requests, before the thread may have looked even once. */
static void two_requests(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    dispatcher_request(dispatcher, 5);
    dispatcher_request(dispatcher, 8);
    wait_for_requests(2);
    end(dispatcher);
    print_requests();
}

static void two_guests(void)
{
    struct guest guests[2] = {{.first = 1, .requests = 1}, {.first = 10, .requests = 1}};
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    run_guests(dispatcher, guests, 2);
    wait_for_requests(2);
    end(dispatcher);
    printf("%d requests, sum %d\n", seen.count, seen.sum);
}

/* While it handles one, handle makes the next. */
static void asks_itself(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    pthread_mutex_lock(&seen.lock);
    seen.asks = dispatcher;
    pthread_mutex_unlock(&seen.lock);
    dispatcher_request(dispatcher, 2);
    wait_for_requests(3);
    end(dispatcher);
    print_requests();
}

/* Two requests, and at once the end. */
static void stop_keeps(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    dispatcher_request(dispatcher, 3);
    dispatcher_request(dispatcher, 4);
    dispatcher_stop(dispatcher);
    print_requests();
    printf("one more: %s\n", dispatcher_request(dispatcher, 9) == ECANCELED ? "ECANCELED" : "taken");
    print_requests();
    dispatcher_destroy(dispatcher);
}

/* The alarm, and at once the end: still pending, it would end the process when the mask is put back. */
static void alarm_and_stop(void)
{
    struct dispatcher *dispatcher = start(SIGALRM, 0);
    if (!dispatcher)
        return;
    kill(getpid(), SIGALRM);
    end(dispatcher);
    printf("SIGALRM %d\n", seen.signals[SIGALRM]);
}

/* A guest asks while main stops: handled or refused, nothing in between. */
static void stop_beside(void)
{
    struct guest guest = {.first = 6, .requests = 1};
    pthread_t thread;
    struct dispatcher *dispatcher = guest.dispatcher = start(SIGALRM, 0);
    if (!dispatcher || pthread_create(&thread, NULL, be_guest, &guest) != 0)
        return;
    dispatcher_stop(dispatcher);
    const int sum = seen.sum;
    pthread_join(thread, NULL);
    if (guest.sum != sum || seen.sum != sum)
        printf("accepted %d, handled %d, and %d after the stop\n", guest.sum, sum, seen.sum - sum);
    dispatcher_destroy(dispatcher);
    printf("stopped\n");
}

static void *print_inherited(void *unused)
{
    printf("in a thread: %d %d\n", is_blocked(SIGALRM), is_blocked(SIGTERM));
    return unused;
}

/* One of the signals was blocked already, and so it must be afterwards. */
static void mask(void)
{
    sigset_t term;
    pthread_t thread;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    struct dispatcher *dispatcher = start(SIGALRM, SIGTERM);
    if (!dispatcher)
        return;
    printf("meanwhile: %d %d\n", is_blocked(SIGALRM), is_blocked(SIGTERM));
    if (pthread_create(&thread, NULL, print_inherited, NULL) == 0)
        pthread_join(thread, NULL);
    end(dispatcher);
    printf("afterwards: %d %d\n", is_blocked(SIGALRM), is_blocked(SIGTERM));
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(void);
    } scenarios[] = {{"demo", demonstrate},        {"refuses", refuses},
                     {"alarm", alarm_comes},       {"alarm-elsewhere", alarm_elsewhere},
                     {"two-signals", two_signals}, {"two-requests", two_requests},
                     {"two-guests", two_guests},   {"asks-itself", asks_itself},
                     {"stop-keeps", stop_keeps},   {"alarm-and-stop", alarm_and_stop},
                     {"stop-beside", stop_beside}, {"mask", mask}};
    const char *name = argc > 1 ? argv[1] : scenarios[0].name;
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && strcmp(scenarios[i].name, name) != 0)
        i++;
    if (i == count) {
        printf("%s: no such experiment\n", name);
        return 2;
    }
    scenarios[i].run();
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
