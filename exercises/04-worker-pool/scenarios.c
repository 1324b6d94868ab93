/* Experiments on your pool.
 *
 *     ./pool                 the demonstration: two workers compute the factors of exercise 01
 *     ./pool stop-full       one of the experiments; the table at the end names them
 *
 * Each prints lines that are the same in every order of the threads, if the pool is right.  The grader runs these and
 * others.  A second argument comes back in the last line, so that it can be seen that the experiment came to its end.
 */
#include "pool.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

/* ---- the work ---- */

static int factor(int a, int b)
{
    return b == 0 ? a : factor(b, a % b);
}

/* Ends only when the other one, with the other `b`, has begun. */
static sem_t begun[2];

static int meet(int a, int b)
{
    sem_post(&begun[b]);
    sem_wait(&begun[!b]);
    return a;
}

/* How many jobs this thread has done before; and how many are at it at once. */
static _Thread_local int served;
static atomic_int at_work;

static int serve(int a, int b)
{
    (void)a, (void)b;
    if (at_work++ != 0)
        printf("one worker, two at work\n");
    at_work--;
    return served++;
}

/* ---- the experiments: each is given a new pool, and stops it ---- */

static void submit(struct pool *pool, struct job jobs[], int count)
{
    for (int i = 0; i < count; i++)
        if (!pool_submit(pool, &jobs[i]))
            printf("job %d refused\n", i);
}

static void print_results(const struct job jobs[], int count)
{
    for (int i = 0; i < count; i++)
        printf("%d ", jobs[i].result);
    printf("\n");
}

/* Hands in, waits, looks, stops: most experiments differ only in the pool and its work. */
static void do_jobs(struct pool *pool, struct job jobs[], int count)
{
    submit(pool, jobs, count);
    pool_drain(pool);
    print_results(jobs, count);
    pool_stop(pool);
}

/* The lecture's pairs; results in the order of the jobs, whoever did them. */
static void demonstrate(struct pool *pool)
{
    struct job jobs[3] = {{48, 52, 0}, {25, 100, 0}, {120, 340, 0}};
    submit(pool, jobs, 3);
    pool_drain(pool);
    for (int i = 0; i < 3; i++)
        printf("The GCF of %d and %d is %d\n", jobs[i].a, jobs[i].b, jobs[i].result);
    pool_stop(pool);
}

static const char *refusal(int workers, size_t places)
{
    errno = 0;
    return pool_create(workers, places, factor) ? "a pool"
           : errno == EINVAL                    ? "EINVAL"
                                                : "NULL, but errno is not EINVAL";
}

/* The pools that cannot be. */
static void limits(struct pool *none)
{
    (void)none;
    printf("no workers: %s\n", refusal(0, 1));
    printf("no places: %s\n", refusal(1, 0));
}

/* Two workers, one job: it is done once. */
static void two_workers(struct pool *pool)
{
    do_jobs(pool, (struct job[1]){{6, 4, 0}}, 1);
}

/* Nothing to do: draining does not wait, stopping ends the workers, and what comes later is refused. */
static void idle(struct pool *pool)
{
    struct job job = {3, 6, -1};
    pool_drain(pool);
    pool_stop(pool);
    pool_stop(pool);
    printf("%s, %d\n", pool_submit(pool, &job) ? "taken" : "refused", job.result);
    pool_drain(pool);
}

/* When drain returns, the results are there. */
static void drain(struct pool *pool)
{
    do_jobs(pool, (struct job[2]){{6, 4, 0}, {9, 6, 0}}, 2);
}

/* Drained, and used again. */
static void drain_twice(struct pool *pool)
{
    struct job jobs[2] = {{6, 4, 0}, {9, 6, 0}};
    for (int i = 0; i < 2; i++) {
        submit(pool, &jobs[i], 1);
        pool_drain(pool);
        print_results(jobs, i + 1);
    }
    pool_stop(pool);
}

/* Two submit at once. */
static void *submit_one(void *arg)
{
    static struct job job = {9, 6, 0};
    pool_submit(arg, &job);
    pool_drain(arg);
    return &job;
}

