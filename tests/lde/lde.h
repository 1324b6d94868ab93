/* Running the command `lde` from a test. */
#ifndef TESTS_LDE_LDE_H
#define TESTS_LDE_LDE_H

#include "tests/harness/check.h"

#include <criterion/criterion.h>

/* Runs lde with the words; expects this exit code. */
#define LDE(result, code, ...)                                                                                         \
    do {                                                                                                               \
        cr_assert_eq(run_words(result, check_built("lde"), __VA_ARGS__, NULL), 0);                                     \
        cr_assert_eq(run_exit_code(result), code, "exit %d: %s", run_exit_code(result), (result)->err);                \
    } while (0)

#endif
