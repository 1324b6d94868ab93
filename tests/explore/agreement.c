/* Two ways to the same answer: whatever compiled it, whichever engine runs it, with the reductions and without. */
#include "tests/explore/explore_test.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One bound more makes a right program cost many times as much, and says no more about whether two ways agree. */
static const char *bound_of(const char *path)
{
    return strstr(path, "/right-") ? "--bound=2" : "--spurious=1";
}

static void check_compilers(const char *path)
{
    struct run_result gcc, clang;
    EXPLORE(&gcc, bound_of(path), built_by("gcc", path));
    EXPLORE(&clang, bound_of(path), built_by("clang", path));
    same(path, &gcc, &clang, "verdict");
    same(path, &gcc, &clang, "finding");
    same(path, &gcc, &clang, "schedules");
    same(path, &gcc, &clang, "schedule_hash");
    if (strcmp(field(&clang, "verdict"), "FAIL") == 0 && !strstr(field(&clang, "message"), strrchr(path, '/') + 1))
        complain("%s: built by clang, the message names no line: %s\n", path, field(&clang, "message"));
    run_free(&gcc);
    run_free(&clang);
}

Test(explore, gcc_and_clang_agree)
{
    struct run_result result;
    if (run_words(&result, "clang", "--version", NULL) != 0)
        cr_skip_test("clang is not on this machine: make deps-all");
    run_free(&result);
    each(CORPUS "*.c", 40, check_compilers);
}

static void check_engines(const char *path)
{
    struct run_result fibres, processes;
    EXPLORE(&fibres, bound_of(path), built_by("gcc", path));
    EXPLORE(&processes, "--fork", bound_of(path), built_by("gcc", path));
    same(path, &fibres, &processes, "verdict");
    same(path, &fibres, &processes, "finding");
    same(path, &fibres, &processes, "schedules");
    same(path, &fibres, &processes, "schedule_hash");
    if (strcmp(field(&fibres, "engine"), "fibres") != 0 || strcmp(field(&processes, "engine"), "fork") != 0)
        complain("%s: the engines are %s and %s\n", path, field(&fibres, "engine"), field(&processes, "engine"));
    run_free(&fibres);
    run_free(&processes);
}

Test(explore, fibres_and_fork_agree)
{
    each(CORPUS "*.c", 40, check_engines);
}

Test(explore, schedules_are_those_on_record)
{
    struct run_result result;
    char folder[512];
    snprintf(folder, sizeof folder, "%s", check_built("tests/explore/gcc"));
    const char *const argv[] = {"sh", "tests/explore/agree", "check", folder, NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .deadline_ms = 120000}, &result), 0);
    cr_assert_str_empty(result.out, "if they changed for a good reason: B=build sh tests/explore/agree write\n%s",
                        result.out);
    run_free(&result);
}

/* ---- counting ---- */

/* Two threads with m and n steps have (m+n)! / (m! n!) interleavings. */
static unsigned long binomial(unsigned n, unsigned k)
{
    unsigned long value = 1;
    for (unsigned i = 1; i <= k; i++)
        value = value * (n - k + i) / i;
    return value;
}

static void check_interleavings(unsigned points, unsigned long expected, const char *option)
{
    struct run_result result;
    char define[32];
    snprintf(define, sizeof define, "-DPOINTS=%u", points);
    cr_assert_eq(EXPLORE(&result, "--bound", "60", option, "--build", "--", define, PROGRAMS "two-threads.c"), 0,
                 "%s%s", result.out, result.err);
    cr_assert_eq(strtoul(field(&result, "schedules"), NULL, 10), expected, "%u points: %s", points, result.out);
    cr_assert_str_eq(field(&result, "unbounded"), "true");
    run_free(&result);
}

Test(explore, enumerates_as_many_interleavings_as_there_are)
{
    for (unsigned points = 1; points <= 5; points++) {
        check_interleavings(points, binomial(2 * points, points), "--json");
        /* plainly, the created thread has two steps more: to begin and to end; our own join comes after them */
        check_interleavings(points, binomial(2 * points + 2, points), "--plain");
    }
}

/* ---- the reductions ---- */

static void same_ends(const char *path, struct run_result *one, struct run_result *other)
{
    same(path, one, other, "verdict");
    same(path, one, other, "finding");
    if (strcmp(field(one, "verdict"), "PASS") == 0) {
        same(path, one, other, "states");
        same(path, one, other, "states_hash");
    }
}

/* The decisions and orders left out must not leave out an end: on every program small enough to be enumerated wholly
 * both ways, the same findings and the same final states. */
static unsigned compared;
static void check_reduction(const char *path)
{
    struct run_result reduced, plain;
    const char *program = built_by("gcc", path), *limit = "20000";
    int one = EXPLORE(&reduced, "--strategy", "exhaustive", "--bound", "60", "--states", "--schedules", limit, program);
    int other = EXPLORE(&plain, "--strategy", "exhaustive", "--bound", "60", "--states", "--schedules", limit,
                        "--plain", program);
    if (one != 4 && other != 4) {
        compared++;
        same_ends(path, &reduced, &plain);
    }
    run_free(&reduced);
    run_free(&plain);
}

Test(explore, decisions_left_out_leave_out_no_end)
{
    each(CORPUS "*.c", 40, check_reduction);
    cr_assert_geq(compared, 30, "only %u programs were small enough to compare", compared);
}

/* The same within a bound: to end where an equal past has been before leaves out no end. */
static void check_pasts(const char *path)
{
    static const char *const ways[][2] = {{"exhaustive", "1"}, {"exhaustive", "2"}, {"delay", "2"}};
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        struct run_result reduced, all;
        const char *program = built_by("gcc", path);
        EXPLORE(&reduced, "--strategy", ways[i][0], "--bound", ways[i][1], "--states", program);
        EXPLORE(&all, "--all-orders", "--strategy", ways[i][0], "--bound", ways[i][1], "--states", program);
        same_ends(path, &reduced, &all);
        run_free(&reduced);
        run_free(&all);
    }
}

Test(explore, an_equal_past_has_equal_ends)
{
    each(CORPUS "*.c", 40, check_pasts);
}

/* Four threads at one queue: enumerated within seconds, each way saying by what it is bounded. */
Test(explore, four_threads_are_enumerated)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--bound", "1", "--build", "--", PROGRAMS "queue-of-four.c"), 0, "%s%s", result.out,
                 result.err);
    cr_assert(check_has(field(&result, "proof"), "with at most 1 preemption"), "%s", result.out);
    cr_assert_str_eq(field(&result, "bounded_by"), "preemptions");
    run_free(&result);
    cr_assert_eq(EXPLORE(&result, "--strategy", "delay", "--build", "--", PROGRAMS "queue-of-four.c"), 0, "%s%s",
                 result.out, result.err);
    cr_assert(check_has(field(&result, "proof"), "with at most 2 delays of a round-robin scheduler"), "%s", result.out);
    cr_assert_lt(atoi(field(&result, "runs")), 5000, "%s", result.out);
    run_free(&result);
}

/* One schedule that stands for all says so, and does not claim to be the only one. */
Test(explore, one_schedule_stands_for_all)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, built_by("gcc", CORPUS "right-detached.c")), 0);
    cr_assert_str_eq(field(&result, "schedules"), "1");
    cr_assert(check_has(field(&result, "proof"), "stands for every sequentially consistent interleaving"), "%s",
              result.out);
    run_free(&result);
}
