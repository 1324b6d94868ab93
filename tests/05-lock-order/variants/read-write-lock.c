/* Movers share a read-write lock, and lock their two VMs in order; who adds up has all for himself */
#include "frames.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
struct frames {
    int vms;
    frames_copy *copy;
    pthread_rwlock_t moving;
    pthread_mutex_t *lock;
    int *count;
};

struct frames *frames_create(int vms, const int first[], frames_copy *copy)
{
    if (vms < 1) {
        errno = EINVAL;
        return NULL;
    }
    for (int i = 0; i < vms; i++)
        if (first[i] < 0) {
            errno = EINVAL;
            return NULL;
        }
    struct frames *f = malloc(sizeof *f);
    if (!f)
        return NULL;
    f->lock = calloc((size_t)vms, sizeof *f->lock);
    f->count = calloc((size_t)vms, sizeof *f->count);
    if (!f->lock || !f->count) {
        free(f->lock);
        free(f->count);
        free(f);
        errno = ENOMEM;
        return NULL;
    }
    f->vms = vms;
    f->copy = copy;
    pthread_rwlock_init(&f->moving, NULL);
    for (int i = 0; i < vms; i++) {
        pthread_mutex_init(f->lock + i, NULL);
        f->count[i] = first[i];
    }
    return f;
}

int frames_move(struct frames *f, int from, int to, int count)
{
    int r = 0;
    if (from < 0 || from >= f->vms || to < 0 || to >= f->vms || count < 1)
        return EINVAL;
    pthread_rwlock_rdlock(&f->moving);
    int low = from < to ? from : to, high = from ^ to ^ low;
    pthread_mutex_lock(f->lock + low);
    if (high != low)
        pthread_mutex_lock(f->lock + high);
    if (f->count[from] < count)
        r = ENOMEM;
    else if (low != high) {
        f->copy(from, to, count);
        f->count[from] -= count;
        f->count[to] += count;
    }
    if (high != low)
        pthread_mutex_unlock(f->lock + high);
    pthread_mutex_unlock(f->lock + low);
    pthread_rwlock_unlock(&f->moving);
    return r;
}

int frames_of(struct frames *f, int vm)
{
    if (vm < 0 || vm >= f->vms)
        return -1;
    pthread_mutex_lock(f->lock + vm);
    int n = f->count[vm];
    pthread_mutex_unlock(f->lock + vm);
    return n;
}

int frames_total(struct frames *f)
{
    int sum = 0;
    pthread_rwlock_wrlock(&f->moving);
    for (int i = 0; i < f->vms; i++)
        sum += f->count[i];
    pthread_rwlock_unlock(&f->moving);
    return sum;
}

void frames_destroy(struct frames *f)
{
    for (int i = 0; i < f->vms; i++)
        pthread_mutex_destroy(f->lock + i);
    pthread_rwlock_destroy(&f->moving);
    free(f->lock);
    free(f->count);
    free(f);
}
