/* Hidden experiments of exercise 03: what exercises/03-trap-queue/scenarios.c asks, with other threads and numbers, and
 * waiting for what will never come.  Prints lines; judges only what depends on the order. */
#include "trap_queue.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <malloc.h>

enum { THREADS_MAX = 8 };

/* A guest puts `traps` traps, numbered from 1; a handler (guest 0) gets until there are no more. */
struct party {
    struct trap_queue *queue;
    int guest, traps;
    int refused, count, sum, wrong;
    int last[THREADS_MAX + 1]; /* of each guest's numbers */
};

static void take(struct party *handler, struct trap trap)
{
    handler->count++;
    handler->sum += trap.number;
    if (trap.guest < 1 || trap.guest > THREADS_MAX || trap.number <= handler->last[trap.guest])
        handler->wrong++;
    else
        handler->last[trap.guest] = trap.number;
}

static void *take_part(void *arg)
{
    struct party *party = arg;
    struct trap trap;
    for (int number = 1; party->guest && number <= party->traps; number++)
        party->refused += !trap_queue_put(party->queue, (struct trap){party->guest, number});
    while (!party->guest && trap_queue_get(party->queue, &trap))
        take(party, trap);
    return NULL;
}

static int start(pthread_t threads[], struct trap_queue *queue, struct party parties[], int count)
{
    int started = 0;
    for (; started < count; started++) {
        parties[started].queue = queue;
        if (pthread_create(&threads[started], NULL, take_part, &parties[started]) != 0) {
            printf("no thread\n");
            break;
        }
    }
    return started;
}

static void join(pthread_t threads[], int from, int to)
{
    while (to > from)
        pthread_join(threads[--to], NULL);
}

static void print_handlers(const struct party handlers[], int count)
{
    int traps = 0, sum = 0, wrong = 0;
    for (int i = 0; i < count; i++) {
        traps += handlers[i].count;
        sum += handlers[i].sum;
        wrong += handlers[i].wrong;
    }
    printf("%d traps, sum %d\n", traps, sum);
    if (wrong)
        printf("%d of them out of order, or nobody's\n", wrong);
}

/* ---- the experiments: each is given a new queue ---- */

/* Five places, used up and given back at all offsets. */
static void rounds(struct trap_queue *queue)
{
    struct trap trap;
    int next = 1, expected = 1, wrong = 0;
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < 1 + round % 5; i++)
            wrong += !trap_queue_put(queue, (struct trap){9, next++});
        while (expected < next && trap_queue_get(queue, &trap))
            wrong += trap.guest != 9 || trap.number != expected++;
    }
    printf("%d traps, wrong %d\n", expected - 1, wrong);
}

/* One place. */
static void single(struct trap_queue *queue)
{
    struct party guest = {.guest = 4, .traps = 2};
    struct party handler = {.guest = 0};
    pthread_t thread;
    struct trap trap;
    int started = start(&thread, queue, &guest, 1);
    for (int i = 0; i < 2 && trap_queue_get(queue, &trap); i++)
        take(&handler, trap);
    join(&thread, 0, started);
    print_handlers(&handler, 1);
}

/* A handler and a guest come while main puts and closes: whoever was refused was not handled. */
static void closing(struct trap_queue *queue)
{
    struct party parties[2] = {{.guest = 0}, {.guest = 2, .traps = 1}};
    pthread_t threads[2];
    int started = start(threads, queue, parties, 2);
    int refused = !trap_queue_put(queue, (struct trap){1, 1});
    trap_queue_close(queue);
    join(threads, 0, started);
    if (parties[0].count + parties[1].refused + refused != 2)
        printf("%d handled, %d refused, of 2\n", parties[0].count, parties[1].refused + refused);
    printf("closed, wrong %d\n", parties[0].wrong);
}

static void one_for_two(struct trap_queue *queue)
{
    struct party handlers[2] = {{.guest = 0}, {.guest = 0}};
    pthread_t threads[2];
    int started = start(threads, queue, handlers, 2);
    for (int number = 1; number <= 2; number++)
        trap_queue_put(queue, (struct trap){3, number});
    trap_queue_close(queue);
    join(threads, 0, started);
    print_handlers(handlers, 2);
}

/* Nobody will ever put. */
static void asleep_empty(struct trap_queue *queue)
{
    struct party handler = {.guest = 0};
    pthread_t thread;
    join(&thread, 0, start(&thread, queue, &handler, 1));
}

/* Nobody will ever get. */
static void asleep_full(struct trap_queue *queue)
{
    struct party guest = {.guest = 1, .traps = 2};
    pthread_t thread;
    join(&thread, 0, start(&thread, queue, &guest, 1));
}

/* Too many orders to explore: run for real. */
static void crowd(struct trap_queue *queue)
{
    enum { GUESTS = 4, HANDLERS = 3, TRAPS = 100 };
    struct party parties[GUESTS + HANDLERS] = {{0}};
    pthread_t threads[GUESTS + HANDLERS];
    for (int i = 0; i < GUESTS; i++)
        parties[HANDLERS + i] = (struct party){.guest = i + 1, .traps = TRAPS};
    int started = start(threads, queue, parties, GUESTS + HANDLERS);
    join(threads, HANDLERS, started);
    trap_queue_close(queue);
    join(threads, 0, HANDLERS);
    print_handlers(parties, HANDLERS);
}

/* What is taken must be given back.  The allocator keeps some of it for itself; after twenty rounds it has enough. */
static void gives_back(struct trap_queue *queue)
{
    size_t before = 0;
    trap_queue_close(queue);
    for (int round = 0; round < 40; round++) {
        if (round == 20)
            before = mallinfo2().uordblks;
        struct trap_queue *other = trap_queue_create(50);
        if (!other)
            return;
        for (int number = 1; number <= 10; number++)
            trap_queue_put(other, (struct trap){1, number});
        trap_queue_destroy(other);
    }
    printf("%s\n", mallinfo2().uordblks > before ? "memory is not given back" : "all given back");
}

static void one_queue_for_all(struct trap_queue *queue)
{
    struct trap_queue *other = trap_queue_create(3);
    struct trap trap = {0, 0};
    if (!other)
        return;
    for (int number = 1; number <= 3; number++) {
        trap_queue_put(queue, (struct trap){1, number});
        trap_queue_put(other, (struct trap){2, number});
    }
    trap_queue_close(other);
    printf("still open: %s\n", trap_queue_put(queue, (struct trap){1, 4}) ? "yes" : "no");
    for (int i = 0; i < 4 && trap_queue_get(queue, &trap); i++)
        printf("%d.%d ", trap.guest, trap.number);
    printf("\n");
    trap_queue_destroy(other);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct trap_queue *);
        int capacity;
    } scenarios[] = {{"rounds", rounds, 5},
                     {"single", single, 1},
                     {"closing", closing, 1},
                     {"one-for-two", one_for_two, 2},
                     {"asleep-empty", asleep_empty, 1},
                     {"asleep-full", asleep_full, 1},
                     {"crowd", crowd, 3},
                     {"gives-back", gives_back, 1},
                     {"two-queues", one_queue_for_all, 4}};
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && (argc < 2 || strcmp(scenarios[i].name, argv[1]) != 0))
        i++;
    struct trap_queue *queue = i < count ? trap_queue_create((size_t)scenarios[i].capacity) : NULL;
    if (!queue) {
        printf("%s\n", i < count ? "trap_queue_create has returned NULL" : "no such experiment");
        return 2;
    }
    scenarios[i].run(queue);
    trap_queue_destroy(queue);
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
