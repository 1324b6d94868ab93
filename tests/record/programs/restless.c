/* The first thread makes calls without rest until the second has made a few; on the recorder's own CPU it would always
 * be stopped again before the recorder asks who is.  Prints how that went: "both" or "starved". */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { ALONE = 200, FEW = 100, PATIENCE = 100000 };
static _Atomic int calls; /* of the first thread */
static _Atomic int made;  /* of the second */

static void *make_calls(void *nothing)
{
    sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){0});
    while (atomic_load(&calls) < ALONE) /* by then the first thread is on the recorder's CPU */
        continue;
    while (atomic_fetch_add(&made, 1) < FEW)
        getppid();
    return nothing;
}

int main(void)
{
    pthread_t thread;

    /* Where we may (root may), we run before the recorder whenever we can: then a recorder that is not fair leaves the
     * second thread waiting always, and not just once in a hundred runs. */
    sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1});
    if (pthread_create(&thread, NULL, make_calls, NULL) != 0)
        return 3;
    while (atomic_load(&made) < FEW && atomic_fetch_add(&calls, 1) < PATIENCE)
        sched_yield();
    puts(atomic_load(&calls) < PATIENCE ? "both" : "starved");
    return 0;
}
