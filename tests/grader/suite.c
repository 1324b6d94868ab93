/* The command `grade` as people and scripts use it: words, exit codes, JSON, bad input, spaces, an ordinary user; and
 * what it makes of suites that say nothing, too little or too much.  Whether it grades rightly is the matrix's affair.
 */
#include "tests/harness/check.h"
#include "tests/harness/evidence.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOBODY = 65534 };

#define MUTANT(name) "tests/01-threaded-gcf/mutants/" name ".c"

static struct run_result ran;

/* Runs `grade` with the words given. */
#define grade(...)                                                                                                     \
    cr_assert_eq(run_words(&ran, check_built("grade"), __VA_ARGS__, (char *)NULL), 0, "grade cannot be run")

#define assert_refused(...)                                                                                            \
    do {                                                                                                               \
        const char *why = check_refusal(&ran, 2, "grade: cannot ", __VA_ARGS__);                                       \
        cr_assert(!why, "%s", why);                                                                                    \
    } while (0)

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs(content, file) >= 0 && fclose(file) == 0, "cannot write %s: %s", path, strerror(errno));
}

static void shell(const char *format, const char *argument)
{
    struct run_result result;
    int error = run_words(&result, "sh", "-ec", format, "sh", argument, (char *)NULL);
    cr_assert(!error && run_exit_code(&result) == 0, "%s: %s", format, result.err);
    run_free(&result);
}

static json_t *parsed(void)
{
    json_t *value = json_loads(ran.out, 0, NULL);
    cr_assert(value, "not JSON: %s", ran.out);
    return value;
}

static int points_of(const json_t *verdict)
{
    return (int)json_integer_value(json_object_get(verdict, "points"));
}

static const json_t *test_of(const json_t *verdict, const char *name)
{
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(verdict, "tests"), i, test)
        if (strcmp(json_string_value(json_object_get(test, "name")), name) == 0)
            return test;
    return NULL;
}

Test(grader, says_what_it_is)
{
    grade("--help");
    cr_assert(run_exit_code(&ran) == 0 && check_has(ran.out, "check EX") && check_has(ran.out, "--from"));
    grade("--version");
    cr_assert(run_exit_code(&ran) == 0 && check_has(ran.out, "grade "));
}

Test(grader, refuses_what_it_does_not_know)
{
    grade("chek", "01");
    assert_refused("'chek'");
    grade("check");
    assert_refused("without an exercise");
    grade("check", "01-threaded-gfc");
    assert_refused("did you mean '01-threaded-gcf'?");
    grade("check", "99");
    assert_refused("'99'");
    grade("check", "");
    assert_refused("''");
    grade("check", "01", "02");
    assert_refused("'02'");
    grade("--no-such-option");
    assert_refused("'--no-such-option'");
    grade("check", "01", "--from");
    assert_refused("'--from'");
}

Test(grader, takes_an_exercise_by_number_or_name)
{
    static const char *const names[] = {"01", "1", "01-threaded-gcf", "threaded-gcf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        grade("name", names[i]);
        cr_assert_str_eq(ran.out, "01-threaded-gcf\n", "%s", names[i]);
    }
}

Test(grader, keeps_the_programs_of_its_tests)
{
    grade("subjects", "01", "--from", "solutions", "--output", check_scratch());
    cr_assert(!access(check_path("hidden"), X_OK) && !access(check_path("example.explored"), X_OK), "%s", ran.err);
    grade("subjects", "01", "--output", "/nowhere");
    assert_refused("'/nowhere'");
}

Test(grader, full_points)
{
    grade("check", "01", "--from", "solutions");
    cr_assert_eq(run_exit_code(&ran), 0, "%s", ran.out);
    cr_assert_eq(check_count(ran.out, "✓"), 8);
    cr_assert(check_has(ran.out, "10 of 10") && !check_has(ran.out, "✗") && !check_has(ran.out, "\033"));
    cr_assert_eq(ran.err_size, 0, "%s", ran.err);
}

Test(grader, json)
{
    grade("check", "01", "--from", MUTANT("prints-in-thread"), "--json");
    cr_assert_eq(run_exit_code(&ran), 1);
    json_t *verdict = parsed();
    cr_assert_eq(points_of(verdict), 8);
    cr_assert_eq(json_integer_value(json_object_get(verdict, "max_points")), 10);
    cr_assert_str_eq(json_string_value(json_object_get(verdict, "verdict")), "FAIL");
    cr_assert_eq(json_array_size(json_object_get(verdict, "tests")), 8);
    const json_t *test = test_of(verdict, "any_order");
    cr_assert(test && check_has(json_string_value(json_object_get(test, "saw")), "The GCF of 120 and 340 is 20"));
    cr_assert(check_has(json_string_value(json_object_get(test, "witness")), "run 3 2 1"));
    json_decref(verdict);
}

