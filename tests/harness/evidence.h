/* What a failed test of graded work says: what was seen, what was expected, and the witness by which it can be seen
 * again.  Lines of "key: text", continued by lines that begin with a tab; the grader lays them out. */
#ifndef TESTS_HARNESS_EVIDENCE_H
#define TESTS_HARNESS_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

/* Printf-like, into storage that lasts as long as the process. */
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The message of a failure; any part may be NULL.  Lasts as long as the process.  A line "ask: …" may be added, if the
 * evidence leads to a better question than the rubric's. */
char *evidence(const char *saw, const char *expected, const char *witness);

/* The path of a subject that the grader has built: "$TRAPBOOK_SUBJECT/name". */
const char *evidence_subject(const char *name);

/* Compares outputs line by line.  NULL if they are alike; else evidence about the first line that differs. */
char *evidence_output(const char *seen, const char *expected, const char *witness);

#endif
