/* Running the command `lde` from a test.  Only a suite.c uses it, for it includes Criterion. */
#ifndef TESTS_LDE_LDE_H
#define TESTS_LDE_LDE_H

#include "tests/harness/check.h"

#include <sched.h>
#include <stdlib.h>

#define GCF "The GCF of 48 and 52 is 4\nThe GCF of 25 and 100 is 25\nThe GCF of 120 and 340 is 20\n"

/* Runs lde with the words; expects this exit code. */
#define LDE(result, code, ...)                                                                                         \
    do {                                                                                                               \
        cr_assert_eq(run_words(result, check_built("lde"), __VA_ARGS__, NULL), 0);                                     \
        cr_assert_eq(run_exit_code(result), code, "exit %d: %s", run_exit_code(result), (result)->err);                \
    } while (0)

/* An emulated CPU is so many times slower than a real one. */
static inline int slower(void)
{
    return (int)run_patience();
}

/* A slice must be long beside the handling of a tick, or a turn uses up more than the next one can make good. */
static inline const char *short_slice(void)
{
    return slower() == 1 ? "2ms" : "20ms";
}

static inline bool has_two_cpus(void)
{
    cpu_set_t ours;
    return sched_getaffinity(0, sizeof ours, &ours) == 0 && CPU_COUNT(&ours) >= 2;
}

#define NEED_TWO_CPUS()                                                                                                \
    do {                                                                                                               \
        if (!has_two_cpus())                                                                                           \
            cr_skip_test("this process may use one CPU only; a machine with two, or taskset -c 0,1, enables it");      \
    } while (0)

#endif
