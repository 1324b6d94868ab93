/* Names of the pthread calls, C11's, and of the objects that they are about, as logs and pictures show them.
 * Only names: what a call does when it is caught is the business of whoever catches it.
 */
#include "tracer/threads/calls.h"

#include <stddef.h>

static const char *const call_names[CALL_END] = {
#define CALL(name, ...) [CALL_##name] = #name,
#include "tracer/threads/calls.def"
};

static const char *const c11_names[CALL_C11_END - CALL_C11] = {
#define CALL(name, ...) [CALL_##name - CALL_C11] = #name,
#include "tracer/threads/c11.def"
};

static const char *const object_names[OBJECT_KIND_END] = {
    [OBJECT_NOTHING] = "nothing",
    [OBJECT_THREAD] = "thread",
    [OBJECT_MUTEX] = "mutex",
    [OBJECT_RWLOCK] = "rwlock",
    [OBJECT_RWLOCK_READ] = "rwlock-read",
    [OBJECT_RWLOCK_WRITE] = "rwlock-write",
    [OBJECT_SPIN] = "spin",
    [OBJECT_CONDITION] = "condition",
    [OBJECT_SEMAPHORE] = "semaphore",
    [OBJECT_BARRIER] = "barrier",
    [OBJECT_ONCE] = "once",
    [OBJECT_SIGNAL] = "signal",
};

const char *thread_call_name(unsigned call)
{
    if (call >= CALL_C11)
        return call < CALL_C11_END ? c11_names[call - CALL_C11] : NULL;
    return call < CALL_END ? call_names[call] : NULL;
}

const char *object_kind_name(unsigned kind)
{
    return kind < OBJECT_KIND_END ? object_names[kind] : NULL;
}
