/* The matrix: does the grader grade rightly?  For every exercise, one cell each and one result a cell:
 *
 *     solution, variants   × gcc, clang × −O0 … −O3   full points, not a warning
 *     solution             × sanitizers               runs clean
 *     stub                                            not a warning, at most a tenth of the points
 *     mutants                                         lose the test that their first line names
 *     attacks                                         no point, and no process left behind
 *
 * A cell asks the command `grade`, as anybody would, and reads its JSON; two cells run at a time, each in a process and
 * a folder of its own.  Knows no exercise: it finds them by their rubrics. */
#include "tests/harness/check.h"
#include "tests/harness/evidence.h"
#include "tests/harness/results.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CELLS_AT_ONCE = 2, GRADE_DEADLINE_MS = 300000 };

/* Who is graded, and what must come out. */
enum expectation { FULL_POINTS, CLEAN_RUN, NEXT_TO_NOTHING, LOSES_TEST, SCORES_NOTHING };

struct cell {
    const char *exercise, *source, *compiler, *flags;
    const char *killer; /* LOSES_TEST: the test that its first line names */
    enum expectation expectation;
};

static const char *folder;   /* the cell's own TMPDIR */
static const char *explored; /* for all cells: what the explorer has said of which program */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static char *cell_name(const struct cell *cell)
{
    static const char *const kinds[] = {"solved", "clean", "stub", "mutant", "attack"};
    return text("%s %s %s %s %s", cell->exercise, kinds[cell->expectation], base_name(cell->source), cell->compiler,
                cell->flags);
}

static int run_grade(const struct cell *cell, const char *command, const char *extra, struct run_result *result)
{
    const char *const argv[] = {check_built("grade"),
                                command,
                                cell->exercise,
                                "--from",
                                cell->source,
                                "--cc",
                                cell->compiler,
                                "--cflags",
                                cell->flags,
                                extra,
                                strcmp(command, "build") == 0 ? text("%s/program", folder) : NULL,
                                NULL};
    const char *const environment[] = {text("TMPDIR=%s", folder), text("TRAPBOOK_EXPLORED=%s", explored), NULL};
    return run_command(
        &(struct run_options){.argv = argv, .environment = environment, .deadline_ms = GRADE_DEADLINE_MS}, result);
}

static const char *get(const json_t *object, const char *member)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value ? value : "";
}

static const json_t *test_named(const json_t *verdict, const char *name)
{
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(verdict, "tests"), i, test)
        if (strcmp(get(test, "name"), name) == 0)
            return test;
    return NULL;
}

/* The tests that did not pass, in words. */
static char *lost(const json_t *verdict)
{
    char *all = text("%d of %d points", (int)json_integer_value(json_object_get(verdict, "points")),
                     (int)json_integer_value(json_object_get(verdict, "max_points")));
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(verdict, "tests"), i, test)
        if (strcmp(get(test, "verdict"), "PASS") != 0)
            all = text("%s; %s %s: %s%s", all, get(test, "name"), get(test, "verdict"), get(test, "saw"),
                       get(test, "reason"));
    return text("%s %.600s", all, get(json_object_get(verdict, "compiler"), "output"));
}

/* A process whose program lies in the cell's folder has outlived its grading. */
static bool left_behind(void)
{
    glob_t processes;
    bool found = false;
    if (glob("/proc/[0-9]*/exe", 0, NULL, &processes) != 0)
        return false;
    for (size_t i = 0; i < processes.gl_pathc && !found; i++) {
        char target[4096];
        ssize_t size = readlink(processes.gl_pathv[i], target, sizeof target);
        found = size > 0 && (size_t)size > strlen(folder) && memcmp(target, folder, strlen(folder)) == 0;
    }
    globfree(&processes);
    return found;
}

