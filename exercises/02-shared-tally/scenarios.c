/* Experiments on your tally: some threads, each with its own work, and what came of it.
 *
 *     ./tally                  the demonstration: three threads add the factors of exercise 01
 *     ./tally two-adds         one of the experiments; the table at the end names them
 *
 * Each prints lines that are the same in every order of the threads, if the tally is right.  The grader runs these and
 * others.  A second argument comes back in the last line, so that it can be seen that the experiment came to its end.
 */
#include "tally.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { THREADS_MAX = 3, FACTORS_MAX = 2, READINGS = 2 };

/* One thread's work: it adds its factors, up to the first 0; or, if it has none, it reads. */
struct worker {
    struct tally *tally;
    int factors[FACTORS_MAX];
    struct tally_reading readings[READINGS];
    int refused; /* adds that did not return 0 */
};

static void *work(void *arg)
{
    struct worker *worker = arg;
    if (worker->factors[0] == 0)
        for (int i = 0; i < READINGS; i++)
            worker->readings[i] = tally_read(worker->tally);
    for (int i = 0; i < FACTORS_MAX && worker->factors[i]; i++)
        worker->refused += tally_add(worker->tally, worker->factors[i]) != 0;
    return NULL;
}

/* All workers at once on one tally, each a thread; back when all have ended. */
static void run_together(struct tally *tally, struct worker workers[], int count)
{
    pthread_t threads[THREADS_MAX];
    int created = 0;
    for (; created < count; created++) {
        workers[created].tally = tally;
        int error = pthread_create(&threads[created], NULL, work, &workers[created]);
        if (error) {
            printf("no thread: %s\n", strerror(error));
            break;
        }
    }
    while (created > 0)
        pthread_join(threads[--created], NULL);
}

static void print_tally(struct tally *tally)
{
    struct tally_reading now = tally_read(tally);
    printf("count=%d sum=%d\n", now.count, now.sum);
}

/* ---- the experiments: each is given a new tally ---- */

static int factor_of(int a, int b)
{
    return b == 0 ? a : factor_of(b, a % b);
}

/* The lecture's warm-up, once more: a thread for each pair.  This time nobody hands a result to main. */
static void demonstrate(struct tally *tally)
{
    struct worker workers[3] = {
        {.factors = {factor_of(48, 52)}}, {.factors = {factor_of(25, 100)}}, {.factors = {factor_of(120, 340)}}};
    run_together(tally, workers, 3);
    struct tally_reading now = tally_read(tally);
    printf("%d factors, their sum is %d\n", now.count, now.sum);
}

static const char *name_of(int answer)
{
    return answer == 0        ? "0"
           : answer == EINVAL ? "EINVAL"
           : answer == ENOSPC ? "ENOSPC"
           : answer < 0       ? "a negative number"
                              : "another number";
}

/* No thread but main: what is promised of each call. */
static void alone(struct tally *tally)
{
    struct tally *other = tally_create(1);
    printf("limit 0: %s\n", tally_create(0) ? "taken" : "refused");
    printf("factors 0 and -4: %s, %s\n", name_of(tally_add(tally, 0)), name_of(tally_add(tally, -4)));
    printf("factors 4 and 25: %d, %d\n", tally_add(tally, 4), tally_add(tally, 25));
    printf("no room for 20: %s\n", name_of(tally_add(tally, 20)));
    print_tally(tally);
    if (other) {
        printf("another tally: ");
        print_tally(other);
        tally_destroy(other);
    }
}

static void two_adds(struct tally *tally)
{
    struct worker workers[2] = {{.factors = {4}}, {.factors = {25}}};
    run_together(tally, workers, 2);
    print_tally(tally);
}

static void three_adds(struct tally *tally)
{
    struct worker workers[3] = {{.factors = {4}}, {.factors = {25}}, {.factors = {20}}};
    run_together(tally, workers, 3);
    print_tally(tally);
}

/* One thread adds 4, then 25; another reads.  It may see none, one or both of them; never a half, never fewer than
 * before. */
static void read_while_adding(struct tally *tally)
{
    static const int sum_of[] = {0, 4, 4 + 25};
    struct worker workers[2] = {{.factors = {4, 25}}, {.factors = {0}}};
    run_together(tally, workers, 2);
    const struct tally_reading *seen = workers[1].readings;
    for (int i = 0; i < READINGS; i++)
        if (seen[i].count < 0 || seen[i].count > 2 || seen[i].sum != sum_of[seen[i].count])
            printf("a reading that never was: count=%d sum=%d\n", seen[i].count, seen[i].sum);
    if (seen[1].count < seen[0].count)
        printf("the count went back from %d to %d\n", seen[0].count, seen[1].count);
    print_tally(tally);
}

/* Two threads and one place: one of them is refused, and the other's factor is there. */
static void last_place(struct tally *tally)
{
    struct worker workers[2] = {{.factors = {4}}, {.factors = {4}}};
    run_together(tally, workers, 2);
    printf("refused=%d ", workers[0].refused + workers[1].refused);
    print_tally(tally);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct tally *);
        int limit;
    } scenarios[] = {{"demo", demonstrate, 3},      {"alone", alone, 2},
                     {"two-adds", two_adds, 10},    {"three-adds", three_adds, 10},
                     {"last-place", last_place, 1}, {"read-while-adding", read_while_adding, 10}};
    const char *name = argc > 1 ? argv[1] : scenarios[0].name;
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && strcmp(scenarios[i].name, name) != 0)
        i++;
    struct tally *tally = i < count ? tally_create(scenarios[i].limit) : NULL;
    if (!tally) {
        printf("%s: %s\n", name, i < count ? "tally_create has returned NULL" : "no such experiment");
        return 2;
    }
    scenarios[i].run(tally);
    tally_destroy(tally);
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