Test(grader, hidden_inputs_stay_hidden)
{
    grade("check", "01", "--from", MUTANT("hard-coded"));
    cr_assert_eq(run_exit_code(&ran), 1);
    cr_assert(check_has(ran.out, "its input is not shown") && !check_has(ran.out, "91"), "%s", ran.out);
    cr_assert(check_has(ran.out, "1 of 10\n"), "%s", ran.out);
}

Test(grader, shows_the_compilers_words)
{
    const char *path = check_path("broken.c");
    write_file(path, "int main(void)\n{\n    retrun 0;\n}\n");
    grade("check", "01", "--from", path);
    cr_assert_eq(run_exit_code(&ran), 1, "%s", ran.err);
    cr_assert(check_has(ran.out, "0 of 10") && check_has(ran.out, "does not compile") &&
                  check_has(ran.out, "gcf.c:3:5: error:"),
              "%s", ran.out);
    grade("check", "01", "--from", path, "--json");
    json_t *verdict = parsed();
    cr_assert_eq(points_of(verdict), 0);
    cr_assert_eq(json_array_size(json_object_get(verdict, "tests")), 8);
    json_decref(verdict);
}

Test(grader, refuses_files_that_cannot_be_graded)
{
    grade("check", "01", "--from", "no/such/file.c");
    assert_refused("No such file or directory (ENOENT)");
    mkdir(check_path("empty"), 0755);
    grade("check", "01", "--from", check_path("empty"));
    assert_refused("gcf.c");
    mkfifo(check_path("gcf.c"), 0644);
    grade("check", "01", "--from", check_path("gcf.c"));
    assert_refused("not a regular file");
    grade("check", "01", "--from", "/dev/zero");
    assert_refused("not a regular file");
    shell("head -c 5000000 /dev/zero >\"$1\"", check_path("large.c"));
    grade("check", "01", "--from", check_path("large.c"));
    assert_refused("larger than 4 MiB");
}

Test(grader, binary_garbage_is_only_a_compile_error)
{
    shell("head -c 20000 /dev/urandom >\"$1\"", check_path("garbage.c"));
    grade("check", "01", "--from", check_path("garbage.c"), "--json");
    cr_assert_eq(run_exit_code(&ran), 1, "%s", ran.err);
    json_decref(parsed());
}

Test(grader, paths_with_spaces_and_quotes)
{
    const char *folder = check_path("it's a \"folder\"");
    mkdir(folder, 0755);
    shell("cp solutions/01-threaded-gcf/gcf.c \"$1\"", folder);
    grade("check", "01", "--from", folder);
    cr_assert_eq(run_exit_code(&ran), 0, "%s%s", ran.out, ran.err);
    const char *from = text("FROM=%s", folder),
               *built = text("B=%s", getenv("TRAPBOOK_B") ? getenv("TRAPBOOK_B") : "build");
    cr_assert_eq(run_words(&ran, "make", "-s", "check", "EX=01", from, built, (char *)NULL), 0);
    cr_assert_eq(run_exit_code(&ran), 0, "%s%s", ran.out, ran.err);
    cr_assert(check_has(ran.out, "10 of 10"));
}

Test(grader, make_fails_where_points_are_lost)
{
    const char *built = text("B=%s", getenv("TRAPBOOK_B") ? getenv("TRAPBOOK_B") : "build");
    cr_assert_eq(run_words(&ran, "make", "-s", "check", "EX=01", "FROM=" MUTANT("no-join"), built, (char *)NULL), 0);
    cr_assert_neq(run_exit_code(&ran), 0);
    cr_assert(check_has(ran.out, "7 of 10"), "%s", ran.out);
    cr_assert_eq(run_words(&ran, "make", "-s", "check", built, (char *)NULL), 0);
    cr_assert_neq(run_exit_code(&ran), 0);
    cr_assert(check_has(ran.err, "without an exercise"), "%s", ran.err);
}