/* NULL if the verdict is as it must be, else what is wrong. */
static const char *judge_cell(const struct cell *cell, const json_t *verdict, int exit_code)
{
    int points = (int)json_integer_value(json_object_get(verdict, "points"));
    int max = (int)json_integer_value(json_object_get(verdict, "max_points"));
    const char *warnings = get(json_object_get(verdict, "compiler"), "output");
    const json_t *test = cell->killer ? test_named(verdict, cell->killer) : NULL;
    switch (cell->expectation) {
    case FULL_POINTS:
        return exit_code == 0 && points == max && max > 0 && !*warnings ? NULL : lost(verdict);
    case NEXT_TO_NOTHING:
        return exit_code == 1 && points * 10 <= max && !*warnings ? NULL : lost(verdict);
    case LOSES_TEST:
        if (!test)
            return text("its first line names the test “%s”, which there is not", cell->killer);
        if (exit_code != 1 || strcmp(get(test, "verdict"), "FAIL") != 0)
            return text("survives %s: %s", cell->killer, lost(verdict));
        return *get(test, "saw") && *get(test, "expected") && *get(test, "ask") ? NULL : "it fails without evidence";
    case SCORES_NOTHING:
        if (left_behind())
            return "it left a process behind";
        return exit_code == 1 && points == 0 ? NULL : lost(verdict);
    case CLEAN_RUN:
        break;
    }
    return "a cell without expectation";
}

/* One run that must be clean: exit status 0, output, not a word on stderr. */
static enum verdict run_one(const char *scenario, const char **message)
{
    struct run_result result;
    int error = run_words(&result, text("%s/program", folder), scenario, (char *)NULL);
    *message = error ? strerror(error) : text("%s%s", result.err, result.out);
    if (!error && (check_has(result.err, "unexpected memory mapping") ||
                   check_has(result.err, "LeakSanitizer has encountered a fatal error")))
        return VERDICT_SKIPPED; /* the sanitizer's own trouble with this kernel */
    return !error && run_exit_code(&result) == 0 && result.err_size == 0 && result.out_size > 0 ? VERDICT_PASS
                                                                                                : VERDICT_FAIL;
}

/* Builds the program as its author would, with a sanitizer, and runs it: by itself, and each scenario that it knows. */
static enum verdict run_clean(const struct cell *cell, const char **message)
{
    struct run_result result;
    int error = run_grade(cell, "build", "--output", &result);
    if (error || run_exit_code(&result) != 0 || result.err_size) {
        *message = error ? strerror(error) : result.err;
        return VERDICT_FAIL;
    }
    enum verdict verdict = run_one(NULL, message);
    if (verdict != VERDICT_PASS ||
        run_words(&result, check_built("grade"), "scenarios", cell->exercise, (char *)NULL) != 0)
        return verdict;
    for (char *rest = result.out, *name; verdict == VERDICT_PASS && (name = strsep(&rest, "\n"));)
        if (*name)
            verdict = run_one(name, message);
    return verdict;
}

static enum verdict run_cell(const struct cell *cell, const char **message)
{
    struct run_result result;
    *message = "";
    if (access(text("/usr/bin/%s", cell->compiler), X_OK) != 0 &&
        run_words(&result, cell->compiler, "--version", (char *)NULL) != 0) {
        *message = text("%s is not on this machine: make deps-all", cell->compiler);
        return VERDICT_SKIPPED;
    }
    if (cell->expectation == CLEAN_RUN)
        return run_clean(cell, message);
    int error = run_grade(cell, "check", "--json", &result);
    json_error_t where;
    json_t *verdict = error ? NULL : json_loads(result.out, 0, &where);
    if (error)
        *message = text("cannot run grade: %s", strerror(error));
    else if (!verdict || result.timed_out)
        *message = text("no verdict (exit code %d): %s", run_exit_code(&result), result.err);
    else
        *message = judge_cell(cell, verdict, run_exit_code(&result));
    if (*message)
        return VERDICT_FAIL;
    *message = "";
    return VERDICT_PASS;
}

/* In a process of its own.  The cell's folder goes with the process's scratch. */
static void cell_process(const struct cell *cell)
{
    const char *message;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    folder = check_scratch();
    enum verdict verdict = run_cell(cell, &message);
    results_append("matrix", cell_name(cell), verdict, message);
    if (verdict == VERDICT_FAIL)
        fprintf(stderr, "%s: %s\n", cell_name(cell), message);
    exit(0);
}

static unsigned running;

static void wait_for_one(void)
{
    int status;
    if (wait(&status) < 0)
        return;
    running--;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        results_append("matrix", "cells", VERDICT_INFRA, "a cell's own process died");
}

