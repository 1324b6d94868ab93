/* Hidden experiments of exercise 07: what exercises/07-signal-thread/scenarios.c asks, with other signals, threads and
 * numbers, a full ring, one dispatcher after another, and waiting for what never comes. */
#include "dispatcher.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIGNALS = 32, GUESTS_MAX = 8 };

/* What handle was called with; it is its context.  `wrong` counts calls from elsewhere, or out of order. */
struct record {
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t changed;
    pthread_t thread;
    int calls, wrong, count, sum;
    int signals[SIGNALS];
    int last[GUESTS_MAX]; /* of each guest's requests: guest * 1000 + number */
    int held;             /* handle does not return while this is set */
};

static void note(int signal, int request, void *context)
{
    struct record *record = context;
    pthread_mutex_lock(&record->lock);
    if (record->calls++ == 0)
        record->thread = pthread_self();
    record->wrong += !pthread_equal(record->thread, pthread_self());
    if (signal != DISPATCHER_REQUEST) {
        record->wrong += signal < 1 || signal >= SIGNALS || request != 0;
        record->signals[signal]++;
    } else {
        record->count++;
        record->sum += request;
        record->wrong += request <= record->last[request / 1000 % GUESTS_MAX];
        record->last[request / 1000 % GUESTS_MAX] = request;
    }
    pthread_cond_broadcast(&record->changed);
    while (record->held)
        pthread_cond_wait(&record->changed, &record->lock);
    pthread_mutex_unlock(&record->lock);
}

static void wait_until(struct record *record, const int *value, int least)
{
    pthread_mutex_lock(&record->lock);
    while (*value < least)
        pthread_cond_wait(&record->changed, &record->lock);
    pthread_mutex_unlock(&record->lock);
}

static void hold(struct record *record, int held)
{
    pthread_mutex_lock(&record->lock);
    record->held = held;
    pthread_cond_broadcast(&record->changed);
    pthread_mutex_unlock(&record->lock);
}

static void print(const struct record *record)
{
    printf("%d requests, sum %d, wrong %d\n", record->count, record->sum, record->wrong);
}

struct guest {
    struct dispatcher *dispatcher;
    int number, requests, signal;
    int sum;
};

/* Who is refused for want of room tries again. */
static void *be_guest(void *arg)
{
    struct guest *guest = arg;
    if (guest->signal)
        kill(getpid(), guest->signal);
    for (int i = 1, error; i <= guest->requests; i++) {
        while ((error = dispatcher_request(guest->dispatcher, guest->number * 1000 + i)) == EAGAIN)
            sched_yield();
        guest->sum += error ? 0 : guest->number * 1000 + i;
    }
    return NULL;
}

static int create_guests(pthread_t threads[], struct dispatcher *dispatcher, struct guest guests[], int count)
{
    int started = 0;
    for (; started < count; started++) {
        guests[started].dispatcher = dispatcher;
        if (pthread_create(&threads[started], NULL, be_guest, &guests[started]) != 0) {
            printf("no thread\n");
            break;
        }
    }
    return started;
}