/* The targets only pass a submission on to the explorer, and a witness back to it. */
Test(grader, make_explores_and_replays)
{
    const char *built = text("B=%s", getenv("TRAPBOOK_B") ? getenv("TRAPBOOK_B") : "build");
    cr_assert_eq(run_words(&ran, "make", "-s", "explore", "EX=01", "FROM=solutions", built, (char *)NULL), 0);
    cr_assert(run_exit_code(&ran) == 0 && check_has(ran.out, "PASS"), "%s%s", ran.out, ran.err);

    const char *racy = "FROM=" MUTANT("one-global-result");
    cr_assert_eq(run_words(&ran, "make", "-s", "explore", "EX=01", racy, built, (char *)NULL), 0);
    cr_assert(run_exit_code(&ran) != 0 && check_has(ran.out, "FAIL  data-race"), "%s%s", ran.out, ran.err);
    const char *witness = strstr(ran.out, "SCHEDULE=");
    cr_assert(witness, "no witness: %s", ran.out);
    const char *schedule = text("%.*s", (int)strcspn(witness, " \n"), witness);
    cr_assert_eq(run_words(&ran, "make", "-s", "replay", "EX=01", racy, schedule, built, (char *)NULL), 0);
    cr_assert(run_exit_code(&ran) != 0 && check_has(ran.out, "FAIL  data-race"), "%s%s", ran.out, ran.err);

    cr_assert_eq(run_words(&ran, "make", "-s", "replay", "EX=01", built, (char *)NULL), 0);
    cr_assert(check_has(ran.err, "cannot replay without a schedule"), "%s", ran.err);

    cr_assert_eq(run_words(&ran, "make", "-s", "explore", "EX=06", built, (char *)NULL), 0);
    cr_assert(run_exit_code(&ran) != 0 && check_has(ran.err, "it is about signals"), "%s%s", ran.out, ran.err);
}

/* A failure that only some order shows: its schedule replays that order of that scenario, and again. */
Test(grader, schedules_know_their_scenario)
{
    const char *built = text("B=%s", getenv("TRAPBOOK_B") ? getenv("TRAPBOOK_B") : "build");
    const char *from = "tests/02-shared-tally/mutants/reads-in-two-steps.c";
    grade("check", "02", "--from", from, "--json");
    json_t *verdict = parsed();
    const char *schedule = json_string_value(json_object_get(test_of(verdict, "reading"), "schedule"));
    const char *hidden = json_string_value(json_object_get(test_of(verdict, "hidden"), "schedule"));
    cr_assert(schedule && strncmp(schedule, "read-while-adding:", 18) == 0, "%s", ran.out);
    cr_assert(hidden && strncmp(hidden, "hidden/same-factor:", 19) == 0, "%s", ran.out);
    for (int i = 0; i < 4; i++) {
        const char *words = text("SCHEDULE=%s", i % 2 ? hidden : schedule);
        cr_assert_eq(
            run_words(&ran, "make", "-s", "replay", "EX=02", text("FROM=%s", from), words, built, (char *)NULL), 0);
        cr_assert(run_exit_code(&ran) != 0 && check_has(ran.out, "FAIL  wrong-output"), "%s%s", ran.out, ran.err);
    }
    json_decref(verdict);
}

/* Refused before it runs: no points, and the reason in words. */
Test(grader, refuses_what_the_explorer_cannot_control)
{
    const char *path = check_path("tally.c");
    write_file(path, "#include \"tally.h\"\n#include <unistd.h>\nstruct tally *tally_create(int l) { return (void "
                     "*)(long)(l * fork()); }\n"
                     "int tally_add(struct tally *t, int f) { return t ? f : 0; }\n"
                     "struct tally_reading tally_read(struct tally *t) { return (struct tally_reading){!t, 0}; }\n"
                     "void tally_destroy(struct tally *t) { (void)t; }\n");
    grade("check", "02", "--from", path);
    cr_assert_eq(run_exit_code(&ran), 1);
    cr_assert(check_has(ran.out, "0 of 10") && check_has(ran.out, "cannot be graded") && check_has(ran.out, "'fork'"),
              "%s", ran.out);
}

