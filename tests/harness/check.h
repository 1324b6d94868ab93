/* Small questions that suites ask of a finished run, and a scratch folder for what they write. */
#ifndef TESTS_HARNESS_CHECK_H
#define TESTS_HARNESS_CHECK_H

#include "tests/harness/run.h"

/* Is this a clear refusal: this exit code, nothing on stdout, exactly one line on stderr that starts with `start`
 * and contains `part` (NULL: anything)?  Returns NULL if so, else what is wrong, in static storage. */
const char *check_refusal(const struct run_result *result, int exit_code, const char *start, const char *part);

/* Does the text hold the part?  False for NULL. */
bool check_has(const char *text, const char *part);

/* How often does the part stand in the text? */
size_t check_count(const char *text, const char *part);

/* A fresh folder of this test's own, mode 0777 so that other users may write there, removed with all it holds when
 * the test's process exits.  Ends the process if there is none to be had. */
const char *check_scratch(void);

/* "SCRATCH/name", in storage that lasts as long as the process. */
const char *check_path(const char *name);

/* The folder of built things: $TRAPBOOK_B, or "build".  check_built("trapflow") is "build/trapflow", absolute. */
const char *check_built(const char *name);

/* Reads a whole file; a terminating 0 is added.  NULL if it cannot be read.  Free it. */
char *check_read(const char *path, size_t *size);

/* The first process, other than this one and zombies, whose command line holds `part`; 0 if there is none. */
int check_process_with(const char *part);

#endif
