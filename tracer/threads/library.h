/* Inside of the library that records a program's pthread calls; and of the object that does the same for programs that
 * are linked with it and the linker's --wrap, whose log has been prepared by pool_prepare.
 *
 *   wrappers.c   the calls themselves, made from calls.def     append.c   writes their events
 *   c11.c        the same for C11's, made from c11.def          around.h   what both are made by
 *   lives.c      threads: their start, end and tid              place.c    a thread's place in the log
 *   start.c      finds the log, once a process                  pool.h     what all processes share of it
 *   quiet.c      when no system call may be made any more
 *
 * It is a guest in somebody else's program: no allocation, no lock, no descriptor, no errno changed, no call of the C
 * library that the program could notice; its system calls are made right here (machine_call), so that the recorder
 * knows them by where they come from.  Everything in here may be called by any thread, in signal handlers, too.
 */
#ifndef TRACER_THREADS_LIBRARY_H
#define TRACER_THREADS_LIBRARY_H

#include "tracer/arch/machine.h"
#include "tracer/threads/calls.h"
#include "tracer/threads/pool.h"

#include <pthread.h>
#include <threads.h>

/* At least one argument: 0 where there is none. */
#define THREADS_CALL(number, ...) threads_call(number, (const long[6]){__VA_ARGS__})
static inline long threads_call(long number, const long a[6])
{
    return machine_call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* ---- start.c ---- */

enum threads_state {
    THREADS_ASLEEP,   /* nobody has called us yet */
    THREADS_STARTING, /* by whom we are called now: only by ourselves, through what we call */
    THREADS_READY
};

/* What a process has of the log.  `header` NULL: none, and calls are only passed on. */
struct threads {
    enum threads_state state;
    struct log_header *header;
    struct pool *pool;
    _Atomic uint32_t *pid;            /* ours, in a page that a fork wipes */
    _Atomic uint32_t modules_told;    /* 1: the log knows where our code lies */
    bool quiet;                       /* no system call may be made any more: quiet.c */
    bool silent;                      /* and new threads have nothing to tell, because they cannot know the time */
    _Atomic uint64_t groups[1 << 10]; /* where groups of chunks are mapped */
};
extern struct threads threads;

/* Finds the log and the real functions.  Once; by the first who calls anything of ours. */
void threads_start(void);
/* Writes down where the program and its libraries lie, so that addresses get names after the run. */
void threads_tell_modules(void);

/* ---- append.c ---- */

/* Publishes an event of this thread.  `since`: 0, or the time at which a wait began: then `waited_ns` is filled in.
 * Returns its time; 0 if it was not written. */
uint64_t threads_append(enum event_kind kind, const struct event_sync *sync, uint64_t since);
/* Any other event, followed by the pieces of a name; by threads_tell_modules only. */
void threads_append_named(enum event_kind kind, const void *payload, unsigned length, const char *name);
/* This thread has no more to say, or next to nothing: gives its place to others. */
void threads_leave(void);
/* It has nothing more to say; what it would have said counts as lost. */
void threads_fall_silent(void);

/* Measures what an event costs here, for the log to tell. */
void threads_measure(void);

/* ---- lives.c ---- */

typedef int threads_create_function(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
extern threads_create_function *threads_real_create;

/* pthread_create, with a few lines of ours around the thread's life. */
threads_create_function threads_create;
/* The same for thrd_create. */
typedef int threads_create_c11_function(thrd_t *, thrd_start_t, void *);
extern threads_create_c11_function *threads_real_create_c11;
threads_create_c11_function threads_create_c11;
/* Where the thread library keeps a thread's tid, if it says so. */
void threads_learn_tids(void);
uint32_t threads_tid_of(pthread_t thread); /* 0: not known */
uint32_t threads_own_tid(void);
/* Nobody will ask for this thread again. */
void threads_forget(pthread_t thread);
void threads_will_be_forgotten(pthread_t thread); /* once it has ended: it is detached */
/* The calling thread ends; true the first time. */
bool threads_ending(void);

/* ---- wrappers.c, c11.c, quiet.c ---- */

/* The result of a function that returns, but no value: what CALL rows say besides C's own types. */
typedef void nothing;

void threads_find_functions(void);
void threads_find_c11_functions(void);
void threads_find_forbidding_functions(void);
/* Is this glibc 2.minor, or newer? */
bool threads_libc_is_since(int minor);
/* A symbol by which the C library describes itself to debuggers; NULL: it does not, or cannot be asked. */
void *threads_find_private(const char *name);

#endif
