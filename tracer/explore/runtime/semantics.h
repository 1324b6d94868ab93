/* What each pthread call does in the explorer: semantics_NAME for every row of calls.def, with the call's own type.
 * Spread over threads.c, mutex.c, rwlock.c, condition.c, semaphore.c and time.c. */
#ifndef TRACER_EXPLORE_RUNTIME_SEMANTICS_H
#define TRACER_EXPLORE_RUNTIME_SEMANTICS_H

#include "tracer/explore/runtime/runtime.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define CALL(name, result, parameters, ...) result semantics_##name parameters;
#include "tracer/threads/calls.def"

/* Thread handles as the program sees them: HANDLE_BASE and the number. */
static inline pthread_t thread_handle(uint32_t number)
{
    return HANDLE_BASE + number;
}

/* Virtual time: every clock starts here and shows the same. */
#define VIRTUAL_EPOCH_S 1767225600ll /* 2026-01-01 */
uint64_t deadline_of(const struct timespec *until);
bool wait_at(enum wait_kind kind, struct object *object, const struct timespec *until); /* false: the time was up */

/* The place that calls.c noted. */
#define PC (SELF->wait.pc)
#define THIS_CALL (SELF->wait.call)

/* calls.c: the lines around every call. */
void call_begin(uint16_t call, uintptr_t pc, enum event_kind event, uintptr_t object, enum object_kind kind);
void call_end(uint16_t call, uintptr_t pc, enum event_kind event, uintptr_t object, enum object_kind kind, int result);

void mutex_take(struct object *mutex, uintptr_t pc);
void mutex_give(struct object *mutex);

_Noreturn void thread_end(void *value);
_Noreturn void thread_unwind(void *value); /* cancel.c: by way of its cleanup handlers */
void cancel_point(void);                   /* does not return to who is cancelled */

#endif
