/* Experiments on your queue.
 *
 *     ./trap_queue               the demonstration: three guests trap, the hypervisor handles
 *     ./trap_queue close-full    one of the experiments; the table at the end names them
 *
 * Each prints lines that are the same in every order of the threads, if the queue is right.  The grader runs these and
 * others.  A second argument comes back in the last line, so that it can be seen that the experiment came to its end.
 */
#include "trap_queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THREADS_MAX = 3, TRAPS_MAX = 8 };

/* One thread's part: a guest puts its traps; a handler gets traps until there are no more. */
struct party {
    struct trap_queue *queue;
    int guest;   /* 0: this one is a handler */
    int traps;   /* a guest's, numbered from 1 */
    int refused; /* of those, by a closed queue */
    struct trap got[TRAPS_MAX];
    int count; /* of what it got */
};

static void *take_part(void *arg)
{
    struct party *party = arg;
    for (int number = 1; party->guest && number <= party->traps; number++)
        party->refused += !trap_queue_put(party->queue, (struct trap){party->guest, number});
    struct trap trap;
    while (!party->guest && party->count < TRAPS_MAX && trap_queue_get(party->queue, &trap))
        party->got[party->count++] = trap;
    return NULL;
}

static int start(pthread_t threads[], struct trap_queue *queue, struct party parties[], int count)
{
    for (int i = 0; i < count; i++) {
        parties[i].queue = queue;
        int error = pthread_create(&threads[i], NULL, take_part, &parties[i]);
        if (error) {
            printf("no thread: %s\n", strerror(error));
            return i;
        }
    }
    return count;
}

