/* Hidden experiments of exercise 02: what exercises/02-shared-tally/scenarios.c asks, with other threads and numbers,
 * and what only several tallies and refused adds can show.  Prints lines; judges only what depends on the order. */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS_MAX = 8 };

/* One thread's work: `adds` times the factor, wanting this answer each time; or, without a factor, `adds` readings that
 * must each be a tally of factors of `step`, and never go back. */
struct worker {
    struct tally *tally;
    int factor, adds, wanted, step;
    int wrong; /* what went otherwise */
};

static void read_again(struct worker *worker, struct tally_reading *before)
{
    struct tally_reading now = tally_read(worker->tally);
    if (now.sum != now.count * worker->step || now.count < before->count || now.sum < before->sum)
        worker->wrong++;
    *before = now;
}

static void *work(void *arg)
{
    struct worker *worker = arg;
    struct tally_reading before = {0, 0};
    for (int i = 0; i < worker->adds; i++)
        if (worker->factor == 0)
            read_again(worker, &before);
        else if (tally_add(worker->tally, worker->factor) != worker->wanted)
            worker->wrong++;
    return NULL;
}

static void run_together(struct worker workers[], int count)
{
    pthread_t threads[THREADS_MAX];
    int created = 0;
    while (created < count && pthread_create(&threads[created], NULL, work, &workers[created]) == 0)
        created++;
    if (created < count)
        printf("no thread\n");
    for (int i = 0; i < created; i++) {
        pthread_join(threads[i], NULL);
        if (workers[i].wrong)
            printf("thread %d: %d wrong answers\n", i + 1, workers[i].wrong);
    }
}

static void print_tally(const char *name, struct tally *tally)
{
    struct tally_reading now = tally_read(tally);
    printf("%s: count=%d sum=%d\n", name, now.count, now.sum);
}

/* ---- the experiments: each is given two new tallies ---- */

static void edges(struct tally *a, struct tally *b)
{
    printf("limits: %s\n", tally_create(TALLY_LIMIT_MAX + 1) || tally_create(-1) ? "taken" : "refused");
    printf("largest: %d", tally_add(a, TALLY_FACTOR_MAX));
    printf(", too large: %s", tally_add(a, TALLY_FACTOR_MAX + 1) == EINVAL ? "EINVAL" : "wrong");
    printf(", full: %s", tally_add(a, 1) == ENOSPC ? "ENOSPC" : "wrong");
    printf(", full again: %s\n", tally_add(a, 1) == ENOSPC ? "ENOSPC" : "wrong");
    print_tally("a", a);
    print_tally("b", b);
}

/* Two threads add twice, a third reads: all factors are alike, so that each reading can be held against itself. */
static void same_factor(struct tally *a, struct tally *b)
{
    struct worker workers[] = {
        {.tally = a, .factor = 7, .adds = 1}, {.tally = a, .factor = 7, .adds = 1}, {.tally = a, .adds = 2, .step = 7}};
    run_together(workers, 3);
    print_tally("a", a);
    print_tally("b", b);
}

/* Refused adds beside one that is not: they change nothing and keep nobody waiting. */
static void refused_beside(struct tally *a, struct tally *b)
{
    struct worker workers[] = {{.tally = a, .factor = -3, .adds = 2, .wanted = EINVAL},
                               {.tally = a, .factor = 12, .adds = 2}};
    run_together(workers, 2);
    print_tally("a", a);
    print_tally("b", b);
}

/* The limit is one: who comes second is refused, twice, and can still be read beside. */
static void full_beside(struct tally *a, struct tally *b)
{
    struct worker workers[] = {{.tally = a, .factor = 9, .adds = 2, .wanted = ENOSPC},
                               {.tally = a, .adds = 2, .step = 9}};
    printf("first: %d\n", tally_add(a, 9));
    run_together(workers, 2);
    print_tally("a", a);
    print_tally("b", b);
}

/* Two tallies, a thread each, and a third one for both. */
static void two_tallies(struct tally *a, struct tally *b)
{
    struct worker workers[] = {{.tally = a, .factor = 5, .adds = 1},
                               {.tally = b, .factor = 11, .adds = 1},
                               {.tally = a, .factor = 5, .adds = 1}};
    run_together(workers, 3);
    print_tally("a", a);
    print_tally("b", b);
}

/* Too many orders to explore: run for real only. */
static void crowd(struct tally *a, struct tally *b)
{
    struct worker workers[THREADS_MAX];
    for (int i = 0; i < THREADS_MAX; i++)
        workers[i] = (struct worker){
            .tally = i % 4 == 1 ? b : a, .factor = i % 4 == 3 ? 0 : 6, .adds = 100, .step = i % 4 == 3 ? 6 : 0};
    run_together(workers, THREADS_MAX);
    print_tally("a", a);
    print_tally("b", b);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct tally *, struct tally *);
        int limit;
    } scenarios[] = {{"edges", edges, 1},
                     {"same-factor", same_factor, TALLY_LIMIT_MAX},
                     {"refused-beside", refused_beside, 2},
                     {"full-beside", full_beside, 1},
                     {"two-tallies", two_tallies, 2},
                     {"crowd", crowd, TALLY_LIMIT_MAX}};
    for (size_t i = 0; argc == 3 && i < sizeof scenarios / sizeof *scenarios; i++)
        if (strcmp(scenarios[i].name, argv[1]) == 0) {
            struct tally *a = tally_create(scenarios[i].limit), *b = tally_create(scenarios[i].limit);
            if (!a || !b)
                break;
            scenarios[i].run(a, b);
            tally_destroy(a);
            tally_destroy(b);
            printf("end %s\n", argv[2]);
            return 0;
        }
    printf("no such experiment, or no tally\n");
    return 2;
}
