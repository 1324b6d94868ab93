/* What suites of exercises in virtual time share: run an experiment of a subject, and say how it ended.  Knows no
 * exercise. */
#ifndef TESTS_HARNESS_TIMED_EVIDENCE_H
#define TESTS_HARNESS_TIMED_EVIDENCE_H

#include "tests/harness/timed.h"

/* Runs the subject with the experiment's words ("finishes 1 10 50").  Returns NULL, with a result to judge; or why
 * there is none, as cr_skip_test wants it ("INCONCLUSIVE: …", "INFRA: …").  Lasts as long as the process. */
const char *timed_try(const char *subject, const char *experiment, struct timed_options options,
                      struct timed_result *result);

/* How the program ended, if it should not have ended so; NULL if it exited with status 0. */
const char *timed_bad_end(const struct timed_result *result);

/* "WHAT:" and the story. */
const char *timed_witness(const struct timed_result *result, const char *what);

#endif
