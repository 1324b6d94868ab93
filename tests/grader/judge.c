/* The verdict: runs the exercise's suite on the subjects and holds its results against the rubric.
 *
 * Only a test that the rubric names and that really ran counts.  A suite that left no result for one, whatever its exit
 * status, is the grader's own failure (INFRA), never the student's. */
#include "tests/grader/grader.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SUITE_DEADLINE_MS = 600000 };

static void set(json_t *object, const char *member, const char *value)
{
    json_object_set_new(object, member, json_string(value));
}

static const char *get(const json_t *object, const char *member)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value ? value : "";
}

/* The suite's results by test name: {"example": {"verdict": …, "message": …}, …}; and, in `notes`, what tests said of
 * themselves while they ran. */
static json_t *read_results(const char *path, json_t *notes)
{
    json_t *results = json_object();
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t capacity = 0;
    while (file && getline(&line, &capacity, file) > 0) {
        json_t *result = json_loads(line, 0, NULL);
        const char *test = get(result, "test");
        json_t *kind = strcmp(get(result, "verdict"), "NOTE") == 0 ? notes : results;
        if (*test && (kind == notes || !json_object_get(kind, test))) /* the first result, the latest note */
            json_object_set(kind, test, result);
        json_decref(result);
    }
    free(line);
    if (file)
        fclose(file);
    return results;
}

/* What tells a Criterion program to be another than it is: a worker of a suite that we are part of, or one that always
 * succeeds.  The suite that grades starts as if nobody had said anything. */
static void forget_criterion(void)
{
    static const char *const names[] = {"BXFI_MAP", "CRITERION_"};
    for (size_t i = 0; environ && environ[i];) {
        const char *name = words("%.*s", (int)strcspn(environ[i], "="), environ[i]);
        bool meant = strncmp(name, names[0], strlen(names[0])) == 0 || strncmp(name, names[1], strlen(names[1])) == 0;
        if (!meant || unsetenv(name) != 0)
            i++;
    }
}

static json_t *run_suite(const struct places *places, const struct exercise *exercise, const char *subjects,
                         json_t *notes)
{
    char *suite = words("%s/tests/%s/suite", places->built, exercise->name);
    char *path = words("%s/results", build_scratch());
    const char *const argv[] = {suite, "--quiet", "--color=never", NULL};
    const char *const environment[] = {words("TRAPBOOK_SUBJECT=%s", subjects), words("TRAPBOOK_RESULTS=%s", path),
                                       words("TRAPBOOK_B=%s", places->built), NULL};
    forget_criterion();
    unlink(path);
    struct run_result result;
    int error = run_command(
        &(struct run_options){
            .argv = argv, .environment = environment, .directory = places->root, .deadline_ms = SUITE_DEADLINE_MS},
        &result);
    if (error)
        fail(GRADE_INFRA, error, "cannot run the tests, %s; make check EX=%s builds them", suite, exercise->number);
    run_free(&result);
    return read_results(path, notes);
}

/* "saw: …\nexpected: …" into members of the same names; a line that begins with a tab continues the one before. */
static void take_evidence(json_t *test, const char *message)
{
    static const char *const keys[] = {"saw", "expected", "witness", "schedule", "ask"};
    const char *key = NULL;
    char *rest = words("%s", message), *line;
    while ((line = strsep(&rest, "\n"))) {
        char *text = line;
        if (*line == '\t' && key) {
            set(test, key, words("%s\n%s", get(test, key), line + 1));
            continue;
        }
        key = NULL;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (strncmp(line, keys[i], strlen(keys[i])) == 0 && strncmp(line + strlen(keys[i]), ": ", 2) == 0)
                key = keys[i], text = line + strlen(keys[i]) + 2;
        if (*text)
            set(test, key ? key : "saw", text);
    }
}

