/* Mutexes and spin locks: one owner at a time; locking joins what the last owner knew into what the new one knows. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <string.h>

void mutex_take(struct object *mutex, uintptr_t pc)
{
    mutex->owner = S->current;
    mutex->depth = 1;
    mutex->taken_pc = pc;
    clock_acquire(&mutex->clock);
    history_use(mutex, true);
    thread_is_busy();
}

void mutex_give(struct object *mutex)
{
    clock_release(&mutex->clock);
    mutex->owner = NO_THREAD;
    history_use(mutex, true);
    thread_is_busy();
}

static int lock(void *address, enum object_kind kind, const struct timespec *until)
{
    uintptr_t pc = PC;
    struct object *mutex = object_use(address, kind, pc);
    if (mutex->owner == S->current && mutex->recursive) {
        mutex->depth++;
        return 0;
    }
    if (mutex->owner == S->current && mutex->errorcheck)
        return EDEADLK;
    if (!wait_at(WAIT_LOCK, mutex, until))
        return ETIMEDOUT;
    mutex_take(object_use(address, kind, pc), pc); /* once more: it may have been destroyed meanwhile */
    return 0;
}

static int try_lock(void *address, enum object_kind kind)
{
    uintptr_t pc = PC;
    decide_freely(THIS_CALL, pc);
    struct object *mutex = object_use(address, kind, pc);
    if (mutex->owner == S->current && mutex->recursive) {
        mutex->depth++;
        return 0;
    }
    if (mutex->owner != NO_THREAD) {
        history_use(mutex, false);
        thread_saw(pc, (uintptr_t)address, mutex->owner);
        return EBUSY;
    }
    mutex_take(mutex, pc);
    return 0;
}

static int unlock(void *address, enum object_kind kind)
{
    uintptr_t pc = PC;
    decide_before_release(THIS_CALL, pc);
    struct object *mutex = object_use(address, kind, pc);
    if (mutex->owner != S->current) {
        if (mutex->errorcheck || mutex->recursive)
            return EPERM;
        find_at(FINDING_NOT_OWNER, pc, THIS_CALL, mutex, mutex->owner, mutex->taken_pc);
    }
    if (--mutex->depth == 0)
        mutex_give(mutex);
    return 0;
}

int semantics_pthread_mutex_init(pthread_mutex_t *mutex, const pthread_mutexattr_t *attr)
{
    int type = PTHREAD_MUTEX_NORMAL;
    object_begin(mutex, OBJECT_MUTEX, PC);
    if (attr)
        pthread_mutexattr_gettype(attr, &type);
    object_at(mutex)->recursive = type == PTHREAD_MUTEX_RECURSIVE;
    object_at(mutex)->errorcheck = type == PTHREAD_MUTEX_ERRORCHECK;
    memset(mutex, 0, sizeof *mutex);
    return 0;
}

int semantics_pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    decide_freely(THIS_CALL, PC);
    object_end(mutex, OBJECT_MUTEX, PC);
    return 0;
}

int semantics_pthread_mutex_lock(pthread_mutex_t *mutex)
{
    return lock(mutex, OBJECT_MUTEX, NULL);
}

int semantics_pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    return try_lock(mutex, OBJECT_MUTEX);
}

int semantics_pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
    return lock(mutex, OBJECT_MUTEX, until);
}

int semantics_pthread_mutex_clocklock(pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until)
{
    (void)clock; /* all clocks show the same virtual time */
    return lock(mutex, OBJECT_MUTEX, until);
}

int semantics_pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    return unlock(mutex, OBJECT_MUTEX);
}

int semantics_pthread_spin_init(pthread_spinlock_t *spin, int shared)
{
    (void)shared;
    object_begin(spin, OBJECT_SPIN, PC);
    *spin = 0;
    return 0;
}

int semantics_pthread_spin_destroy(pthread_spinlock_t *spin)
{
    decide_freely(THIS_CALL, PC);
    object_end(spin, OBJECT_SPIN, PC);
    return 0;
}

int semantics_pthread_spin_lock(pthread_spinlock_t *spin)
{
    return lock((void *)spin, OBJECT_SPIN, NULL);
}

int semantics_pthread_spin_trylock(pthread_spinlock_t *spin)
{
    return try_lock((void *)spin, OBJECT_SPIN);
}

int semantics_pthread_spin_unlock(pthread_spinlock_t *spin)
{
    return unlock((void *)spin, OBJECT_SPIN);
}
