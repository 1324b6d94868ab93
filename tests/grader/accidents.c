/* What happens to students who do nothing wicked: a loop without end, a file gone, a name half remembered, the wrong
 * folder, a machine with nothing installed.  Each gets words that lead on. */
#include "tests/harness/check.h"
#include "tests/harness/evidence.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct run_result ran;

/* Runs `make -s TARGET WORDS…` in this tree, built where the tests are. */
#define make(...) run_make((const char *const[]){__VA_ARGS__, NULL})

static void run_make(const char *const *arguments)
{
    const char *argv[16] = {"make", "-s", text("B=%s", getenv("TRAPBOOK_B") ? getenv("TRAPBOOK_B") : "build")};
    for (size_t i = 0; arguments[i] && i < 12; i++)
        argv[i + 3] = arguments[i];
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .deadline_ms = 120000}, &ran), 0);
}

#define saw(part) cr_assert(check_has(ran.out, part) || check_has(ran.err, part), "%s%s", ran.out, ran.err)
#define saw_no(part) cr_assert(!check_has(ran.out, part) && !check_has(ran.err, part), "%s%s", ran.out, ran.err)

/* The solution, with one line made another by sed, as somebody's file.  Returns FROM=… of it. */
static const char *changed(const char *source, const char *name, const char *edit)
{
    const char *path = check_path(name);
    struct run_result result;
    cr_assert_eq(run_words(&result, "sh", "-c", "sed \"$3\" \"$1\" >\"$2\" && ! cmp -s \"$1\" \"$2\"", "sh", source,
                           path, edit, (char *)NULL),
                 0);
    cr_assert_eq(run_exit_code(&result), 0, "%s changes nothing in %s", edit, source);
    return text("FROM=%s", path);
}

static void shell(const char *script, const char *argument)
{
    struct run_result result;
    int error = run_words(&result, "sh", "-ec", script, "sh", argument, (char *)NULL);
    cr_assert(!error && run_exit_code(&result) == 0, "%s: %s%s", script, result.out, result.err);
}

/* Ubuntu's gcc checks sizes unasked where it optimizes: then the headers read otherwise than for the explorer. */
Test(accidents, a_compiler_may_add_checks_of_its_own)
{
    const char *path = check_path("tally.c");
    shell("{ echo '#include <ctype.h>'; echo '#include <stdlib.h>'; cat solutions/02-shared-tally/tally.c; } >\"$1\"",
          path);
    cr_assert_eq(run_words(&ran, check_built("grade"), "check", "02", "--from", path, "--cflags",
                           "-O2 -D_FORTIFY_SOURCE=2", (char *)NULL),
                 0);
    saw("10 of 10");
}

/* No finding, whatever else the machine has to do: the kernel's count of CPU time is coarse, and runs ahead. */
Test(accidents, a_loop_without_end_is_not_judged)
{
    enum { BURNERS = 2 };
    pid_t burners[BURNERS];
    for (int i = 0; i < BURNERS; i++)
        if ((burners[i] = fork()) == 0)
            for (;;)
                ;
    make("check", "EX=01",
         changed("solutions/01-threaded-gcf/gcf.c", "gcf.c", "s/^int main(void)/&{for (;;);}int x(void)/"));
    for (int i = 0; i < BURNERS; i++) {
        kill(burners[i], SIGKILL);
        waitpid(burners[i], NULL, 0);
    }
    cr_assert_neq(run_exit_code(&ran), 0);
    cr_assert_eq(check_count(ran.out, "not judged"), 8, "%s", ran.out);
    saw_no("✗");
    saw_no("✓");
}

/* One mistake, one question that fits it, and not the points of everything else. */
Test(accidents, an_exit_status_costs_the_example_only)
{
    make("check", "EX=01", changed("solutions/01-threaded-gcf/gcf.c", "gcf.c", "s/return failures == 0 .*/return 3;/"));
    saw("what does main return?");
    saw("✓ every thread is joined, once");
    saw("✓ other pairs");
    saw("✓ pairs that you have not seen");
}

