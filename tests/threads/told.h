/* What the log tells of pthread calls: the questions of the threads suite. */
#ifndef TESTS_THREADS_TOLD_H
#define TESTS_THREADS_TOLD_H

#include "tests/harness/run.h"
#include "tracer/log.h"

#include <stddef.h>

/* Path of a program of this suite, as it was built. */
const char *told_program(const char *name);

/* Records the words given (NULL-terminated) with an option (NULL: none), opens the log; the program must have ended
 * with `code`, as run_exit_code says, and nothing may be lost. */
void told_record(struct log_view *view, struct run_result *result, const char *option, int code, ...)
    __attribute__((sentinel));

/* The pthread events of a lane, a line each: "lock-acquire pthread_mutex_lock\n".  Valid until the next call. */
const char *told_lines(const struct log_view *view, uint32_t lane);

/* The first event of that kind about that kind of object, from entry `from` on; fails the test if there is none. */
const struct event *told_event(const struct log_view *view, size_t from, enum event_kind kind, unsigned object_kind);

size_t told_count(const struct log_view *view, enum event_kind kind);

#define SYNC(event) EVENT_PAYLOAD(event, sync)

#endif
