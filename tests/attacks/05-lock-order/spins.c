/* attack: never comes back, so that whoever waits for an answer waits for ever */
#include "frames.h"

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    (void)first;
    (void)copy;
    for (volatile int i = vms;; i++)
        ;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    (void)frames;
    return from + to + count;
}

int frames_of(struct frames *frames, int vm)
{
    (void)frames;
    return vm;
}

int frames_total(struct frames *frames)
{
    (void)frames;
    return 0;
}

void frames_destroy(struct frames *frames)
{
    (void)frames;
}
