/* No order at all: who cannot have the second lock gives the first one back, lets others go on, and begins anew. */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

struct frames {
    int vms;
    frames_copy *copy;
    int *count;
    pthread_mutex_t *lock;
};

void frames_destroy(struct frames *frames)
{
    for (int i = 0; i < frames->vms; i++)
        pthread_mutex_destroy(&frames->lock[i]);
    free(frames->count);
    free(frames->lock);
    free(frames);
}

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    if (vms < 1) {
        errno = EINVAL;
        return NULL;
    }
    for (int i = 0; i < vms; i++) {
        if (first[i] < 0) {
            errno = EINVAL;
            return NULL;
        }
    }
    struct frames *frames = malloc(sizeof *frames);
    int *count = calloc((size_t)vms, sizeof *count);
    pthread_mutex_t *lock = calloc((size_t)vms, sizeof *lock);
    if (frames == NULL || count == NULL || lock == NULL) {
        free(frames);
        free(count);
        free(lock);
        errno = ENOMEM;
        return NULL;
    }
    for (int i = 0; i < vms; i++) {
        pthread_mutex_init(&lock[i], NULL);
        count[i] = first[i];
    }
    frames->vms = vms;
    frames->copy = copy;
    frames->count = count;
    frames->lock = lock;
    return frames;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    if (from < 0 || from >= frames->vms || to < 0 || to >= frames->vms || count <= 0)
        return EINVAL;
    if (from == to)
        return frames_of(frames, from) < count ? ENOMEM : 0;
    for (;;) {
        pthread_mutex_lock(&frames->lock[from]);
        if (pthread_mutex_trylock(&frames->lock[to]) == 0)
            break;
        pthread_mutex_unlock(&frames->lock[from]);
        sched_yield();
    }
    int error = ENOMEM;
    if (frames->count[from] >= count) {
        frames->count[from] -= count;
        frames->count[to] += count;
        frames->copy(from, to, count);
        error = 0;
    }
    pthread_mutex_unlock(&frames->lock[to]);
    pthread_mutex_unlock(&frames->lock[from]);
    return error;
}

int frames_of(struct frames *frames, int vm)
{
    if (vm < 0 || vm >= frames->vms)
        return -1;
    pthread_mutex_lock(&frames->lock[vm]);
    int count = frames->count[vm];
    pthread_mutex_unlock(&frames->lock[vm]);
    return count;
}

int frames_total(struct frames *frames)
{
    int held = 0, total = 0;
    while (held < frames->vms) {
        if (pthread_mutex_trylock(&frames->lock[held]) == 0) {
            total += frames->count[held++];
            continue;
        }
        while (held > 0)
            pthread_mutex_unlock(&frames->lock[--held]);
        total = 0;
        sched_yield();
    }
    while (held > 0)
        pthread_mutex_unlock(&frames->lock[--held]);
    return total;
}
