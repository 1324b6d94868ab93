/* Reader–writer locks: many readers or one writer.  A writer learns what all readers before it knew; a reader learns
 * only what the last writer knew, so that two readers stay unordered. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <string.h>

int semantics_pthread_rwlock_init(pthread_rwlock_t *lock, const pthread_rwlockattr_t *attr)
{
    (void)attr;
    object_begin(lock, OBJECT_RWLOCK, PC);
    memset(lock, 0, sizeof *lock);
    return 0;
}

int semantics_pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    decide_freely(THIS_CALL, PC);
    object_end(lock, OBJECT_RWLOCK, PC);
    return 0;
}

/* The readers' knowledge is kept beside the writers', in the object of the address one byte further. */
static struct clock *readers_clock(pthread_rwlock_t *lock)
{
    return &object_at((char *)lock + 1)->clock;
}

static void take(pthread_rwlock_t *address, struct object *lock, bool write, uintptr_t pc)
{
    clock_acquire(&lock->clock);
    if (write) {
        clock_acquire(readers_clock(address));
        lock->owner = S->current;
    } else {
        lock->readers++;
        lock->held[S->current]++;
    }
    lock->taken_pc = pc;
    history_use(lock, write); /* readers only look, as far as other readers go */
    thread_is_busy();
}

static int acquire(pthread_rwlock_t *address, bool write, const struct timespec *until)
{
    uintptr_t pc = PC;
    if (!wait_at(write ? WAIT_WRITE : WAIT_READ, object_use(address, OBJECT_RWLOCK, pc), until))
        return ETIMEDOUT;
    take(address, object_use(address, OBJECT_RWLOCK, pc), write, pc);
    return 0;
}

static int try_acquire(pthread_rwlock_t *address, bool write)
{
    uintptr_t pc = PC;
    decide_freely(THIS_CALL, pc);
    struct object *lock = object_use(address, OBJECT_RWLOCK, pc);
    if (lock->owner != NO_THREAD || (write && lock->readers)) {
        history_use(lock, false);
        thread_saw(pc, (uintptr_t)address, lock->readers);
        return EBUSY;
    }
    take(address, lock, write, pc);
    return 0;
}

int semantics_pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    return acquire(lock, false, NULL);
}

int semantics_pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    return try_acquire(lock, false);
}

int semantics_pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *until)
{
    return acquire(lock, false, until);
}

int semantics_pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    return acquire(lock, true, NULL);
}

int semantics_pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    return try_acquire(lock, true);
}

int semantics_pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *until)
{
    return acquire(lock, true, until);
}

int semantics_pthread_rwlock_unlock(pthread_rwlock_t *address)
{
    uintptr_t pc = PC;
    decide_before_release(THIS_CALL, pc);
    struct object *lock = object_use(address, OBJECT_RWLOCK, pc);
    if (lock->owner == S->current) {
        clock_release(&lock->clock);
        lock->owner = NO_THREAD;
        history_use(lock, true);
    } else if (lock->held[S->current]) {
        clock_release(readers_clock(address));
        lock->held[S->current]--;
        lock->readers--;
        history_use(lock, false);
    } else {
        find_at(FINDING_NOT_OWNER, pc, THIS_CALL, lock, lock->owner, lock->taken_pc);
    }
    thread_is_busy();
    return 0;
}