static void two_submit(struct pool *pool)
{
    struct job job = {6, 4, 0};
    pthread_t thread;
    void *other = NULL;
    if (pthread_create(&thread, NULL, submit_one, pool) != 0)
        return;
    submit(pool, &job, 1);
    pool_drain(pool);
    printf("%d ", job.result);
    pthread_join(thread, &other);
    print_results(other, 1);
    pool_stop(pool);
}

/* Two workers are two: each job ends only when the other has begun. */
static void side_by_side(struct pool *pool)
{
    do_jobs(pool, (struct job[2]){{1, 0, 0}, {2, 1, 0}}, 2);
}

/* One worker is one: the same thread does all, one after the other. */
static void one_worker(struct pool *pool)
{
    do_jobs(pool, (struct job[3]){{0, 0, -1}, {0, 0, -1}, {0, 0, -1}}, 3);
}

/* More jobs than places, and nobody drains: stopping waits for what was taken. */
static void stop_queued(struct pool *pool)
{
    struct job jobs[3] = {{6, 4, 0}, {9, 6, 0}, {8, 12, 0}};
    submit(pool, jobs, 3);
    pool_stop(pool);
    print_results(jobs, 3);
}

/* Somebody waits for a place while the pool is stopped: what was taken is done, what was not is not. */
struct submitter {
    struct pool *pool;
    struct job jobs[3];
    bool taken[3];
};

static void *submit_all(void *arg)
{
    struct submitter *submitter = arg;
    for (int i = 0; i < 3; i++)
        submitter->taken[i] = pool_submit(submitter->pool, &submitter->jobs[i]);
    return NULL;
}

static void stop_full(struct pool *pool)
{
    struct submitter submitter = {pool, {{6, 4, 0}, {9, 6, 0}, {8, 12, 0}}, {false}};
    pthread_t thread;
    if (pthread_create(&thread, NULL, submit_all, &submitter) != 0)
        return;
    pool_stop(pool);
    pthread_join(thread, NULL);
    for (int i = 0; i < 3; i++)
        if (submitter.taken[i] != (submitter.jobs[i].result != 0))
            printf("job %d was %s, its result is %d\n", i, submitter.taken[i] ? "taken" : "refused",
                   submitter.jobs[i].result);
    printf("stopped\n");
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(struct pool *);
        int workers; /* 0: no pool is made */
        size_t places;
        pool_work *work;
    } scenarios[] = {{"demo", demonstrate, 2, 3, factor},
                     {"limits", limits, 0, 0, NULL},
                     {"idle", idle, 2, 1, factor},
                     {"drain", drain, 1, 2, factor},
                     {"drain-twice", drain_twice, 1, 1, factor},
                     {"two-workers", two_workers, 2, 1, factor},
                     {"two-submit", two_submit, 1, 2, factor},
                     {"side-by-side", side_by_side, 2, 2, meet},
                     {"one-worker", one_worker, 1, 3, serve},
                     {"stop-queued", stop_queued, 1, 2, factor},
                     {"stop-full", stop_full, 1, 1, factor}};
    const char *name = argc > 1 ? argv[1] : scenarios[0].name;
    size_t i = 0, count = sizeof scenarios / sizeof *scenarios;
    while (i < count && strcmp(scenarios[i].name, name) != 0)
        i++;
    const bool wanted = i < count && scenarios[i].workers > 0;
    struct pool *pool = wanted ? pool_create(scenarios[i].workers, scenarios[i].places, scenarios[i].work) : NULL;
    if (i == count || (wanted && !pool)) {
        printf("%s: %s\n", name, i < count ? "pool_create has returned NULL" : "no such experiment");
        return 2;
    }
    sem_init(&begun[0], 0, 0);
    sem_init(&begun[1], 0, 0);
    scenarios[i].run(pool);
    if (pool)
        pool_destroy(pool);
    if (argc > 2)
        printf("end %s\n", argv[2]);
    return 0;
}
