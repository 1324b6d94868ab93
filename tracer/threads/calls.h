/* Numbers and names for the calls of calls.def and c11.def, and the kinds of object that they are about.
 * Both are in logs: append only. */
#ifndef TRACER_THREADS_CALLS_H
#define TRACER_THREADS_CALLS_H

enum thread_call {
    CALL_NONE = 0,
#define CALL(name, ...) CALL_##name,
#include "tracer/threads/calls.def"
    CALL_END,
    CALL_C11 = 256, /* calls.def has room to grow */
#define CALL(name, ...) CALL_##name,
#include "tracer/threads/c11.def"
    CALL_C11_END
};
_Static_assert((int)CALL_END <= (int)CALL_C11, "each call has a number of its own");

enum object_kind {
    OBJECT_NOTHING,
    OBJECT_THREAD,
    OBJECT_MUTEX,
    OBJECT_RWLOCK,
    OBJECT_RWLOCK_READ,
    OBJECT_RWLOCK_WRITE,
    OBJECT_SPIN,
    OBJECT_CONDITION,
    OBJECT_SEMAPHORE,
    OBJECT_BARRIER,
    OBJECT_ONCE,
    OBJECT_SIGNAL, /* its "address" is its number */
    OBJECT_KIND_END
};

/* "pthread_mutex_lock", or NULL for a number that is not a call.  Any thread. */
const char *thread_call_name(unsigned call);
/* "mutex", "semaphore", …, or NULL.  Any thread. */
const char *object_kind_name(unsigned kind);

#endif