/* A tree of our own: progress, and suites that are not what they should be, leave the real one alone. */
static const char *own_tree(void)
{
    const char *tree = check_path("tree of its own");
    shell("mkdir -p \"$1/build/tests/01-threaded-gcf\" \"$1/build/obj/tests/harness\" \"$1/build/explore\" && cp -r "
          "exercises solutions "
          "\"$1\" &&"
          "mkdir \"$1/tests\" && cp -r tests/grader tests/01-threaded-gcf \"$1/tests\"",
          tree);
    setenv("FROM_B", check_built(""), 1);
    shell("cp \"$FROM_B/grade\" \"$FROM_B/trapflow\" \"$1/build\" && cp \"$FROM_B/explore/runtime.o\" "
          "\"$1/build/explore\" && cp \"$FROM_B/tests/01-threaded-gcf/suite\" "
          "\"$1/build/tests/01-threaded-gcf\" &&"
          "cp \"$FROM_B/obj/tests/harness/birth_marks.o\" \"$1/build/obj/tests/harness\" && chmod -R a+rwX \"$1\"",
          tree);
    return tree;
}

static void own_grade(const char *tree, unsigned uid, const char *const *arguments)
{
    const char *argv[16] = {text("%s/build/grade", tree)};
    for (size_t i = 0; arguments[i]; i++)
        argv[i + 1] = arguments[i];
    const char *const environment[] = {text("TMPDIR=%s", check_scratch()), NULL};
    struct run_options options = {.argv = argv, .environment = environment, .directory = tree, .uid = uid};
    cr_assert_eq(run_command(&options, &ran), 0);
}

#define own(tree, ...) own_grade(tree, 0, (const char *const[]){__VA_ARGS__, NULL})

Test(grader, remembers_what_was_reached)
{
    const char *tree = own_tree();
    own(tree, "where");
    cr_assert(check_has(ran.out, "0 of 1 exercise") && check_has(ran.out, "make check EX=01"), "%s", ran.out);
    own(tree, "check", "01", "--from", "solutions");
    own(tree, "where");
    cr_assert(check_has(ran.out, ", 0 of 10 points"), "only the student's own file counts: %s", ran.out);
    shell("cp \"$1/solutions/01-threaded-gcf/gcf.c\" \"$1/exercises/01-threaded-gcf/gcf.c\"", tree);
    own(tree, "check", "01");
    cr_assert_eq(run_exit_code(&ran), 0, "%s", ran.out);
    own(tree, "where");
    cr_assert(check_has(ran.out, "1 of 1 exercise, 10 of 10 points") && check_has(ran.out, "all exercises are done"));
    own(tree, "list");
    cr_assert(check_has(ran.out, "10 of 10"));
    shell("test -s \"$1/build/progress.json\" && test \"$(ls \"$1\" | tr '\\n' ' ')\" = 'build exercises solutions "
          "tests '",
          tree);
    write_file(text("%s/build/progress.json", tree), "not JSON at all");
    own(tree, "where");
    cr_assert(run_exit_code(&ran) == 0 && check_has(ran.out, "0 of 10 points"));
}

Test(grader, hints_come_one_at_a_time)
{
    const char *tree = own_tree();
    for (int i = 1; i <= 4; i++) {
        own(tree, "hint", "01");
        cr_assert(check_has(ran.out, text("hint %d of 3", i < 3 ? i : 3)), "%s", ran.out);
        cr_assert_eq(run_exit_code(&ran), 0);
    }
}

Test(grader, all_of_them_in_one_table)
{
    const char *tree = own_tree();
    own(tree, "all", "--from", "solutions");
    cr_assert(run_exit_code(&ran) == 0 && check_has(ran.out, "threaded-gcf") && check_has(ran.out, "10 of 10"), "%s",
              ran.out);
    own(tree, "all", "--json");
    cr_assert_eq(run_exit_code(&ran), 1);
    json_t *verdicts = parsed();
    cr_assert_eq(json_array_size(verdicts), 1);
    json_decref(verdicts);
}

/* What a suite of somebody's making says.  `script` is its shell; results go to $TRAPBOOK_RESULTS. */
static void with_suite(const char *script)
{
    const char *tree = own_tree(), *suite = text("%s/build/tests/01-threaded-gcf/suite", tree);
    unlink(suite);
    write_file(suite, text("#!/bin/sh\n%s\n", script));
    chmod(suite, 0755);
    own(tree, "check", "01", "--from", "solutions", "--json");
}

Test(grader, a_suite_that_ran_nothing_is_no_pass)
{
    with_suite("exit 0");
    cr_assert_eq(run_exit_code(&ran), 3);
    json_t *verdict = parsed();
    cr_assert_str_eq(json_string_value(json_object_get(verdict, "verdict")), "INFRA");
    cr_assert_eq(points_of(verdict), 0);
    json_decref(verdict);
}

