/* Runs `trapflow record`, and asks its log what it saw. */
#ifndef TESTS_RECORD_SEEN_H
#define TESTS_RECORD_SEEN_H

#include "tests/harness/run.h"
#include "tracer/log.h"

/* Records the words given (NULL-terminated) into t.trap of the test's scratch folder, and opens it; the program must
 * have ended with `code` (as run_exit_code says). */
void record_and_open(struct log_view *view, struct run_result *result, int code, const char *word, ...)
    __attribute__((sentinel));

size_t count_kind(const struct log_view *view, enum event_kind kind);

/* The number of the first system call whose text holds `part`, from entry `from`; view->count if there is none.
 * Its text is in `text`, and in `answer` its result ("" if it has none). */
struct call_seen {
    char text[512];
    char answer[64];
};
size_t find_call(const struct log_view *view, size_t from, const char *part, struct call_seen *seen);

/* Asserts that a call with that text was made, and answered like that (NULL: anyhow). */
void assert_call(const struct log_view *view, const char *part, const char *answer);

#endif
