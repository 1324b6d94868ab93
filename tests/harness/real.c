/* A scenario as an ordinary program: several times, its pthread calls perturbed from another seed each time (perturb.c
 * is linked into it).  Judged by output and exit status; the clock only ends what does not end by itself. */
#include "tests/harness/birth.h"
#include "tests/harness/confine.h"
#include "tests/harness/evidence.h"
#include "tests/harness/run.h"
#include "tests/harness/scenario.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { RUNS_DEFAULT = 10, DEADLINE_MS = 10000, OUTPUT_MAX = 1 << 20 };

static unsigned runs_wanted(void)
{
    const char *text = getenv("TRAPBOOK_RUNS");
    int runs = text ? atoi(text) : 0;
    return runs > 0 ? (unsigned)runs : RUNS_DEFAULT;
}

/* NULL if the run went well. */
static const char *wrong_with(const struct run_result *result, const char *expected, unsigned seed)
{
    const char *witness = text("run for real, its calls of pthreads perturbed (seed %u)", seed);
    const char *wrong = evidence_output(result->out, expected, witness);
    if (WIFSIGNALED(result->status) && WTERMSIG(result->status) == CONFINE_SIGNAL)
        return evidence("it asked the kernel for what no program of threads needs, and was stopped there",
                        "no other process, no file to write, no signal to somebody else", witness);
    if (WIFSIGNALED(result->status))
        return evidence(
            text("it was killed by signal %d (%s)", WTERMSIG(result->status), strsignal(WTERMSIG(result->status))),
            "an end by itself, with exit status 0", witness);
    if (!wrong && result->status)
        return evidence(text("the right lines, but exit status %d", WEXITSTATUS(result->status)), "exit status 0",
                        witness);
    return wrong;
}

static struct judged run_once(const struct scenario *scenario, const char *lines, unsigned seed)
{
    const char *word = scenario_word();
    const char *const argv[] = {evidence_subject(scenario->subject), *scenario->name ? scenario->name : NULL, word,
                                NULL};
    const char *const environment[] = {text("TRAPBOOK_PERTURB=%u", seed), NULL};
    struct run_result result;
    int error = run_command(&(struct run_options){.argv = argv,
                                                  .environment = environment,
                                                  .deadline_ms = DEADLINE_MS,
                                                  .output_limit = OUTPUT_MAX,
                                                  .before_exec = confine_program},
                            &result);
    if (error)
        return (struct judged){VERDICT_INFRA, text("cannot run %s: %s", argv[0], strerror(error))};
    const char *wrong = result.timed_out ? NULL : wrong_with(&result, scenario_output(scenario, lines, word), seed);
    bool timed_out = result.timed_out;
    run_free(&result);
    if (timed_out)
        return (struct judged){VERDICT_INCONCLUSIVE, text("%s, run for real with seed %u, had not ended after %u s",
                                                          scenario->name, seed, DEADLINE_MS / 1000 * run_patience())};
    return wrong ? (struct judged){VERDICT_FAIL, scenario_without(wrong, word)} : (struct judged){VERDICT_PASS, ""};
}

struct judged scenario_run(const struct scenario *scenario)
{
    const char *lines = scenario_expected(scenario);
    struct judged judged = {VERDICT_PASS, ""};
    if (!lines)
        return (struct judged){VERDICT_INFRA, text("the rubric says nothing of %s", scenario->name)};
    for (unsigned seed = 1, runs = runs_wanted(); seed <= runs && judged.verdict == VERDICT_PASS; seed++)
        judged = run_once(scenario, lines, seed);
    return judged;
}

/* How a run from birth ended, if not as it should; NULL if it did. */
static const char *bad_end(const struct birth_result *result)
{
    switch (result->end) {
    case BIRTH_EXITED:
        return result->status ? text("it exited with status %d", WEXITSTATUS(result->status)) : NULL;
    case BIRTH_SIGNALLED:
        return text("it was killed by signal %d (%s)", WTERMSIG(result->status), strsignal(WTERMSIG(result->status)));
    case BIRTH_DEADLOCK:
        return "it waits for ever: every thread waits for another, or for a lock that nobody gives back";
    case BIRTH_REFUSED:
        return text("it asked the kernel %s, and was stopped there", result->refused);
    default:
        return "it wrote more than a million bytes";
    }
}

struct judged scenario_example(const struct scenario *scenario)
{
    const char *word = scenario_word();
    const struct birth_options options = {.program = evidence_subject(scenario->subject),
                                          .arguments = {*scenario->name ? scenario->name : NULL, word},
                                          .order = BIRTH_AT_ONCE};
    const char *lines = scenario_expected(scenario), *wrong;
    struct birth_result result;
    int error = lines ? birth_run(&options, &result) : ENOENT;
    if (error == EPERM)
        return (struct judged){VERDICT_INCONCLUSIVE,
                               "this machine does not let a program trace its child (ptrace: EPERM); "
                               "make doctor says what would enable it"};
    if (error)
        return (struct judged){VERDICT_INFRA, text("cannot run %s: %s", options.program, strerror(error))};
    if (result.end == BIRTH_OUT_OF_TIME || result.end == BIRTH_NO_ANSWER)
        return (struct judged){VERDICT_INCONCLUSIVE, "it had not ended when its time was up: a loop without end?"};
    const char *witness = "run as it is, one thread after the other";
    wrong = evidence_output(result.out, scenario_output(scenario, lines, word), witness);
    if (bad_end(&result) && (!wrong || result.end != BIRTH_EXITED)) /* it says more than what is missing after it */
        wrong = evidence(bad_end(&result), "the right lines, then an end by itself, with exit status 0", witness);
    birth_free(&result);
    return wrong ? (struct judged){VERDICT_FAIL, scenario_without(wrong, word)} : (struct judged){VERDICT_PASS, ""};
}
