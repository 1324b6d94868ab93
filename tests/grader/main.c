/* grade: what is asked for, of which exercise, from whose files; the rest is done elsewhere.  Knows no exercise. */
#include "tests/grader/grader.h"

#include <argp.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *argp_program_version = "grade " TRAPBOOK_VERSION;

_Noreturn void fail(int status, int error, const char *format, ...)
{
    fflush(stdout);
    fprintf(stderr, "grade: ");
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    if (error)
        fprintf(stderr, ": %s (%s)", strerror(error), strerrorname_np(error));
    fputc('\n', stderr);
    exit(status);
}

char *words(const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        abort();
    va_end(arguments);
    return text;
}

struct request {
    const char *command, *exercise, *scenario, *from, *output, *subject, *compiler, *flags, *target;
    bool json, colour, explored;
};

enum { KEY_FROM = 256, KEY_JSON, KEY_NO_COLOR, KEY_CC, KEY_CFLAGS, KEY_EXPLORED, KEY_SUBJECT, KEY_TARGET };

static const struct argp_option options[] = {
    {"from", KEY_FROM, "WHERE", 0, "whose files: exercises (the default), solutions, a file or a folder", 0},
    {"json", KEY_JSON, NULL, 0, "the verdict as one JSON object", 0},
    {"no-color", KEY_NO_COLOR, NULL, 0, "no colours (as with NO_COLOR in the environment)", 0},
    {"output", 'o', "FILE", 0, "build: where the program goes; subjects: into which folder", 0},
    {"explored", KEY_EXPLORED, NULL, 0, "build: for the schedule explorer; the sources stay in FILE.build", 0},
    {"subject", KEY_SUBJECT, "NAME", 0, "build --explored: with this subject's scenarios, not the exercise's own", 0},
    {"cc", KEY_CC, "COMPILER", 0, "with which compiler (default gcc)", 0},
    {"cflags", KEY_CFLAGS, "FLAGS", 0, "with which flags besides the exercise's own (default -O2)", 0},
    {"target", KEY_TARGET, "FOLDER", 0, "subjects: for another machine, whose built things lie there; with its --cc",
     0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct request *request = state->input;
    switch (key) {
    case KEY_FROM:
        request->from = argument;
        return 0;
    case KEY_JSON:
        request->json = true;
        return 0;
    case KEY_NO_COLOR:
        request->colour = false;
        return 0;
    case 'o':
        request->output = argument;
        return 0;
    case KEY_EXPLORED:
        request->explored = true;
        return 0;
    case KEY_SUBJECT:
        request->subject = argument;
        return 0;
    case KEY_TARGET:
        request->target = argument;
        return 0;
    case KEY_CC:
        request->compiler = argument;
        return 0;
    case KEY_CFLAGS:
        request->flags = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 2 || (state->arg_num == 2 && strcmp(request->command, "expected") != 0))
            fail(GRADE_BAD_INPUT, 0, "cannot use '%s': one command and one exercise at most (grade --help)", argument);
        *(state->arg_num == 2   ? &request->scenario
          : state->arg_num == 1 ? &request->exercise
                                : &request->command) = argument;
        return 0;
    case ARGP_KEY_ERROR: /* argp itself would say it in two lines */
        fail(GRADE_BAD_INPUT, 0, "cannot use '%s': no such option, or its value is missing (grade --help)",
             state->argv[state->next > 1 ? state->next - 1 : 0]);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const char doc[] = "Grades exercises, says where you are and what comes next.\v"
                          "Commands:\n"
                          "  check EX   grade one exercise: what was lost, why, and what to ask yourself\n"
                          "  hint EX    its next hint\n"
                          "  where      how far you are, and the one next thing to do\n"
                          "  list       all exercises, with points\n"
                          "  all        grade every exercise, one line each\n"
                          "  build EX   compile it as you would, into --output\n"
                          "  subjects EX  the programs that its tests run, into --output\n"
                          "  name EX    its full name\n"
                          "  files EX   the files to fill in\n"
                          "  tests EX   its tests: points and name\n"
                          "  scenarios EX      the experiments that its program knows by name\n"
                          "  expected EX NAME  what one of them must print\n"
                          "\n"
                          "EX is 01 or 01-threaded-gcf.\n"
                          "Exit status: 0 full points, 1 points lost, 2 bad input, 3 the grader itself failed.";

static void put_json(const json_t *value)
{
    json_dumpf(value, stdout, JSON_INDENT(2));
    putchar('\n');
}

/* Grades one; remembers the points if they are the student's own. */
static json_t *grade(const struct places *places, const struct exercise *exercise, const struct request *request)
{
    struct build build = {.compiler = request->compiler, .flags = request->flags};
    json_t *verdict = judge(places, exercise, request->from, &build);
    if (strcmp(request->from, "exercises") == 0 && judge_exit_status(verdict) != GRADE_INFRA)
        progress_set(places, exercise->name, "points", json_incref(json_object_get(verdict, "points")));
    return verdict;
}

static int command_check(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    json_t *verdict = grade(places, &exercise, request);
    int status = judge_exit_status(verdict);
    if (request->json)
        put_json(verdict);
    else
        show_verdict(verdict, &exercise, request->colour);
    json_decref(verdict);
    return status;
}

static int command_all(const struct places *places, const struct request *request)
{
    struct exercise *all;
    size_t count = exercise_all(places, &all);
    json_t *verdicts = json_array();
    int worst = GRADE_FULL, points = 0, max = 0;
    for (size_t i = 0; i < count; i++) {
        json_t *verdict = grade(places, &all[i], request);
        int status = judge_exit_status(verdict), reached = (int)json_integer_value(json_object_get(verdict, "points"));
        worst = status > worst ? status : worst;
        points += reached;
        max += exercise_max_points(&all[i]);
        if (!request->json)
            printf("%s  %-20s %3d of %2d   %s\n", all[i].number, all[i].name + 3, reached, exercise_max_points(&all[i]),
                   json_string_value(json_object_get(verdict, "verdict")));
        json_array_append_new(verdicts, verdict);
    }
    if (request->json)
        put_json(verdicts);
    else
        printf("%-24s %3d of %2d\n", "all", points, max);
    json_decref(verdicts);
    return worst;
}

/* Hints come one at a time; the last one stays. */
static int command_hint(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    json_t *hints = json_object_get(exercise.rubric, "hints"), *progress = progress_read(places);
    size_t count = json_array_size(hints), seen = (size_t)progress_get(progress, exercise.name, "hints");
    json_decref(progress);
    if (count == 0)
        fail(GRADE_INFRA, 0, "cannot find hints for exercise %s in its rubric", exercise.name);
    if (seen < count)
        progress_set(places, exercise.name, "hints", json_integer((json_int_t)++seen));
    printf("%s %s, hint %zu of %zu\n%s\n", exercise.number, exercise.name + 3, seen, count,
           json_string_value(json_array_get(hints, seen - 1)));
    if (seen == count)
        printf("That is the last hint: exercises/%s/README.md has the whole task.\n", exercise.name);
    else
        printf("The next hint: make hint EX=%s\n", exercise.number);
    return 0;
}

static int overview(const struct places *places, const struct request *request, bool list)
{
    struct exercise *all;
    size_t count = exercise_all(places, &all);
    json_t *progress = progress_read(places);
    if (list)
        show_list(all, count, progress);
    else
        show_where(all, count, progress, request->colour);
    json_decref(progress);
    return 0;
}

static int command_where(const struct places *places, const struct request *request)
{
    return overview(places, request, false);
}

static int command_list(const struct places *places, const struct request *request)
{
    return overview(places, request, true);
}

/* For scripts: the exercise's full name. */
static int command_name(const struct places *places, const struct request *request)
{
    puts(exercise_find(places, request->exercise).name);
    return 0;
}

/* For scripts: each line of the rubric, as points and name. */
static int command_tests(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(exercise.rubric, "tests"), i, test)
        printf("%d %s\n", (int)json_integer_value(json_object_get(test, "points")),
               json_string_value(json_object_get(test, "name")));
    return 0;
}

/* For scripts: the files that are handed in. */
static int command_files(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    size_t i;
    json_t *file;
    json_array_foreach (json_object_get(exercise.rubric, "files"), i, file)
        puts(json_string_value(file));
    return 0;
}

/* Of the exercise's own program, or of a subject's. */
static json_t *scenarios_of(const struct exercise *exercise, const struct request *request)
{
    json_t *all = json_object_get(exercise->rubric, "scenarios");
    return json_object_get(all, request->subject ? request->subject : "visible");
}

static int command_scenarios(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    const char *name;
    json_t *lines;
    json_object_foreach (scenarios_of(&exercise, request), name, lines)
        puts(name);
    return 0;
}

static int command_expected(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    json_t *lines = request->scenario ? json_object_get(scenarios_of(&exercise, request), request->scenario) : NULL,
           *line;
    size_t i;
    if (!lines)
        fail(GRADE_BAD_INPUT, 0, "cannot find the scenario '%.60s' in exercise %s (grade scenarios %s shows them)",
             request->scenario ? request->scenario : "", exercise.name, exercise.number);
    json_array_foreach (lines, i, line)
        puts(json_string_value(line));
    return 0;
}

static int command_build(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    struct build build = {.compiler = request->compiler, .flags = request->flags};
    if (!request->output)
        fail(GRADE_BAD_INPUT, 0, "cannot build without --output FILE");
    bool built = request->explored
                     ? build_for_explorer(places, &exercise, request->from, request->subject, request->output, &build)
                     : build_program(places, &exercise, request->from, request->output, &build);
    fputs(built && request->explored ? "" : build.output, stderr);
    return built ? 0 : GRADE_LOST;
}

static char *absolute(const char *path)
{
    char *real = realpath(path, NULL);
    if (!real)
        fail(GRADE_BAD_INPUT, errno, "cannot use the folder '%s'", path);
    return real;
}

/* What `check` builds, kept: for a machine that has no compiler. */
static int command_subjects(const struct places *places, const struct request *request)
{
    struct exercise exercise = exercise_find(places, request->exercise);
    struct build build = {.compiler = request->compiler, .flags = request->flags};
    if (!request->output)
        fail(GRADE_BAD_INPUT, 0, "cannot build the subjects without --output FOLDER");
    build.target = request->target ? absolute(request->target) : NULL;
    bool built = build_subjects(places, &exercise, request->from, absolute(request->output), &build);
    fprintf(stderr, "%s%s", build.output, build.refusal ? words("%s\n", build.refusal) : "");
    return built ? 0 : GRADE_LOST;
}

static const struct {
    const char *name;
    int (*run)(const struct places *, const struct request *);
    bool on_all; /* needs no exercise */
} commands[] = {{"check", command_check, false},
                {"hint", command_hint, false},
                {"where", command_where, true},
                {"list", command_list, true},
                {"all", command_all, true},
                {"build", command_build, false},
                {"subjects", command_subjects, false},
                {"tests", command_tests, false},
                {"name", command_name, false},
                {"files", command_files, false},
                {"scenarios", command_scenarios, false},
                {"expected", command_expected, false}};

/* Told not to speak of errors, argp would not speak of help either. */
static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") || !strcmp(argv[i], "--usage") ||
            !strcmp(argv[i], "--version") || !strcmp(argv[i], "-V"))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    const struct argp argp = {options, parse, "COMMAND [EX]", doc, NULL, NULL, NULL};
    const char *no_color = getenv("NO_COLOR");
    struct request request = {.from = "exercises", .compiler = "gcc", .flags = "-O2"};
    request.colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
    argp_err_exit_status = GRADE_BAD_INPUT;
    if (argp_parse(&argp, argc, argv, asks_help(argc, argv) ? 0 : ARGP_NO_ERRS, NULL, &request) != 0)
        return GRADE_BAD_INPUT;
    struct places places = places_find();
    const char *command = request.command ? request.command : "where";
    size_t i = 0, count = sizeof commands / sizeof *commands;
    while (i < count && strcmp(commands[i].name, command) != 0)
        i++;
    if (i == count)
        fail(GRADE_BAD_INPUT, 0,
             "cannot do '%s': commands are check, hint, where, list, all, build, subjects, name, files, tests, "
             "scenarios, expected (grade --help)",
             command);
    if (!commands[i].on_all && !request.exercise)
        fail(GRADE_BAD_INPUT, 0, "cannot %s without an exercise: grade %s 01 (grade list shows them)", command,
             command);
    return commands[i].run(&places, &request);
}
