/* Condition variables.  A wait gives the mutex back and becomes a waiter in one step; a signal picks one of the waiters
 * (a choice), a broadcast all; a signal without a waiter is lost, and counted, for the message.  Signals order nothing
 * by themselves: what makes data safe is the mutex. */
#include "tracer/explore/runtime/semantics.h"

#include <errno.h>
#include <string.h>

int semantics_pthread_cond_init(pthread_cond_t *condition, const pthread_condattr_t *attr)
{
    (void)attr;
    object_begin(condition, OBJECT_CONDITION, PC);
    memset(condition, 0, sizeof *condition);
    return 0;
}

int semantics_pthread_cond_destroy(pthread_cond_t *condition)
{
    decide_freely(THIS_CALL, PC);
    object_end(condition, OBJECT_CONDITION, PC);
    return 0;
}

static int wait_on(pthread_cond_t *address, pthread_mutex_t *mutex_address, const struct timespec *until)
{
    uintptr_t pc = PC;
    uint16_t call = THIS_CALL;
    uint64_t deadline = until ? deadline_of(until) : 0;
    decide_freely(call, pc);
    struct object *condition = object_use(address, OBJECT_CONDITION, pc);
    struct object *mutex = object_use(mutex_address, OBJECT_MUTEX, pc);
    if (mutex->owner != S->current)
        find_at(FINDING_NOT_OWNER, pc, call, mutex, mutex->owner, mutex->taken_pc);
    uint32_t depth = mutex->depth;
    mutex_give(mutex);
    history_use(condition, true);
    SELF->condition = condition;
    SELF->signalled = false;
    SELF->arrival = S->arrivals++;
    enum resume how = decide(&(struct wait){.kind = WAIT_CONDITION,
                                            .object = condition,
                                            .mutex = S->config.plain ? NULL : mutex,
                                            .call = call,
                                            .pc = pc,
                                            .timed = until,
                                            .deadline = deadline});
    const bool cancelled = !SELF->signalled && cancel_is_due(SELF);
    if (how != RESUME_READY || cancelled)
        history_use(condition, true); /* it is no longer one of those that a signal may wake */
    SELF->condition = NULL;
    if (how != RESUME_READY || cancelled || S->config.plain)
        decide(&(struct wait){.kind = WAIT_LOCK, .object = mutex, .call = call, .pc = pc});
    mutex_take(object_use(mutex_address, OBJECT_MUTEX, pc), pc); /* cleanup handlers find it locked, too */
    mutex->depth = depth;
    if (cancelled)
        cancel_point();
    return how == RESUME_TIMEOUT ? ETIMEDOUT : 0;
}

int semantics_pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex)
{
    return wait_on(condition, mutex, NULL);
}

int semantics_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
    return wait_on(condition, mutex, until);
}

int semantics_pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
                                     const struct timespec *until)
{
    (void)clock;
    return wait_on(condition, mutex, until);
}

/* The waiter that came in as number `rank` among those still waiting; NO_THREAD: there are not so many. */
static uint32_t waiter_of_rank(const struct object *condition, uint32_t rank)
{
    for (uint32_t i = 0; i < S->threads; i++) {
        const struct thread *thread = &S->thread[i];
        uint32_t before = 0;
        if (thread->condition != condition || thread->signalled)
            continue;
        for (uint32_t j = 0; j < S->threads; j++)
            before += S->thread[j].condition == condition && !S->thread[j].signalled &&
                      S->thread[j].arrival < thread->arrival;
        if (before == rank)
            return i;
    }
    return NO_THREAD;
}

static struct object *begin_wake(pthread_cond_t *address)
{
    decide_freely(THIS_CALL, PC);
    thread_is_busy();
    struct object *condition = object_use(address, OBJECT_CONDITION, PC);
    history_use(condition, true);
    return condition;
}

static void wake(uint32_t waiter)
{
    history_add(waiter);
    history_follow(waiter, S->current);
    S->thread[waiter].signalled = true;
}

int semantics_pthread_cond_signal(pthread_cond_t *address)
{
    struct object *condition = begin_wake(address);
    uint32_t waiters = 0;
    while (waiter_of_rank(condition, waiters) != NO_THREAD)
        waiters++;
    if (waiters == 0)
        condition->signals++;
    else
        wake(waiter_of_rank(condition, choose(waiters)));
    return 0;
}

int semantics_pthread_cond_broadcast(pthread_cond_t *address)
{
    struct object *condition = begin_wake(address);
    uint32_t waiter = waiter_of_rank(condition, 0);
    if (waiter == NO_THREAD)
        condition->signals++;
    for (; waiter != NO_THREAD; waiter = waiter_of_rank(condition, 0))
        wake(waiter);
    return 0;
}