static void join(pthread_t threads[], int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* Each guest's traps must come in its own order, at each handler. */
static void check_order(const struct party *handler)
{
    int last[THREADS_MAX + 1] = {0};
    for (int i = 0; i < handler->count; i++) {
        const struct trap *trap = &handler->got[i];
        if (trap->guest < 0 || trap->guest > THREADS_MAX || trap->number <= last[trap->guest])
            printf("guest %d's trap %d came where it should not\n", trap->guest, trap->number);
        else
            last[trap->guest] = trap->number;
    }
}

static int sum_of(const struct party *handler)
{
    int sum = 0;
    for (int i = 0; i < handler->count; i++)
        sum += handler->got[i].number;
    return sum;
}

/* Gets all that is left and prints it. */
static void print_rest(struct trap_queue *queue)
{
    struct trap trap = {0, 0};
    while (trap_queue_get(queue, &trap))
        printf("%d.%d ", trap.guest, trap.number);
    printf("end\n");
}

/* ---- the experiments: each is given a new queue ---- */

/* The lecture's trap queue: guests trap, and one hypervisor handles. */
static void demonstrate(struct trap_queue *queue)
{
    struct party guests[3] = {{.guest = 1, .traps = 2}, {.guest = 2, .traps = 1}, {.guest = 3, .traps = 1}};
    pthread_t threads[3];
    struct party hypervisor = {.count = 0};
    int started = start(threads, queue, guests, 3);
    for (struct trap trap; hypervisor.count < 4 && trap_queue_get(queue, &trap);)
        hypervisor.got[hypervisor.count++] = trap;
    join(threads, started);
    check_order(&hypervisor);
    printf("%d traps handled, their numbers add up to %d\n", hypervisor.count, sum_of(&hypervisor));
}

/* No thread but main: first in, first out, more often than there are places. */
static void alone(struct trap_queue *queue)
{
    struct trap trap;
    for (int round = 0; round < 3; round++) {
        for (int i = 1; i <= 2; i++)
            if (!trap_queue_put(queue, (struct trap){round, i}))
                printf("refused\n");
        for (int i = 1; i <= 2; i++)
            if (trap_queue_get(queue, &trap))
                printf("%d.%d ", trap.guest, trap.number);
    }
    printf("\n");
    struct trap_queue *other = trap_queue_create(1);
    if (other) {
        trap_queue_put(queue, (struct trap){1, 1});
        trap_queue_put(other, (struct trap){2, 2});
        trap_queue_close(other);
        printf("another queue: ");
        print_rest(other);
        trap_queue_destroy(other);
    }
    trap_queue_close(queue);
    print_rest(queue);
}

/* A guest puts one trap more than there are places.  Until main gets one, all but the last are in the queue. */
static pthread_mutex_t said_lock = PTHREAD_MUTEX_INITIALIZER;
static int said;

static void *put_and_say(void *arg)
{
    for (int number = 1; number <= 3; number++) {
        trap_queue_put(arg, (struct trap){1, number});
        pthread_mutex_lock(&said_lock);
        said = number;
        pthread_mutex_unlock(&said_lock);
    }
    return NULL;
}

static void full(struct trap_queue *queue)
{
    pthread_t guest;
    if (pthread_create(&guest, NULL, put_and_say, queue) != 0)
        return;
    pthread_mutex_lock(&said_lock);
    if (said > 2)
        printf("%d traps in a queue for 2\n", said);
    pthread_mutex_unlock(&said_lock);
    struct trap trap = {0, 0};
    for (int i = 0; i < 3 && trap_queue_get(queue, &trap); i++)
        printf("%d.%d ", trap.guest, trap.number);
    pthread_join(guest, NULL);
    printf("\n");
}

/* Exactly the capacity, and nobody gets: no put may wait. */
static void fill(struct trap_queue *queue)
{
    for (int number = 1; number <= 2; number++)
        trap_queue_put(queue, (struct trap){1, number});
    trap_queue_close(queue);
    print_rest(queue);
}

/* One guest, one handler, one place: they take turns. */
static void hand_over(struct trap_queue *queue)
{
    struct party guest = {.guest = 1, .traps = 3};
    pthread_t thread;
    int started = start(&thread, queue, &guest, 1);
    struct trap trap;
    for (int i = 0; i < 3 && trap_queue_get(queue, &trap); i++)
        printf("%d.%d ", trap.guest, trap.number);
    join(&thread, started);
    printf("\n");
}

/* Two handlers and one place, and main puts: whoever gets a trap, each is got once. */
static void two_handlers(struct trap_queue *queue)
{
    struct party handlers[2] = {{.guest = 0}, {.guest = 0}};
    pthread_t threads[2];
    int started = start(threads, queue, handlers, 2);
    for (int number = 1; number <= 2; number++)
        if (!trap_queue_put(queue, (struct trap){1, number}))
            printf("refused\n");
    trap_queue_close(queue);
    join(threads, started);
    check_order(&handlers[0]);
    check_order(&handlers[1]);
    printf("%d traps, sum %d\n", handlers[0].count + handlers[1].count, sum_of(&handlers[0]) + sum_of(&handlers[1]));
}

/* Two guests and one place, and main gets. */
static void two_guests(struct trap_queue *queue)
{
    struct party guests[2] = {{.guest = 1, .traps = 2}, {.guest = 2, .traps = 1}};
    struct party handler = {.guest = 0};
    pthread_t threads[2];
    int started = start(threads, queue, guests, 2);
    for (struct trap trap; handler.count < 3 && trap_queue_get(queue, &trap);)
        handler.got[handler.count++] = trap;
    join(threads, started);
    check_order(&handler);
    printf("%d traps, sum %d\n", handler.count, sum_of(&handler));
}

/* Nothing to get, for a long time.  Who waits by looking again and again never lets that time pass. */
static void long_wait(struct trap_queue *queue)
{
    struct party handler = {.guest = 0};
    pthread_t thread;
    int started = start(&thread, queue, &handler, 1);
    sleep(1);
    trap_queue_close(queue);
    join(&thread, started);
    printf("%d traps\n", handler.count);
}

/* Two handlers wait for what will never come: each must hear of the closing. */
static void close_empty(struct trap_queue *queue)
{
    struct party handlers[2] = {{.guest = 0}, {.guest = 0}};
    pthread_t threads[2];
    int started = start(threads, queue, handlers, 2);
    trap_queue_close(queue);
    join(threads, started);
    printf("%d handlers, %d traps\n", started, handlers[0].count + handlers[1].count);
}

/* The queue is full, and two guests wait for a place that they will not get. */
static void close_full(struct trap_queue *queue)
{
    struct party guests[2] = {{.guest = 1, .traps = 1}, {.guest = 2, .traps = 1}};
    pthread_t threads[2];
    trap_queue_put(queue, (struct trap){3, 1});
    int started = start(threads, queue, guests, 2);
    trap_queue_close(queue);
    join(threads, started);
    printf("refused %d, then ", guests[0].refused + guests[1].refused);
    print_rest(queue);
}

/* What was in the queue when it was closed is still got; nothing comes in any more; closing again does nothing. */
static void close_keeps(struct trap_queue *queue)
{
    for (int number = 1; number <= 2; number++)
        trap_queue_put(queue, (struct trap){1, number});
    trap_queue_close(queue);
    trap_queue_close(queue);
    printf("put: %s\n", trap_queue_put(queue, (struct trap){1, 3}) ? "taken" : "refused");
    struct trap trap = {7, 7};
    while (trap_queue_get(queue, &trap))
        printf("%d.%d ", trap.guest, trap.number);
    printf("end\nput: %s\n", trap_queue_put(queue, (struct trap){1, 4}) ? "taken" : "refused");
    printf("get: %s", trap_queue_get(queue, &trap) ? "one" : "none");
    printf(", and the last is still %d.%d\n", trap.guest, trap.number);
}

static void limits(struct trap_queue *queue)
{
    (void)queue;
    errno = 0;
    struct trap_queue *none = trap_queue_create(0);
    printf("capacity 0: %s\n", none ? "a queue" : errno == EINVAL ? "EINVAL" : "NULL, but errno is not EINVAL");
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct trap_queue *);
        int capacity;
    } scenarios[] = {{"demo", demonstrate, 2},
                     {"alone", alone, 3},
                     {"full", full, 2},
                     {"fill", fill, 2},
                     {"hand-over", hand_over, 1},
                     {"two-handlers", two_handlers, 1},
                     {"two-guests", two_guests, 1},
                     {"long-wait", long_wait, 1},
                     {"close-empty", close_empty, 2},
                     {"close-full", close_full, 1},
                     {"close-keeps", close_keeps, 4},
                     {"limits", limits, 1}};
    const char *name = argc > 1 ? argv[1] : scenarios[0].name;
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && strcmp(scenarios[i].name, name) != 0)
        i++;
    struct trap_queue *queue = i < count ? trap_queue_create((size_t)scenarios[i].capacity) : NULL;
    if (!queue) {
        printf("%s: %s\n", name, i < count ? "trap_queue_create has returned NULL" : "no such experiment");
        return 2;
    }
    scenarios[i].run(queue);
    trap_queue_destroy(queue);
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
