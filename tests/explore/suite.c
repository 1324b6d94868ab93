/* The explorer from outside, as a person or the grader uses it: every wrong program of the corpus is found, with a
 * witness that replays; no right one is blamed; counts are what theory says; what cannot be controlled is refused.
 */
#include "tests/harness/check.h"
#include "tests/harness/run.h"
#include "tracer/event.h"
#include "tracer/log.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(explore, .timeout = 300);

enum { WORDS_MAX = 32, REPLAYS = 100 };

/* `trapflow explore --json WORDS…`; its last line is the answer, kept until the next call. */
static int explore(struct run_result *result, const char *const *words)
{
    const char *argv[WORDS_MAX + 4] = {check_built("trapflow"), "explore", "--json"};
    unsigned count = 3;
    while (*words && count < WORDS_MAX + 3)
        argv[count++] = *words++;
    struct run_options options = {.argv = argv, .deadline_ms = 120000};
    cr_assert_eq(run_command(&options, result), 0, "cannot run trapflow: is it built?");
    return run_exit_code(result);
}
#define EXPLORE(result, ...) explore(result, (const char *const[]){__VA_ARGS__, NULL})

/* The value of a field of the answer, as text; strings without their quotes. */
static const char *field(const struct run_result *result, const char *name)
{
    static char values[8][8192];
    static unsigned next;
    char key[64], *value = values[next++ % 8];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(result->out, key);
    value[0] = '\0';
    if (!at)
        return value;
    at += strlen(key);
    size_t length = *at == '"' ? 0 : strcspn(at, ",}");
    if (*at == '"')
        for (at++; at[length] && at[length] != '"'; length++)
            length += at[length] == '\\';
    snprintf(value, sizeof values[0], "%.*s", (int)(length < 8191 ? length : 8191), at);
    return value;
}

/* Complaints of a loop over many programs, so that one failing program does not hide the others. */
static char complaints[65536];
__attribute__((format(printf, 1, 2))) static void complain(const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(complaints);
    va_start(arguments, format);
    vsnprintf(complaints + used, sizeof complaints - used, format, arguments);
    va_end(arguments);
}

static void each(const char *pattern, unsigned least, void (*check)(const char *path))
{
    glob_t found;
    cr_assert_eq(glob(pattern, 0, NULL, &found), 0, "no file fits %s", pattern);
    cr_assert_geq(found.gl_pathc, least, "only %zu files fit %s, %u are promised", found.gl_pathc, pattern, least);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    globfree(&found);
    cr_assert_str_empty(complaints, "%s", complaints);
}

/* "data-race" of a first line that says: wrong: data-race; lesson: … */
static const char *first_line_word(const char *path, const char *after)
{
    static char word[64];
    char *text = check_read(path, NULL);
    char *at = text ? strstr(text, after) : NULL;
    word[0] = '\0';
    if (at)
        snprintf(word, sizeof word, "%.*s", (int)strcspn(at + strlen(after), ";\n*"), at + strlen(after));
    free(text);
    return word;
}

/* ---- the corpus ---- */

static void check_wrong(const char *path)
{
    struct run_result result;
    const char *kind = first_line_word(path, "wrong: ");
    char program[256], repeat[16], witness[4096];
    snprintf(program, sizeof program, "%s/wrong", check_scratch());
    snprintf(repeat, sizeof repeat, "%d", REPLAYS);
    int code = EXPLORE(&result, "-o", program, "--build", "--", path);
    snprintf(witness, sizeof witness, "%s", field(&result, "witness"));
    if (code != 1 || strcmp(field(&result, "verdict"), "FAIL") != 0 || strcmp(field(&result, "finding"), kind) != 0)
        complain("%s: expected FAIL with %s, saw exit code %d: %s%s\n", path, kind, code, result.out, result.err);
    if (!strstr(field(&result, "message"), strrchr(path, '/') + 1))
        complain("%s: the message names no line of it: %s\n", path, result.out);
    run_free(&result);
    if (!*witness)
        return;
    code = EXPLORE(&result, "--replay", witness, "--repeat", repeat, program);
    if (code != 1 || atoi(field(&result, "runs")) != REPLAYS)
        complain("%s: %s does not replay %d times: exit code %d, %s runs: %s\n", path, witness, REPLAYS, code,
                 field(&result, "runs"), result.err);
    run_free(&result);
}

