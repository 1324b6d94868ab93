/* Holds a scenario of a graded program against what it must print: explored in every order, and run for real.
 *
 * A scenario is an experiment that a program knows by name, its first argument.  What it must print stands in the
 * rubric
 * ("scenarios": {SUBJECT: {NAME: [lines]}}); the program gets a word of this run as its second argument and must
 * close with "end WORD", so that a submission cannot print the right lines and leave.  The program runs in
 * processes of its own; nothing here believes what it says of itself.
 */
#ifndef TESTS_HARNESS_SCENARIO_H
#define TESTS_HARNESS_SCENARIO_H

#include "tests/harness/results.h"

struct scenario {
    const char *exercise; /* "02-shared-tally" */
    const char *subject;  /* of the rubric: "visible", "hidden" */
    const char *name;     /* "two-adds"; "": the program knows none, and is run without arguments */
};

/* What came of it.  The message is evidence for a FAIL, the reason of an INCONCLUSIVE or INFRA, for a PASS empty. */
struct judged {
    enum verdict verdict;
    const char *message;
};

/* Explores SUBJECT.explored (built by `grade` if the rubric's "explore" lists the subject): every interleaving with at
 * most two preemptions.  FAIL only with a witness that replays, named in the evidence as "schedule". */
struct judged scenario_explore(const struct scenario *scenario);

/* Explores a scenario in which somebody waits for what will never come.  PASS if all then sleep; FAIL if a thread is
 * awake, looking again and again, or if nobody waits. */
struct judged scenario_sleep(const struct scenario *scenario);

/* Runs SUBJECT as the ordinary program that it is, with its calls of pthreads perturbed (perturb.c; the rubric says
 * "perturb": true) from a different seed each time: $TRAPBOOK_RUNS times, or 10.  Judged by output and exit status
 * only; a deadline reached is INCONCLUSIVE. */
struct judged scenario_run(const struct scenario *scenario);

/* Runs SUBJECT once, each thread to its end before its creator goes on (birth.h): what it prints then
 * is the same each time, races or not.  For the printed example, which is to earn little but dependably. */
struct judged scenario_example(const struct scenario *scenario);

/* The explorer first, because it brings a witness; then, if that found nothing, for real. */
struct judged scenario_judge(const struct scenario *scenario);

/* What this process has proved so far, for the grader's “proved for …” line.  "" if it has explored nothing. */
const char *scenario_proof(void);

/* ---- for explored.c and real.c ---- */

/* The lines that the scenario must print, each ended by a newline, without the closing one; NULL if the rubric has
 * none. */
const char *scenario_expected(const struct scenario *scenario);

/* The whole output: those lines and, if the scenario has a name, the closing one. */
const char *scenario_output(const struct scenario *scenario, const char *lines, const char *word);

/* A fresh word that nobody can guess; and a text without it, for others to read. */
const char *scenario_word(void);
const char *scenario_without(const char *text, const char *word);

/* In a Criterion test: goes on only if all is well.  Macros, because the harness itself knows no Criterion. */
#define scenario_accept(judgement)                                                                                     \
    do {                                                                                                               \
        const struct judged judged_ = judgement;                                                                       \
        if (judged_.verdict == VERDICT_FAIL)                                                                           \
            cr_assert_fail("%s", judged_.message);                                                                     \
        if (judged_.verdict != VERDICT_PASS)                                                                           \
            cr_skip_test("%s: %s", verdict_name(judged_.verdict), judged_.message);                                    \
    } while (0)

/* Judges one scenario; what was proved becomes the test's note, which the grader shows if the test passes. */
#define scenario_require(exercise_, subject_, name_)                                                                   \
    do {                                                                                                               \
        const struct scenario scenario_ = {exercise_, subject_, name_};                                                \
        scenario_accept(scenario_judge(&scenario_));                                                                   \
        results_append(exercise_, criterion_current_test->name, VERDICT_NOTE, scenario_proof());                       \
    } while (0)

#endif
