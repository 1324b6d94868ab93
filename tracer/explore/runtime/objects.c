/* The objects that threads synchronize on, found by their address: what they are, whether they are alive, who has them.
 * A statically initialized object becomes known at its first use, if its bytes say that it is one.
 * Knows nothing of waiting.
 */
#include "tracer/explore/runtime/runtime.h"

#include <pthread.h>
#include <semaphore.h>
#include <string.h>

struct object *object_at(const volatile void *address)
{
    uintptr_t key = (uintptr_t)address;
    uint32_t slot = (uint32_t)((key >> 2) * 0x9e3779b97f4a7c15ull >> 40);
    for (uint32_t probe = 0; probe < OBJECT_SLOTS; probe++) {
        struct object *object = &S->object[(slot + probe) % OBJECT_SLOTS];
        if (object->run != S->run) {
            memset(object, 0, sizeof *object);
            object->run = S->run;
            object->address = key;
            object->owner = NO_THREAD;
            return object;
        }
        if (object->address == key)
            return object;
    }
    run_limit("too many different objects and atomics");
}

/* What a kind is as an object: a read lock and a write lock are locks of one. */
static enum object_kind plain_kind(enum object_kind kind)
{
    return kind == OBJECT_RWLOCK_READ || kind == OBJECT_RWLOCK_WRITE ? OBJECT_RWLOCK : kind;
}

static size_t kind_size(enum object_kind kind)
{
    switch (kind) {
    case OBJECT_MUTEX:
        return sizeof(pthread_mutex_t);
    case OBJECT_RWLOCK:
        return sizeof(pthread_rwlock_t);
    case OBJECT_CONDITION:
        return sizeof(pthread_cond_t);
    case OBJECT_SEMAPHORE:
        return sizeof(sem_t);
    case OBJECT_BARRIER:
        return sizeof(pthread_barrier_t);
    case OBJECT_ONCE:
        return sizeof(pthread_once_t);
    default:
        return sizeof(pthread_spinlock_t);
    }
}

static bool same_bytes(const volatile void *address, const void *initializer, size_t size)
{
    return memcmp((const void *)address, initializer, size) == 0;
}

/* Do the bytes look like a static initializer?  The memory is the program's, and it has never been initialized by call.
 */
static bool is_static(struct object *object, const volatile void *address)
{
    static const pthread_mutex_t normal = PTHREAD_MUTEX_INITIALIZER;
    static const pthread_mutex_t recursive = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
    static const pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
    static const pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
    static const pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    static const pthread_once_t once = PTHREAD_ONCE_INIT;
    switch (object->kind) {
    case OBJECT_MUTEX:
        object->recursive = same_bytes(address, &recursive, sizeof recursive);
        object->errorcheck = same_bytes(address, &checking, sizeof checking);
        return object->recursive || object->errorcheck || same_bytes(address, &normal, sizeof normal);
    case OBJECT_RWLOCK:
        return same_bytes(address, &rwlock, sizeof rwlock);
    case OBJECT_CONDITION:
        return same_bytes(address, &condition, sizeof condition);
    case OBJECT_ONCE:
        return same_bytes(address, &once, sizeof once);
    default:
        return false; /* semaphores, barriers and spin locks have no static initializer */
    }
}

struct object *object_use(const volatile void *address, enum object_kind kind, uintptr_t pc)
{
    if (address_is_ours((uintptr_t)address, kind_size(plain_kind(kind))))
        find_words(FINDING_FORGERY, pc, "a synchronization object inside the explorer's own memory");
    struct object *object = object_at(address);
    if (object->life == LIFE_UNKNOWN) {
        object->kind = (uint8_t)plain_kind(kind);
        if (!is_static(object, address))
            find_at(FINDING_UNINITIALIZED, pc, SELF->wait.call, object, NO_THREAD, 0);
        object->life = LIFE_LIVE;
        if (access_is_first((uintptr_t)address) && S->channel->outcome.zero_pc == 0)
            S->channel->outcome.zero_pc = pc; /* zeros from calloc, and no initializer: it works, with this C library */
    }
    if (object->life == LIFE_DESTROYED)
        find_at(FINDING_DESTROYED, pc, SELF->wait.call, object, NO_THREAD, object->ended_pc);
    if (object->kind != plain_kind(kind))
        find_at(FINDING_UNINITIALIZED, pc, SELF->wait.call, object, NO_THREAD, 0);
    access_object((uintptr_t)address, 1, USE_CALL, pc);
    return object;
}

/* Whoever has been woken needs the condition no longer. */
static bool waits_at(const struct thread *thread, const struct object *object)
{
    if (object->kind == OBJECT_CONDITION)
        return thread->condition == object && !thread->signalled;
    return thread->wait.object == object && !wait_is_over(thread);
}

static bool has_waiter(const struct object *object)
{
    for (uint32_t i = 0; i < S->threads; i++)
        if (!S->thread[i].finished && i != S->current && waits_at(&S->thread[i], object))
            return true;
    return false;
}

void object_begin(const volatile void *address, enum object_kind kind, uintptr_t pc)
{
    if (address_is_ours((uintptr_t)address, kind_size(kind)))
        find_words(FINDING_FORGERY, pc, "a synchronization object inside the explorer's own memory");
    access_object((uintptr_t)address, kind_size(kind), USE_BEGIN, pc);
    struct object *object = object_at(address);
    if (object->life == LIFE_LIVE && (object->owner != NO_THREAD || has_waiter(object)))
        find_at(FINDING_DESTROYED, pc, SELF->wait.call, object, object->owner, object->taken_pc);
    struct clock known = object->clock;
    memset(object, 0, sizeof *object);
    object->clock = known;
    object->run = S->run;
    object->address = (uintptr_t)address;
    object->owner = NO_THREAD;
    object->kind = (uint8_t)kind;
    object->life = LIFE_LIVE;
}

void object_end(const volatile void *address, enum object_kind kind, uintptr_t pc)
{
    struct object *object = object_use(address, kind, pc);
    if (object->owner != NO_THREAD || object->readers || has_waiter(object))
        find_at(FINDING_DESTROYED, pc, SELF->wait.call, object, object->owner, object->taken_pc);
    access_object((uintptr_t)address, kind_size(kind), USE_END, pc);
    object->life = LIFE_DESTROYED;
    object->ended_pc = pc;
}
