/* Semaphores, barriers and once: what is taken, who has arrived, who was first. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <string.h>

/* ---- semaphores: −1 and errno on failure ---- */

int semantics_sem_init(sem_t *semaphore, int shared, unsigned value)
{
    (void)shared;
    object_begin(semaphore, OBJECT_SEMAPHORE, PC);
    memset(semaphore, 0, sizeof *semaphore);
    object_at(semaphore)->value = value;
    return 0;
}

int semantics_sem_destroy(sem_t *semaphore)
{
    decide_freely(THIS_CALL, PC);
    object_end(semaphore, OBJECT_SEMAPHORE, PC);
    return 0;
}

static int fails(int error)
{
    errno = error;
    return -1;
}

static int take_unit(struct object *semaphore, uintptr_t pc)
{
    semaphore->value--;
    semaphore->held[S->current]++;
    semaphore->taken_pc = pc;
    clock_acquire(&semaphore->clock);
    history_use(semaphore, true);
    thread_is_busy();
    return 0;
}

static int wait_for_unit(sem_t *address, const struct timespec *until)
{
    uintptr_t pc = PC;
    const bool there = wait_at(WAIT_SEMAPHORE, object_use(address, OBJECT_SEMAPHORE, pc), until);
    cancel_point();
    if (!there)
        return fails(ETIMEDOUT);
    return take_unit(object_use(address, OBJECT_SEMAPHORE, pc), pc);
}

int semantics_sem_wait(sem_t *semaphore)
{
    return wait_for_unit(semaphore, NULL);
}

int semantics_sem_timedwait(sem_t *semaphore, const struct timespec *until)
{
    return wait_for_unit(semaphore, until);
}

int semantics_sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *until)
{
    (void)clock;
    return wait_for_unit(semaphore, until);
}

int semantics_sem_trywait(sem_t *address)
{
    uintptr_t pc = PC;
    decide_freely(THIS_CALL, pc);
    struct object *semaphore = object_use(address, OBJECT_SEMAPHORE, pc);
    if (semaphore->value)
        return take_unit(semaphore, pc);
    history_use(semaphore, false);
    thread_saw(pc, (uintptr_t)address, 0);
    return fails(EAGAIN);
}

int __wrap_sem_getvalue(sem_t *address, int *value)
{
    uintptr_t pc = CALLER;
    SELF->access_pc = pc;
    decide_freely(CALL_NONE, pc);
    struct object *semaphore = object_use(address, OBJECT_SEMAPHORE, pc);
    access_check((uintptr_t)value, sizeof *value, true, false, pc);
    *value = (int)semaphore->value;
    history_use(semaphore, false);
    thread_saw(pc, (uintptr_t)address, semaphore->value);
    return 0;
}

/* While there are units left, another could take one now, and would not know what we have done since we took ours: only
 * after the post it would. */
int semantics_sem_post(sem_t *address)
{
    struct object *semaphore = object_use(address, OBJECT_SEMAPHORE, PC);
    if (semaphore->value > 0)
        decide_freely(THIS_CALL, PC);
    else
        decide_before_release(THIS_CALL, PC);
    semaphore = object_use(address, OBJECT_SEMAPHORE, PC);
    clock_release(&semaphore->clock);
    history_use(semaphore, true);
    semaphore->value++;
    if (semaphore->held[S->current])
        semaphore->held[S->current]--;
    thread_is_busy();
    return 0;
}

/* ---- barriers: all that arrived learn what all that arrived knew ---- */

int semantics_pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attr, unsigned count)
{
    (void)attr;
    if (count == 0)
        return EINVAL;
    object_begin(barrier, OBJECT_BARRIER, PC);
    memset(barrier, 0, sizeof *barrier);
    object_at(barrier)->value = count;
    return 0;
}

int semantics_pthread_barrier_destroy(pthread_barrier_t *barrier)
{
    decide_freely(THIS_CALL, PC);
    object_end(barrier, OBJECT_BARRIER, PC);
    return 0;
}

static void open_barrier(struct object *barrier)
{
    clock_acquire(&barrier->clock);
    for (uint32_t i = 0; i < S->threads; i++) {
        struct thread *thread = &S->thread[i];
        if (thread->finished || thread->wait.kind != WAIT_BARRIER || thread->wait.object != barrier ||
            thread->signalled)
            continue;
        clock_join(&thread->clock, &barrier->clock);
        history_follow(i, S->current);
        thread->signalled = true;
    }
    memset(&barrier->clock, 0, sizeof barrier->clock); /* the next round's arrivals are no news for this one */
    barrier->depth = 0;
}

int semantics_pthread_barrier_wait(pthread_barrier_t *address)
{
    uintptr_t pc = PC;
    uint16_t call = THIS_CALL;
    decide_freely(call, pc);
    struct object *barrier = object_use(address, OBJECT_BARRIER, pc);
    clock_release(&barrier->clock);
    history_use(barrier, true);
    thread_is_busy();
    if (++barrier->depth == barrier->value) {
        open_barrier(barrier);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    SELF->signalled = false;
    decide(&(struct wait){.kind = WAIT_BARRIER, .object = barrier, .call = call, .pc = pc});
    return 0;
}

/* ---- once: value 0 nobody yet, 1 somebody is at it, 2 done ---- */

int semantics_pthread_once(pthread_once_t *address, void (*start)(void))
{
    uintptr_t pc = PC;
    struct object *once = object_use(address, OBJECT_ONCE, pc);
    decide(&(struct wait){.kind = WAIT_ONCE, .object = once, .call = THIS_CALL, .pc = pc});
    thread_is_busy();
    if (once->value == 2) {
        clock_acquire(&once->clock);
        history_use(once, false);
        return 0;
    }
    history_use(once, true);
    once->value = 1;
    once->owner = S->current;
    once->taken_pc = pc;
    start();
    decide_freely(CALL_pthread_once, pc);
    clock_release(&once->clock);
    history_use(once, true);
    once->owner = NO_THREAD;
    once->value = 2;
    return 0;
}