Test(grader, only_the_rubrics_tests_count)
{
    with_suite(
        "say() { echo "
        "\"{\\\"suite\\\":\\\"x\\\",\\\"test\\\":\\\"$1\\\",\\\"verdict\\\":\\\"PASS\\\",\\\"message\\\":\\\"\\\"}\" "
        ">>\"$TRAPBOOK_RESULTS\"; }\nsay example; say made_up; say example; echo garbage >>\"$TRAPBOOK_RESULTS\"");
    cr_assert_eq(run_exit_code(&ran), 3);
    json_t *verdict = parsed();
    cr_assert_eq(points_of(verdict), 1, "%s", ran.out);
    cr_assert_null(test_of(verdict, "made_up"));
    json_decref(verdict);
}

Test(grader, inconclusive_is_neither_full_nor_infra)
{
    with_suite("for t in example other_pairs hidden_pairs together any_order joined_once threads_do_the_work "
               "results_outlive_threads; do v=PASS; [ $t != together ] || v=INCONCLUSIVE; "
               "echo \"{\\\"test\\\":\\\"$t\\\",\\\"verdict\\\":\\\"$v\\\",\\\"message\\\":\\\"why\\\"}\"; done "
               ">\"$TRAPBOOK_RESULTS\"");
    cr_assert_eq(run_exit_code(&ran), 1);
    json_t *verdict = parsed();
    cr_assert_eq(points_of(verdict), 8);
    cr_assert_str_eq(json_string_value(json_object_get(verdict, "verdict")), "INCONCLUSIVE");
    cr_assert_str_eq(json_string_value(json_object_get(test_of(verdict, "together"), "reason")), "why");
    json_decref(verdict);
}

Test(grader, as_an_ordinary_user)
{
    if (geteuid() != 0)
        cr_skip_test("the tests run as an ordinary user already; sudo make test-grader tries another one");
    const char *tree = own_tree();
    chmod(check_scratch(), 0777);
    own_grade(tree, NOBODY, (const char *const[]){"check", "01", "--from", "solutions", NULL});
    cr_assert_eq(run_exit_code(&ran), 0, "%s%s", ran.out, ran.err);
    shell("chmod 555 \"$1/build\"", tree);
    own_grade(tree, NOBODY, (const char *const[]){"check", "01", NULL});
    cr_assert_eq(run_exit_code(&ran), 1, "%s%s", ran.out, ran.err);
    cr_assert(check_has(ran.err, "cannot keep the progress"), "%s", ran.err);
    shell("chmod 000 \"$1/solutions/01-threaded-gcf/gcf.c\"", tree);
    own_grade(tree, NOBODY, (const char *const[]){"check", "01", "--from", "solutions", NULL});
    assert_refused("Permission denied (EACCES)");
}

Test(grader, reset_keeps_the_students_file)
{
    const char *tree = own_tree();
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    shell(
        "cd \"$1\" && git init -q . && git add exercises/01-threaded-gcf/gcf.c && "
        "git -c user.name=a -c user.email=b commit -q -m stub && echo 'int mine;' >exercises/01-threaded-gcf/gcf.c && "
        "B=build sh exercises/reset 01 && grep -q mine exercises/01-threaded-gcf/gcf.c.mine-1 && "
        "grep -q TODO exercises/01-threaded-gcf/gcf.c && B=build sh exercises/reset 1 | grep -q 'nothing to do'",
        tree);
}

/* The same verdict, byte for byte, with every CPU busy. */
Test(grader, load_changes_nothing)
{
    enum { BURNERS = 4, RUNS = 5 };
    pid_t burners[BURNERS];
    grade("check", "01", "--from", MUTANT("address-of-counter"), "--json");
    char *quiet = text("%s", ran.out);
    for (int i = 0; i < BURNERS; i++)
        if ((burners[i] = fork()) == 0)
            for (;;)
                ;
    bool alike = true;
    for (int i = 0; i < RUNS && alike; i++) {
        struct run_result again;
        const char *const argv[] = {check_built("grade"),         "check",  "01", "--from",
                                    MUTANT("address-of-counter"), "--json", NULL};
        alike = run_command(&(struct run_options){.argv = argv, .deadline_ms = 300000}, &again) == 0 &&
                strcmp(again.out, quiet) == 0;
    }
    for (int i = 0; i < BURNERS; i++) {
        kill(burners[i], SIGKILL);
        waitpid(burners[i], NULL, 0);
    }
    cr_assert(alike && check_has(quiet, "run 3 2 1"));
}