Test(accidents, a_wrong_number_is_not_a_wrong_line)
{
    make("check", "EX=01", changed("solutions/01-threaded-gcf/gcf.c", "gcf.c", "s/while (b != 0)/if (b != 0)/"));
    saw("the words are right");
}

Test(accidents, the_example_tells_how_it_ended)
{
    const char *tally = "solutions/02-shared-tally/tally.c";
    make("check", "EX=02", changed(tally, "tally.c", "s/^    check(pthread_mutex_unlock.*/    ;/"));
    saw("it waits for ever");
    make("check", "EX=02", changed(tally, "tally.c", "s/tally->sum += factor;/*(int *)0 = factor;/"));
    saw("it was killed by signal 11");
}

Test(accidents, names_half_remembered)
{
    make("check", "EX=exercises/02-shared-tally/", "FROM=solutions");
    saw("10 of 10");
    make("explore", "EX=exercises/02-shared-tally/tally.c", "FROM=solutions", "SCENARIO=alone");
    saw("PASS");
    make("check", "EX=tally");
    saw("did you mean '02-shared-tally'?");
    make("check", "EX=worker pool");
    saw("did you mean '04-worker-pool'?");
    make("check", "EX=99");
    saw("no such exercise");
    saw_no("did you mean");
}

Test(accidents, a_program_without_main)
{
    make("check", "EX=01", changed("solutions/01-threaded-gcf/gcf.c", "gcf.c", "s/^int main/int mian/"));
    saw("undefined reference to `main'");
    saw("which name does it look for");
}

/* The word that `make explore` and `make replay` print leads to the same order again. */
Test(accidents, a_schedule_can_be_typed_again)
{
    const char *from = "FROM=tests/01-threaded-gcf/mutants/one-thread-variable.c";
    make("check", "EX=01", from);
    for (int i = 0; i < 2; i++) {
        const char *word = strstr(ran.out, "SCHEDULE=");
        cr_assert(word, "%s%s", ran.out, ran.err);
        make("replay", "EX=01", from, text("%.*s", (int)strcspn(word, " \n"), word));
        saw("FAIL  ");
    }
}

static void run_in(const char *folder, const char *const *argv)
{
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .directory = folder}, &ran), 0);
}

Test(accidents, a_file_gone_can_be_had_again)
{
    const char *tree = check_path("a tree"), *file = text("%s/exercises/02-shared-tally/tally.c", tree);
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    setenv("B", check_built(""), 1);
    shell("mkdir -p \"$1/tests\" && cp -r exercises \"$1\" && cp -r tests/grader tests/02-shared-tally \"$1/tests\" && "
          "cd \"$1\" && git init -q . && git add -A && git -c user.name=a -c user.email=b commit -q -m stubs && "
          "rm exercises/02-shared-tally/tally.c",
          tree);
    run_in(tree, (const char *const[]){check_built("grade"), "check", "02", NULL});
    saw("make reset EX=02");
    run_in(tree, (const char *const[]){"sh", "exercises/reset", "02", NULL});
    saw("is the stub again");
    cr_assert_eq(access(file, R_OK), 0, "%s%s", ran.out, ran.err);
}

Test(accidents, make_inside_an_exercises_folder)
{
    const char *built = text("B=%s", check_built(""));
    run_in("exercises/02-shared-tally", (const char *const[]){"make", "-s", built, "check", "FROM=solutions", NULL});
    saw("02 shared-tally");
    saw("10 of 10");
    run_in("exercises", (const char *const[]){"make", "-s", built, "list", NULL});
    saw("02  shared-tally");
}

/* Before anything is compiled, and instead of what the compiler would say. */
Test(accidents, a_machine_with_nothing_installed)
{
    FILE *table = fopen(check_path("table"), "w");
    fprintf(table, "moon | core | shines at night | file %s | - | - | - | -\n", check_path("moon"));
    fclose(table);
    setenv("TRAPBOOK_PACKAGES", check_path("table"), 1);
    run_in(".", (const char *const[]){"make", text("B=%s", check_path("fresh")), NULL});
    saw("it shines at night");
    saw_no("CC ");
}