static void start_cell(struct cell cell)
{
    if (running == CELLS_AT_ONCE)
        wait_for_one();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        cell_process(&cell);
    if (pid < 0)
        results_append("matrix", cell_name(&cell), VERDICT_INFRA, strerror(errno));
    else
        running++;
}

/* What the first line says after a key: "kills: together; lesson: …". */
static const char *first_line_says(const char *path, const char *key)
{
    char *line = check_read(path, NULL);
    const char *at = line ? strstr(line, key) : NULL;
    if (!at || at > line + strcspn(line, "\n"))
        return NULL;
    at += strlen(key);
    return text("%.*s", (int)strcspn(at, ";*\n"), at);
}

static void start_full(const char *exercise, const char *source)
{
    static const char *const compilers[] = {"gcc", "clang"}, *const flags[] = {"-O0", "-O1", "-O2", "-O3"};
    for (size_t c = 0; c < 2; c++)
        for (size_t f = 0; f < 4; f++)
            start_cell((struct cell){exercise, source, compilers[c], flags[f], NULL, FULL_POINTS});
}

/* Every file that the pattern finds, as a cell.  A mutant's first line may say in which flavour it is dependably
 * killed. */
static void start_each(const char *exercise, const char *pattern, enum expectation expectation)
{
    glob_t files;
    if (glob(pattern, 0, NULL, &files) != 0)
        return;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *source = files.gl_pathv[i], *killer = NULL;
        const char *flags = first_line_says(source, "flags: "), *compiler = first_line_says(source, "compiler: ");
        if (expectation == LOSES_TEST && !(killer = first_line_says(source, "kills: ")))
            killer = "(none named)";
        if (expectation == FULL_POINTS)
            start_full(exercise, source);
        else
            start_cell((struct cell){exercise, source, compiler ? compiler : "gcc", flags ? flags : "-O2", killer,
                                     expectation});
    }
    globfree(&files);
}

/* The stub as it was handed out, even where somebody has begun to solve the exercise in this tree. */
static const char *pristine_stub(const char *exercise)
{
    struct run_result result;
    const char *into = check_path(text("stub-%s", exercise));
    const char *script =
        "for f in $(\"$3\" files \"$1\"); do sh exercises/pristine \"$1\" \"$f\" >\"$2/$f\" || exit 1; done";
    mkdir(into, 0755);
    if (run_words(&result, "sh", "-c", script, "sh", exercise, into, check_built("grade"), (char *)NULL) != 0 ||
        run_exit_code(&result) != 0)
        return text("exercises/%s", exercise);
    return into;
}

static void start_exercise(const char *exercise)
{
    static const char *const sanitizers[] = {"-O1 -fsanitize=address,undefined -fno-sanitize-recover=all",
                                             "-O1 -fsanitize=thread"};
    start_full(exercise, "solutions");
    for (size_t i = 0; i < 2; i++)
        start_cell((struct cell){exercise, "solutions", "gcc", sanitizers[i], NULL, CLEAN_RUN});
    start_each(exercise, text("tests/%s/variants/*", exercise), FULL_POINTS);
    const char *stub = pristine_stub(exercise);
    start_cell((struct cell){exercise, stub, "gcc", "-O2", NULL, NEXT_TO_NOTHING});
    start_cell((struct cell){exercise, stub, "clang", "-O2", NULL, NEXT_TO_NOTHING});
    start_each(exercise, text("tests/%s/mutants/*", exercise), LOSES_TEST);
    start_each(exercise, text("tests/attacks/%s/*", exercise), SCORES_NOTHING);
}

int main(void)
{
    glob_t rubrics;
    const char *only = getenv("EX"); /* one exercise alone, by its number */
    explored = check_path("explored");
    mkdir(explored, 0755);
    if (glob("tests/[0-9][0-9]-*/rubric.json", 0, NULL, &rubrics) != 0)
        return 2;
    for (size_t i = 0; i < rubrics.gl_pathc; i++)
        if (!only || !*only || strncmp(rubrics.gl_pathv[i] + 6, only, strlen(only)) == 0)
            start_exercise(text("%.*s", (int)strcspn(rubrics.gl_pathv[i] + 6, "/"), rubrics.gl_pathv[i] + 6));
    while (running)
        wait_for_one();
    globfree(&rubrics);
    return 0;
}
