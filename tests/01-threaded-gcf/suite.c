/* Exercise 01, graded from outside: the subject's output, and what its threads were seen to do.
 *
 * Each test asks one question, so that one mistake costs one test.  The subjects (one for each file of inputs/) are run
 * by birth.h, thread by thread in an order that the test chooses; no test looks at a clock. */
#include "tests/harness/birth.h"
#include "tests/harness/check.h"
#include "tests/harness/evidence.h"
#include "tests/harness/run.h"
#include "tests/harness/scenario.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { PAIRS_MAX = 128 };

struct pairs {
    const char *name;
    unsigned count;
    int pair[PAIRS_MAX][2];
};

/* The numbers that the subject was built with: read from the same file. */
static struct pairs *pairs_of(const char *name)
{
    static struct pairs pairs;
    pairs = (struct pairs){.name = name};
    const char *at = check_read(text("tests/01-threaded-gcf/inputs/%s.h", name), NULL);
    if (!at)
        cr_skip_test("INFRA: the inputs are missing");
    for (; (at = strchr(at, '{')) && pairs.count < PAIRS_MAX; at++) {
        int *pair = pairs.pair[pairs.count];
        pairs.count += sscanf(at, "{%d, %d}", &pair[0], &pair[1]) == 2;
    }
    return &pairs;
}

static char *line_of(const int pair[2])
{
    int a = pair[0], b = pair[1];
    while (b) {
        int rest = a % b;
        a = b, b = rest;
    }
    return text("The GCF of %d and %d is %d\n", pair[0], pair[1], a);
}

static const char *expected_output(const struct pairs *pairs)
{
    char *all = text("%s", "");
    for (unsigned i = 0; i < pairs->count; i++)
        all = text("%s%s", all, line_of(pairs->pair[i]));
    return all;
}

/* Runs a subject.  Comes back only with something to judge. */
static struct birth_result watch(const struct pairs *pairs, struct birth_options options)
{
    struct birth_result result;
    options.program = evidence_subject(pairs->name);
    int error = birth_run(&options, &result);
    if (error == EPERM)
        cr_skip_test("INCONCLUSIVE: this machine does not let a program trace its child (ptrace: EPERM); "
                     "make doctor says what would enable it");
    if (error)
        cr_skip_test("INFRA: cannot run %s: %s", options.program, strerror(error));
    if (result.end == BIRTH_OUT_OF_TIME)
        cr_skip_test("INCONCLUSIVE: after %u s of CPU time it had not ended: a loop without end?",
                     BIRTH_CPU_SECONDS * run_patience());
    if (result.end == BIRTH_NO_ANSWER)
        cr_skip_test("INCONCLUSIVE: no end within %u s", BIRTH_DEADLINE_SECONDS * run_patience());
    return result;
}

/* How the program ended, if it should not have ended so; NULL if all is well. */
static const char *bad_end(const struct birth_result *result)
{
    switch (result->end) {
    case BIRTH_SIGNALLED:
        return text("it was killed by signal %d (%s)", WTERMSIG(result->status), strsignal(WTERMSIG(result->status)));
    case BIRTH_DEADLOCK:
        return "it waits for ever: every thread waits for another";
    case BIRTH_REFUSED:
        return text("it asked the kernel %s, and was stopped there", result->refused);
    case BIRTH_TOO_MUCH:
        return "it wrote more than a million bytes";
    default:
        return result->status ? text("it exited with status %d", WEXITSTATUS(result->status)) : NULL;
    }
}

/* The order of events that led there. */
static const char *seen_happen(const struct pairs *pairs, const struct birth_result *result)
{
    return text("%u pair%s: %s", pairs->count, pairs->count == 1 ? "" : "s",
                *result->history ? result->history : "no thread was created");
}

/* A line that is right but for its last number. */
static bool wrong_number(const struct pairs *pairs, const struct birth_result *result)
{
    for (unsigned i = 0; i < pairs->count; i++)
        if (check_has(result->out, text("The GCF of %d and %d is ", pairs->pair[i][0], pairs->pair[i][1])) &&
            !check_has(result->out, line_of(pairs->pair[i])))
            return true;
    return false;
}

static void require_output(const struct pairs *pairs, const struct birth_result *result)
{
    const char *witness = seen_happen(pairs, result), *ask = NULL;
    const char *wrong = evidence_output(result->out, expected_output(pairs), witness);
    if (result->end != BIRTH_EXITED) {
        wrong = evidence(bad_end(result), "the lines, then exit status 0", witness);
        if (result->end == BIRTH_SIGNALLED)
            ask = "which pointer does it follow there? If pthread_join brought it: what did the thread return?";
    } else if (wrong && strstr(result->out, "-1515870811")) {
        wrong =
            evidence("−1515870811 printed: the pattern that the grader writes over a thread's stack when it has ended",
                     "results that are still there when their thread is gone", witness);
    } else if (wrong && wrong_number(pairs, result)) {
        ask = "the words are right, the number is not: what did the thread of this pair get, what does it make of it, "
              "and where does it leave that?";
    }
    cr_assert(!wrong, "%s%s%s%s", wrong, ask ? "ask: " : "", ask ? ask : "", ask ? "\n" : "");
}

/* Most questions about threads make sense only if there are as many as pairs. */
static void require_threads(const struct pairs *pairs, const struct birth_result *result)
{
    cr_assert(result->created == pairs->count, "%s",
              evidence(text("%u thread%s created", result->created, result->created == 1 ? "" : "s"),
                       text("%u: one for each pair", pairs->count), seen_happen(pairs, result)));
}

