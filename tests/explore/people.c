/* What a person is told, and what a person may type. */
#include "tests/explore/explore_test.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A wait that cannot end is told by its cause, not as "threads wait for each other". */
Test(explore, says_what_a_thread_is_stuck_on)
{
    static const char *const expected[][3] = {
        {"wrong-forgotten-unlock", "a thread waits for", "which path leaves"},
        {"wrong-cancel-locked", "and has ended", "which path leaves without giving the lock back?"},
        {"wrong-semaphore-order", "a semaphore that nobody can post any more", "what keeps it from that?"},
        {"wrong-dining-philosophers", "threads wait for each other", "one and the same order?"},
    };
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct run_result result;
        char source[128];
        snprintf(source, sizeof source, CORPUS "%s.c", expected[i][0]);
        cr_expect_eq(EXPLORE(&result, built_by("gcc", source)), 1);
        const char *message = field(&result, "message");
        for (unsigned j = 1; j < 3; j++)
            cr_expect(strstr(message, expected[i][j]), "%s: no '%s' in: %s", source, expected[i][j], message);
        run_free(&result);
    }
}

/* To free, to begin and to end are more than writes; the block is named, not its first member. */
Test(explore, says_who_frees_and_who_destroys)
{
    static const char *const expected[][2] = {{"wrong-use-after-free", "frees "},
                                              {"wrong-destroyed-mutex", "destroys "}};
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct run_result result;
        char source[128];
        snprintf(source, sizeof source, CORPUS "%s.c", expected[i][0]);
        cr_expect_eq(EXPLORE(&result, built_by("gcc", source)), 1);
        const char *message = field(&result, "message");
        cr_expect(strstr(message, expected[i][1]), "%s: no '%s' in: %s", source, expected[i][1], message);
        run_free(&result);
    }
}

/* The command that it prints is the one that shows the failure again: same compiler, same arguments. */
Test(explore, says_how_to_see_it_again)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--cc", "gcc-12", "--build", "--", CORPUS "wrong-lost-update.c", "--", "3", "a b"), 1,
                 "%s%s", result.out, result.err);
    const char *message = field(&result, "message");
    cr_expect(strstr(message, " --cc gcc-12 --build -- " CORPUS "wrong-lost-update.c -- 3 'a b'"), "%s", message);
    run_free(&result);
}

/* A failure that some runs do not live to see, since they are too long, is still found by those that are not. */
Test(explore, a_sample_goes_on_after_a_run_too_long)
{
    struct run_result result;
    cr_assert_eq(
        EXPLORE(&result, "--strategy", "random", "--decisions", "60", "--build", "--", PROGRAMS "sometimes-long.c"), 1,
        "%s%s", result.out, result.err);
    cr_assert_str_eq(field(&result, "finding"), "assertion");
    run_free(&result);
}

static int explore_words(struct run_result *result, const char *input, const char *const *words)
{
    char command[1024];
    int used = snprintf(command, sizeof command, "printf '%s' | '%s' explore --json", input, check_built("trapflow"));
    for (; *words; words++)
        used += snprintf(command + used, sizeof command - (size_t)used, " '%s'", *words);
    const char *const argv[] = {"sh", "-c", command, NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .deadline_ms = 120000}, result), 0);
    return run_exit_code(result);
}

Test(explore, every_run_reads_the_same_input)
{
    struct run_result result;
    cr_assert_eq(explore_words(&result, "3 4", (const char *const[]){PROGRAMS "reads-input.c", NULL}), 0, "%s%s",
                 result.out, result.err);
    cr_assert_gt(atoi(field(&result, "runs")), 1);
    run_free(&result);
    cr_assert_eq(explore_words(&result, "", (const char *const[]){PROGRAMS "reads-input.c", NULL}), 1);
    run_free(&result);
}

/* A source needs no --build; a whole line as one compiles is taken for what it means. */
Test(explore, takes_a_command_as_one_compiles)
{
    struct run_result result;
    char output[512];
    snprintf(output, sizeof output, "%s", check_path("program"));
    cr_expect_eq(EXPLORE(&result, CORPUS "right-detached.c"), 0, "%s%s", result.out, result.err);
    run_free(&result);
    cr_expect_eq(EXPLORE(&result, "--build", "--", "gcc", "-O2", "-o", output, CORPUS "right-detached.c", "-pthread"),
                 0, "%s%s", result.out, result.err);
    run_free(&result);
    cr_expect_null(fopen(output, "r"), "it wrote %s, which was the compiler's to write", output);
}

/* A status that is wrong before any thread begins is no matter of turns. */
Test(explore, asks_for_arguments_where_no_thread_began)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, PROGRAMS "reads-input.c"), 1);
    run_free(&result);
    cr_assert_eq(EXPLORE(&result, PROGRAMS "wants-arguments.c"), 1);
    const char *message = field(&result, "message");
    cr_expect(strstr(message, "printed   usage: give a number") && strstr(message, "does it want arguments"), "%s",
              message);
    run_free(&result);
    cr_assert_eq(EXPLORE(&result, PROGRAMS "wants-arguments.c", "--", "2"), 0);
    cr_expect(strstr(field(&result, "proof"), "starts no thread"), "%s", result.out);
    run_free(&result);
}

/* What a program says on standard error is not its output: who looks into it by printing there is not wrong. */
Test(explore, standard_error_is_no_output)
{
    struct run_result result;
    FILE *right = fopen(check_path("right"), "w");
    cr_assert(right && fputs("2\n", right) >= 0 && fclose(right) == 0);
    cr_expect_eq(EXPLORE(&result, "--expect", check_path("right"), PROGRAMS "talks.c"), 0, "%s",
                 field(&result, "message"));
    run_free(&result);
}

/* Zeros that nobody has initialized: no failure, since no order shows one; said all the same. */
Test(explore, notes_what_only_calloc_has_initialized)
{
    for (int kind = 0; kind <= 4; kind++) {
        struct run_result result;
        char define[16];
        snprintf(define, sizeof define, "-DKIND=%d", kind);
        cr_expect_eq(EXPLORE(&result, "--build", "--", define, PROGRAMS "zeros.c"), 0, "%s%s", result.out, result.err);
        cr_expect_eq(*field(&result, "note") != '\0', kind == 0, "kind %d: %s", kind, result.out);
        cr_expect(kind != 0 || strstr(field(&result, "note"), "zeros.c:"), "%s", result.out);
        run_free(&result);
    }
}
