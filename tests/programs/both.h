/* Runs a program twice, alone and inside `trapflow record`, and holds the one against the other. */
#ifndef TESTS_PROGRAMS_BOTH_H
#define TESTS_PROGRAMS_BOTH_H

#include "tests/harness/run.h"
#include "tracer/log.h"

/* Skips the test, saying why, unless this program is in PATH. */
void need_program(const char *name, const char *package);

/* Runs the program that the options name, alone and recorded into check_path("t.trap"): output, errors and status must
 * be the same, and the log good and whole.  What both said is freed. */
void assert_same(const struct run_options *options);
/* The same, for words alone. */
void assert_same_words(const char *word, ...) __attribute__((sentinel));
/* The same, for a script of `shell` (sh, bash). */
void assert_same_script(const char *shell, const char *script);

/* Runs it recorded only, with further options for record (NULL-terminated; may be NULL). */
void run_recorded(const struct run_options *options, const char *const *more, struct run_result *result);

/* Opens check_path("t.trap"), which must be whole, closed and without loss. */
void open_whole(struct log_view *view);

/* Writes `size` bytes that compress neither well nor badly, the same each time. */
void make_text_file(const char *path, size_t size);

/* A program of tests/programs/own. */
const char *own(const char *name);

#endif