static void require_right(const char *name, struct birth_options options)
{
    const struct pairs *pairs = pairs_of(name);
    struct birth_result result = watch(pairs, options);
    require_output(pairs, &result);
    birth_free(&result);
}

/* The exit status counts here, and here alone. */
Test(threaded_gcf, example)
{
    const struct pairs *pairs = pairs_of("example");
    struct birth_result result = watch(pairs, (struct birth_options){.order = BIRTH_AT_ONCE});
    require_output(pairs, &result);
    const char *end = bad_end(&result);
    cr_assert(!end, "%sask: what does main return? A main without a return type, or of type void, returns anything.\n",
              evidence(text("the right lines, but %s", end), "exit status 0", seen_happen(pairs, &result)));
    birth_free(&result);
}

Test(threaded_gcf, other_pairs)
{
    require_right("others", (struct birth_options){.order = BIRTH_AT_ONCE});
    require_right("one", (struct birth_options){.order = BIRTH_AT_ONCE});
}

Test(threaded_gcf, hidden_pairs)
{
    require_right("hidden", (struct birth_options){.order = BIRTH_AT_ONCE});
    require_right("many", (struct birth_options){.order = BIRTH_AT_ONCE});
}

/* Held at birth, no thread ends before main has to wait for one: so all must have been created by then. */
Test(threaded_gcf, together)
{
    static const char *const names[] = {"example", "one", "many"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct pairs *pairs = pairs_of(names[i]);
        struct birth_result result = watch(pairs, (struct birth_options){.order = BIRTH_AS_JOINED});
        require_threads(pairs, &result);
        cr_assert(result.alive_at_most == pairs->count, "%s",
                  evidence(text("never more than %u of %u threads at one time", result.alive_at_most, pairs->count),
                           text("%u: all of them before the first is waited for", pairs->count),
                           seen_happen(pairs, &result)));
        birth_free(&result);
    }
}

/* A thread released only by its own join: a join that does not happen, or happens for another thread, is seen. */
Test(threaded_gcf, joined_once)
{
    static const char *const names[] = {"example", "others"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct pairs *pairs = pairs_of(names[i]);
        struct birth_result result = watch(pairs, (struct birth_options){.order = BIRTH_AS_JOINED});
        const char *witness = seen_happen(pairs, &result), *end = bad_end(&result);
        require_threads(pairs, &result);
        cr_assert(!result.detached, "%s",
                  evidence("a thread was detached: nobody can wait for it any more", "every thread joined", witness));
        cr_assert(result.joined == pairs->count, "%s",
                  evidence(text("%u of %u threads joined%s%s", result.joined, pairs->count, end ? "; then " : "",
                                end ? end : ""),
                           "each of them, once", witness));
        cr_assert(!result.joined_again, "%s",
                  evidence("pthread_join for a thread that was joined before: its pthread_t means nothing any more",
                           "each thread joined once", witness));
        cr_assert(!end || result.end == BIRTH_EXITED, "%s", evidence(end, "an end by itself", witness));
        birth_free(&result);
    }
}

/* Threads may end in any order, and the output may not depend on it; nor on how they take turns before, which is the
 * explorer's part. */
Test(threaded_gcf, any_order)
{
    static const enum birth_order orders[] = {BIRTH_YOUNGEST_FIRST, BIRTH_ELDEST_FIRST, BIRTH_INSIDE_OUT};
    static const char *const names[] = {"example", "others"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof orders / sizeof *orders; k++) {
            const struct pairs *pairs = pairs_of(names[i]);
            struct birth_result result = watch(pairs, (struct birth_options){.order = orders[k]});
            require_threads(pairs, &result);
            require_output(pairs, &result);
            birth_free(&result);
        }
    const struct scenario example = {"01-threaded-gcf", "example", ""};
    scenario_accept(scenario_explore(&example));
    results_append("01-threaded-gcf", "any_order", VERDICT_NOTE, scenario_proof());
}

static unsigned right_lines(const struct pairs *pairs, const struct birth_result *result)
{
    unsigned right = 0;
    for (unsigned i = 0; i < pairs->count; i++)
        right += check_has(result->out, line_of(pairs->pair[i]));
    return right;
}

/* Threads that never run, though main is told that they have ended: now no right answer can come from anywhere. */
Test(threaded_gcf, threads_do_the_work)
{
    const struct pairs *pairs = pairs_of("many");
    struct birth_result usual = watch(pairs, (struct birth_options){.order = BIRTH_AT_ONCE});
    cr_assert(usual.created, "%s", evidence("0 threads created", "one for each pair", seen_happen(pairs, &usual)));
    cr_assert(right_lines(pairs, &usual), "%s",
              text("%sask: first make one line right: what is wrong with it is said further up.\n",
                   evidence("no line is right, so there is nothing to say of who computed it", "the threads' results",
                            text("%u pairs", pairs->count))));
    birth_free(&usual);
    struct birth_result idle = watch(pairs, (struct birth_options){.order = BIRTH_AS_JOINED, .never_run = true});
    cr_assert(
        !right_lines(pairs, &idle), "%s",
        evidence(text("%u right lines printed, though no thread had run one instruction", right_lines(pairs, &idle)),
                 "each factor computed by its thread", "every thread held at its birth, every join let through"));
    birth_free(&idle);
}

/* When a thread has ended, its stack is anybody's: here it is overwritten at once. */
Test(threaded_gcf, results_outlive_threads)
{
    const struct pairs *pairs = pairs_of("others");
    struct birth_result result = watch(pairs, (struct birth_options){.order = BIRTH_AT_ONCE, .scorch_stacks = true});
    require_threads(pairs, &result);
    require_output(pairs, &result);
    birth_free(&result);
}
