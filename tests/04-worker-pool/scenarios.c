/* Hidden experiments of exercise 04: what exercises/04-worker-pool/scenarios.c asks, with other workers, places and
 * numbers.  Prints lines; judges only what depends on the order. */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

enum { JOBS_MAX = 120, SUBMITTERS = 3 };

static int subtract(int a, int b)
{
    return a - b;
}

/* How many are at work at once, at most? */
static atomic_int at_work, too_many, workers_at_most;

static int counted(int a, int b)
{
    if (++at_work > workers_at_most)
        too_many++;
    int result = a * 1000 + b;
    at_work--;
    return result;
}

static struct pool *new_pool(int workers, size_t places, pool_work *work)
{
    struct pool *pool = pool_create(workers, places, work);
    workers_at_most = workers;
    if (!pool)
        printf("pool_create has returned NULL\n");
    return pool;
}

/* ---- the experiments ---- */

/* Negative results, and the same job handed in again. */
static void again(void)
{
    struct job job = {3, 10, 99};
    struct pool *pool = new_pool(1, 2, subtract);
    if (!pool)
        return;
    for (int round = 0; round < 2; round++) {
        job.a -= round;
        bool taken = pool_submit(pool, &job);
        pool_drain(pool);
        printf("%d %d\n", taken, job.result);
    }
    pool_stop(pool);
    pool_destroy(pool);
}

/* A pool knows nothing of another. */
static void two_pools(void)
{
    struct job jobs[2] = {{5, 1, 0}, {5, 2, 0}};
    struct pool *first = new_pool(1, 1, subtract), *second = new_pool(1, 1, subtract);
    if (!first || !second)
        return;
    pool_stop(first);
    printf("%d", pool_submit(first, &jobs[0]));
    printf("%d ", pool_submit(second, &jobs[1]));
    pool_drain(second);
    printf("%d %d\n", jobs[0].result, jobs[1].result);
    pool_stop(second);
    pool_destroy(first);
    pool_destroy(second);
}

/* One submits, two drain: both find the result. */
struct drainer {
    struct pool *pool;
    const struct job *job;
    int saw;
};

static void *drain_and_look(void *arg)
{
    struct drainer *drainer = arg;
    pool_drain(drainer->pool);
    drainer->saw = drainer->job->result;
    return NULL;
}

static void two_drain(void)
{
    struct job job = {20, 3, 0};
    struct pool *pool = new_pool(1, 1, subtract);
    struct drainer drainer = {pool, &job, 0};
    pthread_t thread;
    if (!pool)
        return;
    bool taken = pool_submit(pool, &job);
    if (pthread_create(&thread, NULL, drain_and_look, &drainer) != 0)
        return;
    pool_drain(pool);
    printf("%d %d ", taken, job.result);
    pthread_join(thread, NULL);
    printf("%d\n", drainer.saw);
    pool_stop(pool);
    pool_destroy(pool);
}

/* Two threads stop at once; each returns when all is over. */
static void *stop_it(void *arg)
{
    pool_stop(arg);
    return NULL;
}

static void two_stop(void)
{
    struct job job = {9, 2, 0};
    struct pool *pool = new_pool(1, 1, subtract);
    pthread_t thread;
    if (!pool || !pool_submit(pool, &job) || pthread_create(&thread, NULL, stop_it, pool) != 0)
        return;
    pool_stop(pool);
    printf("%d\n", job.result);
    pthread_join(thread, NULL);
    pool_destroy(pool);
}

/* Stopped, then drained: whoever was refused keeps nobody waiting. */
static void *submit_two(void *arg)
{
    static struct job jobs[2] = {{7, 7, -1}, {8, 8, -1}};
    for (int i = 0; i < 2; i++)
        pool_submit(arg, &jobs[i]);
    return NULL;
}

static void refused(void)
{
    struct pool *pool = new_pool(1, 1, subtract);
    pthread_t thread;
    if (!pool || pthread_create(&thread, NULL, submit_two, pool) != 0)
        return;
    pool_stop(pool);
    pthread_join(thread, NULL);
    pool_drain(pool);
    printf("drained\n");
    pool_destroy(pool);
}

/* Too many orders to explore: run for real. */
struct crowd {
    struct pool *pool;
    int first;
    struct job jobs[JOBS_MAX / SUBMITTERS];
    int wrong;
};

static void *submit_many(void *arg)
{
    struct crowd *crowd = arg;
    for (int i = 0; i < JOBS_MAX / SUBMITTERS; i++) {
        crowd->jobs[i] = (struct job){crowd->first, i, -1};
        crowd->wrong += !pool_submit(crowd->pool, &crowd->jobs[i]);
    }
    return NULL;
}

static void crowd(void)
{
    static struct crowd crowds[SUBMITTERS];
    pthread_t threads[SUBMITTERS];
    struct pool *pool = new_pool(3, 2, counted);
    int started = 0, wrong = 0;
    for (; pool && started < SUBMITTERS; started++) {
        crowds[started] = (struct crowd){.pool = pool, .first = started + 1};
        if (pthread_create(&threads[started], NULL, submit_many, &crowds[started]) != 0)
            break;
    }
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (!pool)
        return;
    pool_drain(pool);
    for (int i = 0; i < started; i++) {
        wrong += crowds[i].wrong;
        for (int n = 0; n < JOBS_MAX / SUBMITTERS; n++)
            wrong += crowds[i].jobs[n].result != (i + 1) * 1000 + n;
    }
    printf("%d jobs, wrong %d, too many at work %d\n", started * (JOBS_MAX / SUBMITTERS), wrong, too_many);
    pool_stop(pool);
    pool_destroy(pool);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(void);
    } scenarios[] = {{"again", again},       {"two-pools", two_pools}, {"two-drain", two_drain},
                     {"two-stop", two_stop}, {"refused", refused},     {"crowd", crowd}};
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && (argc < 2 || strcmp(scenarios[i].name, argv[1]) != 0))
        i++;
    if (i == count) {
        printf("no such experiment\n");
        return 2;
    }
    scenarios[i].run();
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
