/* Exercise 05: moving memory between VMs that lock each other.  frames.h says what is asked; the places to fill in are
 * marked TODO.  Try it by hand, too:  gcc -Wall -g -pthread frames.c scenarios.c -o frames && ./frames */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct frames {
    int vms;
    frames_copy *copy;
    /* TODO 1: each VM's frames, and what guards them.  One lock for all would be safe, and would let moves that have
     * nothing to do with each other wait for each other. */
};

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    /* TODO 2: check what you are given, allocate, initialize. */
    (void)vms, (void)first, (void)copy;
    errno = ENOSYS;
    return NULL;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    /* TODO 3: a move needs two locks.  Another thread may be moving frames the other way: in which order does each of
     * you take them?  And what if from and to are the same? */
    (void)frames, (void)from, (void)to, (void)count;
    return ENOSYS;
}

int frames_of(struct frames *frames, int vm)
{
    /* TODO 4 */
    (void)frames, (void)vm;
    return -1;
}

int frames_total(struct frames *frames)
{
    /* TODO 5: the sum at one instant.  What may move while you add up? */
    (void)frames;
    return -1;
}

void frames_destroy(struct frames *frames)
{
    /* TODO 6 */
    (void)frames;
}
