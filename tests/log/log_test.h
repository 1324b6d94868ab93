/* What the two halves of the log's suite share: making logs, and reading them back. */
#ifndef TESTS_LOG_LOG_TEST_H
#define TESTS_LOG_LOG_TEST_H

#include "tracer/log.h"

/* Creates a log at `path` with its writer; fails the test if that is impossible. */
void make_log(struct log *log, struct log_writer *writer, const char *path);

/* Writes `count` small events whose payload says, in `pc`, their number from `first`.  Returns how many were dropped.
 */
size_t write_numbered(struct log_writer *writer, size_t first, size_t count);

/* Opens a log that must be good. */
void open_good(struct log_view *view, const char *path);

#endif