Test(explore, every_wrong_program_is_found_and_replays)
{
    each("tests/explore/corpus/wrong-*.c", 20, check_wrong);
}

static void check_right(const char *path)
{
    struct run_result result;
    int code = EXPLORE(&result, "--build", "--", path);
    bool sampled = strcmp(field(&result, "relaxed"), "true") == 0;
    if (code != 0 || strcmp(field(&result, "verdict"), "PASS") != 0 || atoi(field(&result, "schedules")) < 1)
        complain("%s is right and was blamed (exit code %d): %s%s\n", path, code, result.out, result.err);
    if (!strstr(field(&result, "proof"), sampled ? "not a proof" : "sequentially consistent"))
        complain("%s: the proof claims the wrong thing: %s\n", path, field(&result, "proof"));
    run_free(&result);
}

Test(explore, no_right_program_is_blamed)
{
    each("tests/explore/corpus/right-*.c", 20, check_right);
}

/* ---- the same whatever compiled it, and whichever engine runs it ---- */

static void same(const char *path, struct run_result *one, struct run_result *other, const char *name)
{
    char first[8192];
    snprintf(first, sizeof first, "%s", field(one, name));
    if (strcmp(first, field(other, name)) != 0)
        complain("%s: %s is %s and %s\n", path, name, first, field(other, name));
}

static void check_compilers(const char *path)
{
    struct run_result gcc, clang;
    EXPLORE(&gcc, "--cc", "gcc", "--build", "--", path);
    EXPLORE(&clang, "--cc", "clang", "--build", "--", path);
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
    each("tests/explore/corpus/*.c", 40, check_compilers);
}

static void check_engines(const char *path)
{
    struct run_result fibres, processes;
    EXPLORE(&fibres, "--build", "--", path);
    EXPLORE(&processes, "--fork", "--build", "--", path);
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
    each("tests/explore/corpus/*.c", 40, check_engines);
}

Test(explore, schedules_are_those_on_record)
{
    struct run_result result;
    const char *const argv[] = {"sh", "tests/explore/agree", "write", NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = argv, .deadline_ms = 120000}, &result), 0);
    char *expected = check_read("tests/explore/schedules", NULL);
    cr_assert_str_eq(result.out, expected, "if they changed for a good reason: B=build sh tests/explore/agree write");
    free(expected);
    run_free(&result);
}

