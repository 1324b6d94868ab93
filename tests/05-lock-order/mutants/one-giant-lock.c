/* kills: side_by_side; lesson: one lock for the whole machine: right, and moves that have nothing to do with each other
 * wait for each other */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct vm {
    int count;
};

struct frames {
    int vms;
    frames_copy *copy;
    pthread_mutex_t lock;
    struct vm vm[];
};

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    for (int i = 0; i < vms; i++)
        if (first[i] < 0)
            vms = 0;
    if (vms < 1) {
        errno = EINVAL;
        return NULL;
    }
    struct frames *frames = malloc(sizeof *frames + (size_t)vms * sizeof *frames->vm);
    if (!frames)
        return NULL;
    *frames = (struct frames){.vms = vms, .copy = copy};
    for (int i = 0; i < vms; i++) {
        frames->vm[i].count = first[i];
    }
    pthread_mutex_init(&frames->lock, NULL);
    return frames;
}

static bool exists(const struct frames *frames, int vm)
{
    return vm >= 0 && vm < frames->vms;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    if (!exists(frames, from) || !exists(frames, to) || count < 1)
        return EINVAL;
    pthread_mutex_lock(&frames->lock);
    const bool enough = frames->vm[from].count >= count;
    if (enough && from != to) {
        frames->copy(from, to, count);
        frames->vm[from].count -= count;
        frames->vm[to].count += count;
    }
    pthread_mutex_unlock(&frames->lock);
    return enough ? 0 : ENOMEM;
}

int frames_of(struct frames *frames, int vm)
{
    if (!exists(frames, vm))
        return -1;
    pthread_mutex_lock(&frames->lock);
    const int count = frames->vm[vm].count;
    pthread_mutex_unlock(&frames->lock);
    return count;
}

int frames_total(struct frames *frames)
{
    int total = 0;
    pthread_mutex_lock(&frames->lock);
    for (int i = 0; i < frames->vms; i++)
        total += frames->vm[i].count;
    pthread_mutex_unlock(&frames->lock);
    return total;
}

void frames_destroy(struct frames *frames)
{
    pthread_mutex_destroy(&frames->lock);
    free(frames);
}