static void join_guests(const pthread_t threads[], int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void end(struct dispatcher *dispatcher)
{
    dispatcher_stop(dispatcher);
    dispatcher_destroy(dispatcher);
}

/* ---- the experiments: each is given an empty record ---- */

static void edges(struct record *record)
{
    const int signals[] = {SIGHUP, 64, -1, 33, SIGRTMIN};
    for (int i = 1; i < 5; i++) {
        const int two[] = {signals[0], signals[i]};
        errno = 0;
        if (dispatcher_start(two, 2, note, record) || errno != EINVAL)
            printf("signal %d is taken\n", signals[i]);
    }
    sigset_t mask;
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    printf("refused, SIGHUP %d, ", sigismember(&mask, SIGHUP));
    struct dispatcher *dispatcher = dispatcher_start(signals, 1, note, record);
    if (!dispatcher)
        return;
    end(dispatcher);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    printf("calls %d, SIGHUP %d, SIGUSR1 %d\n", record->calls, sigismember(&mask, SIGHUP), sigismember(&mask, SIGUSR1));
}

/* Three signals, the first and the last of the set from a thread, the one in the middle from main. */
static void three_signals(struct record *record)
{
    const int signals[] = {SIGTERM, SIGHUP, SIGUSR2};
    struct guest guest = {.signal = SIGTERM};
    pthread_t thread;
    struct dispatcher *dispatcher = dispatcher_start(signals, 3, note, record);
    if (!dispatcher)
        return;
    int started = create_guests(&thread, dispatcher, &guest, 1);
    kill(getpid(), SIGHUP);
    kill(getpid(), SIGUSR2);
    join_guests(&thread, started);
    for (int i = 0; i < 3; i++)
        wait_until(record, &record->signals[signals[i]], 1);
    end(dispatcher);
    printf("SIGTERM %d, SIGHUP %d, SIGUSR2 %d, ", record->signals[SIGTERM], record->signals[SIGHUP],
           record->signals[SIGUSR2]);
    print(record);
}

/* Handle is held in the first request until there is no more room. */
static void full(struct record *record)
{
    struct dispatcher *dispatcher = dispatcher_start(NULL, 0, note, record);
    int refused = 0;
    if (!dispatcher)
        return;
    hold(record, 1);
    dispatcher_request(dispatcher, 1001);
    wait_until(record, &record->count, 1);
    for (int i = 1; i <= DISPATCHER_ROOM; i++)
        refused += dispatcher_request(dispatcher, 1001 + i) != 0;
    printf("refused %d, ", refused);
    printf("then %s, ", dispatcher_request(dispatcher, 1999) == EAGAIN ? "EAGAIN" : "taken");
    hold(record, 0);
    end(dispatcher);
    print(record);
}

/* Far more than there is room for, one after the other. */
static void around(struct record *record)
{
    struct dispatcher *dispatcher = dispatcher_start(NULL, 0, note, record);
    int refused = 0;
    if (!dispatcher)
        return;
    for (int i = 1; i <= 2 * DISPATCHER_ROOM + 1; i++) {
        refused += dispatcher_request(dispatcher, 2000 + i) != 0;
        wait_until(record, &record->count, i);
    }
    end(dispatcher);
    printf("refused %d, ", refused);
    print(record);
}

/* One dispatcher after another, with other signals. */
static void again(struct record *record)
{
    const int signals[] = {SIGINT, SIGQUIT};
    for (int i = 0; i < 2; i++) {
        struct dispatcher *dispatcher = dispatcher_start(&signals[i], 1, note, record);
        if (!dispatcher)
            return;
        record->calls = 0; /* another thread, now */
        kill(getpid(), signals[i]);
        dispatcher_request(dispatcher, 3001 + i);
        end(dispatcher);
    }
    printf("SIGINT %d, SIGQUIT %d, ", record->signals[SIGINT], record->signals[SIGQUIT]);
    print(record);
}

/* A guest sets off a signal and asks while main asks and stops. */
static void stop_beside(struct record *record)
{
    struct guest guest = {.number = 5, .requests = 2};
    pthread_t thread;
    struct dispatcher *dispatcher = dispatcher_start(NULL, 0, note, record);
    if (!dispatcher)
        return;
    int started = create_guests(&thread, dispatcher, &guest, 1);
    int own = dispatcher_request(dispatcher, 1) == 0;
    dispatcher_stop(dispatcher);
    int sum = record->sum, wrong = record->wrong;
    join_guests(&thread, started);
    dispatcher_destroy(dispatcher);
    if (sum != own + guest.sum || record->sum != sum)
        printf("accepted %d, handled %d, and %d after the stop\n", own + guest.sum, sum, record->sum - sum);
    printf("stopped, wrong %d\n", wrong);
}

/* Nobody sends anything. */
static void asleep(struct record *record)
{
    const int signals[] = {SIGALRM};
    struct dispatcher *dispatcher = dispatcher_start(signals, 1, note, record);
    if (dispatcher)
        wait_until(record, &record->count, 1);
}

/* Too many orders to explore: run for real only. */
static void crowd(struct record *record)
{
    const int signals[] = {SIGALRM, SIGHUP};
    struct guest guests[4];
    pthread_t threads[4];
    struct dispatcher *dispatcher = dispatcher_start(signals, 2, note, record);
    if (!dispatcher)
        return;
    for (int i = 0; i < 4; i++)
        guests[i] = (struct guest){.number = i + 1, .requests = 50, .signal = signals[i % 2]};
    join_guests(threads, create_guests(threads, dispatcher, guests, 4));
    end(dispatcher);
    printf("signals: %s, ", record->signals[SIGALRM] && record->signals[SIGHUP] ? "both" : "lost");
    print(record);
}

int main(int argc, char *argv[])
{
    static struct record record = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    static const struct {
        const char *name;
        void (*run)(struct record *);
    } scenarios[] = {{"edges", edges}, {"three-signals", three_signals}, {"full", full},     {"around", around},
                     {"again", again}, {"stop-beside", stop_beside},     {"asleep", asleep}, {"crowd", crowd}};
    for (size_t i = 0; argc == 3 && i < sizeof scenarios / sizeof *scenarios; i++)
        if (strcmp(scenarios[i].name, argv[1]) == 0) {
            scenarios[i].run(&record);
            printf("end %s\n", argv[2]);
            return 0;
        }
    printf("no such experiment\n");
    return 2;
}
