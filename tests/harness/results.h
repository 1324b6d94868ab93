/* Results: one JSON object a line, appended to a file, whoever tested: Criterion suites, the matrix, scripts.
 *   {"suite":"log","test":"round_trip","verdict":"PASS","message":""}
 * tests/run totals them; the grader reads the same lines.  Written whole with one write(2), so that a test that is
 * killed leaves no half a line and several writers do not mix.
 */
#ifndef TESTS_HARNESS_RESULTS_H
#define TESTS_HARNESS_RESULTS_H

/* PASS, FAIL, INCONCLUSIVE, INFRA as graded work has them; SKIPPED for a test of our own that cannot run here;
 * NOTE is none: it is what a test has to say of itself, should it pass. */
enum verdict {
    VERDICT_PASS,
    VERDICT_FAIL,
    VERDICT_INCONCLUSIVE,
    VERDICT_INFRA,
    VERDICT_SKIPPED,
    VERDICT_NOTE,
    VERDICT_END
};

const char *verdict_name(enum verdict verdict);

/* Appends one result to the file named by $TRAPBOOK_RESULTS; without it does nothing.  Returns 0, or −1 with errno. */
int results_append(const char *suite, const char *test, enum verdict verdict, const char *message);

#endif
