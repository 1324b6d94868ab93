/* kills: example; lesson: from and to are swapped for the order of the locks, and stay swapped for the move */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct vm {
    pthread_mutex_t lock;
    int count;
};

struct frames {
    int vms;
    frames_copy *copy;
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
        pthread_mutex_init(&frames->vm[i].lock, NULL);
        frames->vm[i].count = first[i];
    }
    return frames;
}

static bool exists(const struct frames *frames, int vm)
{
    return vm >= 0 && vm < frames->vms;
}

static void lock_both(struct frames *frames, int a, int b)
{
    pthread_mutex_lock(&frames->vm[a < b ? a : b].lock);
    if (a != b)
        pthread_mutex_lock(&frames->vm[a < b ? b : a].lock);
}

static void unlock_both(struct frames *frames, int a, int b)
{
    pthread_mutex_unlock(&frames->vm[a].lock);
    if (a != b)
        pthread_mutex_unlock(&frames->vm[b].lock);
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    if (!exists(frames, from) || !exists(frames, to) || count < 1)
        return EINVAL;
    if (from > to) {
        const int lower = to;
        to = from;
        from = lower;
    }
    lock_both(frames, from, to);
    const bool enough = frames->vm[from].count >= count;
    if (enough && from != to) {
        frames->copy(from, to, count);
        frames->vm[from].count -= count;
        frames->vm[to].count += count;
    }
    unlock_both(frames, from, to);
    return enough ? 0 : ENOMEM;
}

int frames_of(struct frames *frames, int vm)
{
    if (!exists(frames, vm))
        return -1;
    pthread_mutex_lock(&frames->vm[vm].lock);
    const int count = frames->vm[vm].count;
    pthread_mutex_unlock(&frames->vm[vm].lock);
    return count;
}

int frames_total(struct frames *frames)
{
    int total = 0;
    for (int i = 0; i < frames->vms; i++) {
        pthread_mutex_lock(&frames->vm[i].lock);
        total += frames->vm[i].count;
    }
    for (int i = 0; i < frames->vms; i++)
        pthread_mutex_unlock(&frames->vm[i].lock);
    return total;
}

void frames_destroy(struct frames *frames)
{
    for (int i = 0; i < frames->vms; i++)
        pthread_mutex_destroy(&frames->vm[i].lock);
    free(frames);
}
