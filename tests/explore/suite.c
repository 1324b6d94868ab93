/* The explorer from outside, as a person or the grader uses it: every wrong program of the corpus is found, with a
 * witness that replays; no right one is blamed; counts are what theory says; what cannot be controlled is refused.
 */
#include "tests/explore/explore_test.h"
#include "tracer/event.h"
#include "tracer/log.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(explore, .timeout = 300);

enum { WORDS_MAX = 32, REPLAYS = 100 };

/* ---- the corpus ---- */

static void check_wrong(const char *path)
{
    struct run_result result;
    const char *kind = first_line_word(path, "wrong: "), *program = built_by("gcc", path);
    char repeat[16], witness[4096];
    snprintf(repeat, sizeof repeat, "%d", REPLAYS);
    int code = EXPLORE(&result, program);
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

Test(explore, a_program_with_state_in_libraries_gets_a_process_a_run)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--build", "--", "tests/explore/programs/stateful.c"), 0, "%s%s", result.out,
                 result.err);
    cr_assert_str_eq(field(&result, "engine"), "fork");
    run_free(&result);
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
    REFUSES("no program given", "--time", "3");
    REFUSES("C++ is not explored", "--build", "--", "thing.cpp");
    REFUSES("give the sources", "--build", "--", "tests/explore/programs/rare.c", "thing.o");
    REFUSES("come after", "/bin/ls", "/tmp");
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

/* A signal is told by its name, as any reader of a man page knows it. */
Test(explore, pictures_name_the_signals)
{
    struct run_result result;
    const char *trace = check_path("signals.trap");
    cr_assert_eq(EXPLORE(&result, "--trace", trace, "--build", "--", "tests/explore/corpus/wrong-signals-counted.c"),
                 1);
    run_free(&result);
    const char *const argv[] = {check_built("trapflow"), "render", trace, "-f", "text", NULL};
    cr_assert_eq(run_command(&(struct run_options){.argv = argv}, &result), 0);
    cr_assert(check_has(result.out, "kill(SIGUSR1)") && check_has(result.out, "sigwait(SIGUSR1)"), "%s", result.out);
    run_free(&result);
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

/* ---- what a person is told ---- */

Test(explore, tells_of_a_wait_that_ends_without_a_signal)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, built_by("gcc", "tests/explore/corpus/wrong-if-for-while.c")), 1);
    const char *message = field(&result, "message");
    cr_expect(strstr(message, "cond-wake filled, without a signal"), "%s", message);
    run_free(&result);
    cr_assert_eq(EXPLORE(&result, built_by("gcc", "tests/explore/corpus/wrong-one-condition.c")), 1);
    message = field(&result, "message");
    cr_expect(strstr(message, "cond-wake") && !strstr(message, "without a signal"), "%s", message);
    run_free(&result);
}

/* A block can be larger than the struct that it is, if that ends with an array. */
Test(explore, names_the_members_of_allocated_structs)
{
    struct run_result result;
    cr_assert_eq(EXPLORE(&result, "--build", "--", "tests/explore/programs/open-ended.c"), 1);
    const char *message = field(&result, "message");
    cr_expect(strstr(message, "ring.lock"), "%s", message);
    cr_expect(!strstr(message, "malloc"), "%s", message);
    run_free(&result);
}

/* A deadlock has several causes, and each its own question: an order of locks, or one that is not given back. */
Test(explore, a_deadlock_is_asked_about_by_its_kind)
{
    static const struct {
        const char *source, *question;
    } kinds[] = {
        {CORPUS "wrong-lock-order.c", "one and the same order"},
        {CORPUS "wrong-forgotten-unlock.c", "without giving the lock back"},
        {CORPUS "wrong-semaphore-order.c", "who was to post it"},
        {CORPUS "wrong-signals-counted.c", "swallows the next"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct run_result result;
        EXPLORE(&result, built_by("gcc", kinds[i].source));
        const char *message = field(&result, "message");
        cr_expect(strstr(message, kinds[i].question), "%s: %s", kinds[i].source, message);
        cr_expect(!strstr(message, " \n"), "a line ends in blanks: %s", message);
    }
}
