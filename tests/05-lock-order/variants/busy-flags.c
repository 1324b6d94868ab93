/* One lock, held only for moments: it guards who is busy.  A move waits until neither VM is, marks both, and copies
 * with the lock given back. */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

struct vm {
    int count;
    bool busy; /* it takes part in a move that is going on */
};

struct frames {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    frames_copy *copy;
    int vms;
    struct vm vm[];
};

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    bool good = vms > 0;
    for (int i = 0; i < vms; i++)
        good = good && first[i] >= 0;
    if (!good) {
        errno = EINVAL;
        return NULL;
    }
    struct frames *frames = calloc(1, sizeof *frames + (size_t)vms * sizeof frames->vm[0]);
    if (frames == NULL)
        return NULL;
    frames->vms = vms;
    frames->copy = copy;
    pthread_mutex_init(&frames->lock, NULL);
    pthread_cond_init(&frames->idle, NULL);
    for (int i = 0; i < vms; i++)
        frames->vm[i].count = first[i];
    return frames;
}

int frames_move(struct frames *frames, int from, int to, int count)
{
    if (from < 0 || to < 0 || from >= frames->vms || to >= frames->vms || count < 1)
        return EINVAL;
    struct vm *giver = &frames->vm[from], *taker = &frames->vm[to];
    pthread_mutex_lock(&frames->lock);
    while (giver->busy || taker->busy)
        pthread_cond_wait(&frames->idle, &frames->lock);
    if (giver->count < count || giver == taker) {
        int answer = giver->count < count ? ENOMEM : 0;
        pthread_mutex_unlock(&frames->lock);
        return answer;
    }
    giver->busy = taker->busy = true;
    pthread_mutex_unlock(&frames->lock);

    frames->copy(from, to, count);

    pthread_mutex_lock(&frames->lock);
    giver->count -= count;
    taker->count += count;
    giver->busy = taker->busy = false;
    pthread_cond_broadcast(&frames->idle);
    pthread_mutex_unlock(&frames->lock);
    return 0;
}

int frames_of(struct frames *frames, int vm)
{
    int count = -1;
    if (vm >= 0 && vm < frames->vms) {
        pthread_mutex_lock(&frames->lock);
        count = frames->vm[vm].count;
        pthread_mutex_unlock(&frames->lock);
    }
    return count;
}

int frames_total(struct frames *frames)
{
    int total = 0;
    pthread_mutex_lock(&frames->lock); /* both counts of a move change under the lock, in one go */
    for (int i = 0; i < frames->vms; i++)
        total += frames->vm[i].count;
    pthread_mutex_unlock(&frames->lock);
    return total;
}

void frames_destroy(struct frames *frames)
{
    pthread_cond_destroy(&frames->idle);
    pthread_mutex_destroy(&frames->lock);
    free(frames);
}