Test(explore, a_program_with_state_in_libraries_gets_a_process_a_run)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--build", "--", "tests/explore/programs/stateful.c"), 0, "%s%s", result.out,
                 result.err);
    cr_assert_str_eq(field(&result, "engine"), "fork");
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
    cr_assert_eq(
        EXPLORE(&result, "--bound", "60", option, "--build", "--", define, "tests/explore/programs/two-threads.c"), 0,
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

/* The decisions left out must not leave out an end: on every program small enough to be enumerated wholly both ways,
 * the same findings and the same final states. */
static unsigned compared;
static void check_reduction(const char *path)
{
    struct run_result reduced, plain;
    const char *limit = "20000";
    int one = EXPLORE(&reduced, "--strategy", "exhaustive", "--bound", "60", "--states", "--schedules", limit,
                      "--build", "--", path);
    int other = EXPLORE(&plain, "--strategy", "exhaustive", "--bound", "60", "--states", "--schedules", limit,
                        "--plain", "--build", "--", path);
    if (one != 4 && other != 4) {
        compared++;
        same(path, &reduced, &plain, "verdict");
        same(path, &reduced, &plain, "finding");
        if (one == 0) {
            same(path, &reduced, &plain, "states");
            same(path, &reduced, &plain, "states_hash");
        }
    }
    run_free(&reduced);
    run_free(&plain);
}

Test(explore, decisions_left_out_leave_out_no_end)
{
    each("tests/explore/corpus/*.c", 40, check_reduction);
    cr_assert_geq(compared, 30, "only %u programs were small enough to compare", compared);
}

static void explore_rare(struct run_result *result, const char *strategy, const char *seed)
{
    cr_assert_eq(EXPLORE(result, "--strategy", strategy, "--seed", seed, "--schedules", "300", "--build", "--",
                         "tests/explore/programs/rare.c"),
                 0, "%s%s", result->out, result->err);
    cr_assert_eq(atoi(field(result, "schedules")), 300);
    cr_assert(check_has(field(result, "proof"), "300 schedules sampled, none failed; not a proof"), "%s", result->out);
}

Test(explore, same_seed_same_schedules)
{
    static const char *const strategies[] = {"pct", "random"};
    for (unsigned i = 0; i < 2; i++) {
        struct run_result one, again, other;
        explore_rare(&one, strategies[i], "7");
        explore_rare(&again, strategies[i], "7");
        explore_rare(&other, strategies[i], "8");
        cr_assert_str_eq(field(&one, "schedule_hash"), field(&again, "schedule_hash"));
        cr_assert_str_neq(field(&one, "schedule_hash"), field(&other, "schedule_hash"));
        run_free(&one);
        run_free(&again);
        run_free(&other);
    }
}

Test(explore, sampling_finds_too_and_shortens)
{
    static const char *const strategies[] = {"pct", "random"};
    for (unsigned i = 0; i < 2; i++) {
        struct run_result result;
        cr_assert_eq(EXPLORE(&result, "--strategy", strategies[i], "--build", "--", "tests/explore/corpus/wrong-aba.c"),
                     1, "%s%s", result.out, result.err);
        cr_assert_str_eq(field(&result, "finding"), "assertion");
        cr_assert_lt(strlen(field(&result, "witness")), 60, "not shortened: %s", field(&result, "witness"));
        run_free(&result);
    }
}

/* ---- limits are no verdicts ---- */

Test(explore, an_endless_run_is_inconclusive)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--time", "1", "--build", "--", "tests/explore/programs/endless.c"), 4, "%s%s",
                 result.out, result.err);
    cr_assert_str_eq(field(&result, "verdict"), "INCONCLUSIVE");
    run_free(&result);
}

Test(explore, a_limit_of_schedules_is_inconclusive)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--schedules", "50", "--build", "--", "tests/explore/programs/hundred-decisions.c"),
                 4, "%s%s", result.out, result.err);
    cr_assert(check_has(field(&result, "proof"), "not a proof"), "%s", result.out);
    run_free(&result);
}

/* ---- what must not pass ---- */

static void check_attack(const char *path)
{
    struct run_result result;
    int code = EXPLORE(&result, "--strict", "--time", "10", "--build", "--", path);
    if ((code != 1 && code != 2) || strcmp(field(&result, "verdict"), "PASS") == 0 || !*field(&result, "message"))
        complain("%s got through: exit code %d: %s%s\n", path, code, result.out, result.err);
    run_free(&result);
}

Test(explore, attacks_earn_nothing)
{
    each("tests/explore/attacks/*.c", 10, check_attack);
}

static void check_refused(const char *path)
{
    struct run_result result;
    const char *reason = first_line_word(path, "uses: ");
    int code = EXPLORE(&result, "--build", "--", path);
    char part[64];
    snprintf(part, sizeof part, "%.*s", (int)strcspn(reason, " *") ? (int)strlen(reason) - 1 : 0, reason);
    if (code != 2 || !check_has(result.err, part) || check_count(result.err, "\n") != 1)
        complain("%s: expected a refusal that names %s, saw exit code %d: %s\n", path, part, code, result.err);
    run_free(&result);
}

Test(explore, what_it_cannot_control_it_refuses)
{
    each("tests/explore/refused/*.c", 5, check_refused);
}

/* ---- bad input ---- */