/* One line of the rubric, with what became of it. */
static json_t *judge_test(json_t *line, json_t *result, json_t *note)
{
    json_t *test = json_object();
    const char *verdict = get(result, "verdict");
    set(test, "name", get(line, "name"));
    set(test, "title", get(line, "title"));
    bool known = strcmp(verdict, "PASS") == 0 || strcmp(verdict, "FAIL") == 0 || strcmp(verdict, "INCONCLUSIVE") == 0;
    set(test, "verdict", known ? verdict : "INFRA");
    json_t *points = json_object_get(line, "points");
    json_object_set_new(test, "points", json_integer(strcmp(verdict, "PASS") == 0 ? json_integer_value(points) : 0));
    json_object_set(test, "max_points", points);
    json_object_set_new(test, "visible", json_boolean(!json_is_false(json_object_get(line, "visible"))));
    if (strcmp(verdict, "PASS") == 0 && *get(note, "message"))
        set(test, "proof", get(note, "message"));
    if (strcmp(verdict, "FAIL") == 0) {
        set(test, "ask", get(line, "ask")); /* unless the evidence asks something more to the point */
        take_evidence(test, get(result, "message"));
    } else if (strcmp(verdict, "PASS") != 0) {
        set(test, "reason", *get(result, "message") ? get(result, "message") : "the test did not run");
    }
    return test;
}

static const char *worst_verdict(json_t *tests)
{
    static const char *const worse[] = {"PASS", "INCONCLUSIVE", "FAIL", "INFRA"};
    size_t worst = 0, i;
    json_t *test;
    json_array_foreach (tests, i, test)
        for (size_t rank = worst + 1; rank < 4; rank++)
            if (strcmp(get(test, "verdict"), worse[rank]) == 0)
                worst = rank;
    return worse[worst];
}

/* What every test has to say if there is nothing to run. */
static json_t *nothing_to_run(const struct build *build)
{
    if (!build->ok)
        return json_pack("{s:s, s:s}", "verdict", "FAIL", "message", "saw: it does not compile");
    const char *message = words("saw: %s\nexpected: what the exercise needs, and no other calls\n"
                                "ask: what does the exercise ask for that cannot be done without it?",
                                build->refusal);
    return json_pack("{s:s, s:s}", "verdict", "FAIL", "message", message);
}

json_t *judge(const struct places *places, const struct exercise *exercise, const char *from, struct build *build)
{
    char *subjects = words("%s/subjects", build_scratch());
    bool built = build_subjects(places, exercise, from, subjects, build);
    json_t *notes = json_object(), *results = built ? run_suite(places, exercise, subjects, notes) : NULL;
    json_t *tests = json_array(), *line;
    json_int_t points = 0;
    size_t i;
    json_t *nothing = nothing_to_run(build);
    json_array_foreach (json_object_get(exercise->rubric, "tests"), i, line) {
        const char *name = get(line, "name");
        json_t *test = judge_test(line, built ? json_object_get(results, name) : nothing, json_object_get(notes, name));
        points += json_integer_value(json_object_get(test, "points"));
        json_array_append_new(tests, test);
    }
    json_decref(results);
    json_decref(notes);
    json_decref(nothing);
    char *said = words("%s", build->output);
    json_t *output = json_string(said);
    return json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:{s:b, s:o, s:s}, s:o}", "exercise", exercise->name, "title",
                     exercise_title(exercise), "from", from, "points", points, "max_points",
                     exercise_max_points(exercise), "verdict", worst_verdict(tests), "compiler", "ok", build->ok,
                     "output", output ? output : json_string("(the compiler's words are not valid UTF-8)"), "refused",
                     build->refusal ? build->refusal : "", "tests", tests);
}

int judge_exit_status(const json_t *verdict)
{
    if (strcmp(get(verdict, "verdict"), "INFRA") == 0)
        return GRADE_INFRA;
    return json_integer_value(json_object_get(verdict, "points")) ==
                   json_integer_value(json_object_get(verdict, "max_points"))
               ? GRADE_FULL
               : GRADE_LOST;
}
