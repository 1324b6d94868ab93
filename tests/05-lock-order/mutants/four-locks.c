/* kills: hidden; lesson: four locks for any number of VMs: two VMs with the same one, and it is taken twice */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct vm {
    int count;
};

enum { LOCKS = 4 };

struct frames {
    pthread_mutex_t lock[LOCKS];
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
    frames->vms = vms;
    frames->copy = copy;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_init(&frames->lock[i], NULL);
    for (int i = 0; i < vms; i++)
        frames->vm[i].count = first[i];
    return frames;
}

static bool exists(const struct frames *frames, int vm)
{
    return vm >= 0 && vm < frames->vms;
}

static void lock_both(struct frames *frames, int a, int b)
{
    pthread_mutex_lock(&frames->lock[(a < b ? a : b) % LOCKS]);
    if (a != b)
        pthread_mutex_lock(&frames->lock[(a < b ? b : a) % LOCKS]);
}

static void unlock_both(struct frames *frames, int a, int b)
{
    pthread_mutex_unlock(&frames->lock[a % LOCKS]);
    if (a != b)
        pthread_mutex_unlock(&frames->lock[b % LOCKS]);
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    if (!exists(frames, from) || !exists(frames, to) || count < 1)
        return EINVAL;
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
    pthread_mutex_lock(&frames->lock[vm % LOCKS]);
    const int count = frames->vm[vm].count;
    pthread_mutex_unlock(&frames->lock[vm % LOCKS]);
    return count;
}

int frames_total(struct frames *frames)
{
    int total = 0;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_lock(&frames->lock[i]);
    for (int i = 0; i < frames->vms; i++)
        total += frames->vm[i].count;
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_unlock(&frames->lock[i]);
    return total;
}

void frames_destroy(struct frames *frames)
{
    for (int i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&frames->lock[i]);
    free(frames);
}