static void refuses(const char *part, const char *const *words)
{
    const char *argv[WORDS_MAX + 3] = {check_built("trapflow"), "explore"};
    struct run_result result;
    for (unsigned i = 0; words[i]; i++)
        argv[i + 2] = words[i];
    cr_assert_eq(run_command(&(struct run_options){.argv = argv}, &result), 0);
    const char *wrong = check_refusal(&result, 2, "trapflow explore: ", part);
    cr_assert_null(wrong, "%s", wrong);
    run_free(&result);
}
#define REFUSES(part, ...) refuses(part, (const char *const[]){__VA_ARGS__, NULL})

Test(explore, bad_input_is_one_clear_line)
{
    REFUSES("no source", "--build", "--");
    REFUSES("No such file", "--build", "--", "nosuch.c");
    REFUSES("only C sources", "--build", "--", "tests/explore/programs/rare.c", "libfoo.a");
    REFUSES("no single program", "--time", "3");
    REFUSES("cannot read nosuch", "nosuch");
    REFUSES("was not built for it", "/bin/ls");
    REFUSES("tests", "tests");
    REFUSES("a whole number", "--bound", "two", "/bin/ls");
    REFUSES("there are exhaustive", "--strategy", "luck", "/bin/ls");
    REFUSES("--help", "--no-such-option");
    REFUSES("cannot read the output", "--expect", "nosuch", "--build", "--", "tests/explore/programs/rare.c");
}

Test(explore, a_witness_of_another_build_is_refused)
{
    REFUSES("it was made for build 0000000000000001", "--replay", "0000000000000001.3a", "--build", "--",
            "tests/explore/corpus/wrong-aba.c");
    REFUSES("a witness looks like", "--replay", "nonsense", "--build", "--", "tests/explore/corpus/wrong-aba.c");
}

/* ---- drawing, and output ---- */

static unsigned count_kind(const struct log_view *view, enum event_kind kind)
{
    unsigned count = 0;
    for (size_t i = 0; i < view->count; i++)
        count += view->entries[i].event->kind == kind;
    return count;
}

Test(explore, a_failing_schedule_becomes_trap_events)
{
    struct run_result result;
    struct log_view view;
    char error[LOG_ERROR_MAX];
    const char *trace = check_path("race.trap");
    cr_assert_eq(EXPLORE(&result, "--trace", trace, "--build", "--", "tests/explore/corpus/wrong-double-checked.c"), 1);
    run_free(&result);
    cr_assert_eq(log_view_open(&view, trace, error), LOG_OK, "%s", error);
    cr_assert_eq(view.header->clock, CLOCK_KIND_STEP);
    cr_assert_eq(count_kind(&view, EVENT_RACE), 1);
    cr_assert_eq(count_kind(&view, EVENT_VERDICT), 1);
    cr_assert_eq(count_kind(&view, EVENT_THREAD_CREATE), 2);
    log_view_free(&view);
}

Test(explore, output_is_compared)
{
    static const char source[] =
        "#include <stdio.h>\nint main(void)\n{\n    printf(\"sum %d\\n\", 3);\n    return 0;\n}\n";
    struct run_result result;
    const char *program = check_path("sum.c"), *right = check_path("right"), *wrong = check_path("wrong");
    const struct {
        const char *path, *text;
    } files[] = {{program, source}, {right, "sum 3\n"}, {wrong, "sum 4\n"}};
    for (unsigned i = 0; i < 3; i++) {
        FILE *out = fopen(files[i].path, "w");
        cr_assert(out && fputs(files[i].text, out) >= 0 && fclose(out) == 0);
    }
    cr_assert_eq(EXPLORE(&result, "--expect", right, "--build", "--", program), 0, "%s%s", result.out, result.err);
    run_free(&result);
    cr_assert_eq(EXPLORE(&result, "--expect", wrong, "--build", "--", program), 1, "%s%s", result.out, result.err);
    cr_assert_str_eq(field(&result, "finding"), "wrong-output");
    run_free(&result);
}
