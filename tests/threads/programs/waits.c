/* One thread waits for the other, in every way there is; the other makes sure that it does, by looking into the object
 * or by being the one that it waits for, not by the clock. */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t guard = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
struct {
    int items;
    sem_t filled;
} queue;
static pthread_barrier_t together;
static _Atomic pid_t waiter;
static int changes;

/* Until the kernel says that the waiter sleeps: by then it has said so in the log. */
static void until_it_sleeps(void)
{
    char path[64], text[256] = "";
    const char *state = "";

    while (atomic_load(&waiter) == 0)
        sched_yield();
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", (int)atomic_load(&waiter));
    do {
        FILE *file = fopen(path, "r");

        if (file == NULL)
            return;
        state = fgets(text, sizeof text, file) != NULL ? strrchr(text, ')') : NULL;
        fclose(file);
        sched_yield();
    } while (state == NULL || state[2] != 'S');
    atomic_store(&waiter, 0);
}

static void *wait_for_everything(void *value)
{
    atomic_store(&waiter, gettid());
    pthread_mutex_lock(&lock);
    atomic_store(&waiter, gettid());
    while (changes == 0)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    atomic_store(&waiter, gettid());
    pthread_rwlock_rdlock(&guard);
    pthread_rwlock_unlock(&guard);
    atomic_store(&waiter, gettid());
    sem_wait(&queue.filled);
    atomic_store(&waiter, gettid());
    pthread_barrier_wait(&together);
    return value;
}

int main(void)
{
    pthread_t thread;

    sem_init(&queue.filled, 0, 0);
    pthread_barrier_init(&together, NULL, 2);
    pthread_mutex_lock(&lock);
    pthread_rwlock_wrlock(&guard);
    pthread_create(&thread, NULL, wait_for_everything, NULL);
    until_it_sleeps();
    pthread_mutex_unlock(&lock);
    until_it_sleeps();
    pthread_mutex_lock(&lock);
    changes++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    until_it_sleeps();
    pthread_rwlock_unlock(&guard);
    until_it_sleeps();
    sem_post(&queue.filled);
    until_it_sleeps();
    pthread_barrier_wait(&together);
    pthread_join(thread, NULL);
    return 0;
}
