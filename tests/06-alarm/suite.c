/* Exercise 06, graded from outside and in virtual time: the grader keeps the clock, fires the alarm and watches.
 *
 * Each test asks one question of one or more experiments (scenarios.c).  Time passes only where a step computes or
 * waits, so every figure here is exact, on any machine. */
#include "tests/harness/evidence.h"
#include "tests/harness/timed_evidence.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

enum { FAILED = -1, CUT_SHORT = 0, FINISHED = 1 };

static const char *outcome(long result)
{
    return result == FINISHED    ? "WORK_FINISHED"
           : result == CUT_SHORT ? "WORK_CUT_SHORT"
           : result == FAILED    ? "WORK_FAILED"
                                 : text("%ld", result);
}

/* An experiment that has been run. */
struct seen {
    const char *what; /* in words, for the witness */
    struct timed_result result;
};

/* Runs an experiment: "finishes 1 10 50".  Comes back only with something to judge. */
static struct seen observe(const char *experiment, const char *what, struct timed_options options)
{
    struct seen seen = {.what = what};
    const char *cannot = timed_try("alarm", experiment, options, &seen.result);
    if (cannot)
        cr_skip_test("%s", cannot);
    return seen;
}

static const char *witness(const struct seen *seen)
{
    return timed_witness(&seen->result, seen->what);
}

/* For this exercise, a loop that goes on is one that does not see the flag. */
static const char *bad_end(const struct timed_result *result)
{
    if (result->end == TIMED_SPINS)
        return "the handler has run, and the loop goes on: 10,000 more instructions without looking up";
    return timed_bad_end(result);
}

static void require_end(const struct seen *seen, const char *expected)
{
    const char *end = bad_end(&seen->result);
    cr_assert(!end, "%s", evidence(end, expected, witness(seen)));
}

static void require_said(const struct seen *seen, const char *word, long value, const char *what)
{
    long said = timed_said(&seen->result, word);
    cr_assert(said == value, "%s", evidence(text("%s: %ld", what, said), text("%s: %ld", what, value), witness(seen)));
}

static void require_outcome(const struct seen *seen, long result)
{
    long said = timed_said(&seen->result, "returned");
    require_end(seen, outcome(result));
    cr_assert(timed_said_times(&seen->result, "returned") > 0, "%s",
              evidence("run_for has not returned: the program ended within it", outcome(result), witness(seen)));
    const char *error =
        said == FAILED ? text(", errno %s", strerrorname_np((int)timed_said(&seen->result, "errno"))) : "";
    cr_assert(said == result, "%s", evidence(text("%s%s", outcome(said), error), outcome(result), witness(seen)));
    cr_assert(timed_said(&seen->result, "torn") == 0, "%s",
              evidence("a step was left in its middle, and never ended", "every step runs to its end", witness(seen)));
}

/* When the work came back, in µs of virtual time. */
static void require_back(const struct seen *seen, long least, long most)
{
    for (size_t i = 0; i < seen->result.count; i++) {
        const struct timed_event *event = &seen->result.events[i];
        long at = (long)event->at;
        if (event->kind == TIMED_SAY && strcmp(event->word, "returned") == 0)
            cr_assert(at >= least && at <= most, "%s",
                      evidence(text("back after %ld.%03ld ms", at / 1000, at % 1000),
                               text("back after %ld ms", least / 1000), witness(seen)));
    }
}

enum { SLACK_US = 999 }; /* a program that reads clocks is allowed to */

/* A work whose steps compute for so long and never finish: it ends with the step in which the limit strikes. */
static void require_cut(unsigned step_ms, unsigned limit_ms)
{
    struct seen seen = observe(text("finishes %u 0 %u", step_ms, limit_ms),
                               text("steps of %u ms, a limit of %u ms", step_ms, limit_ms), (struct timed_options){0});
    unsigned steps = (limit_ms + step_ms - 1) / step_ms;
    require_outcome(&seen, CUT_SHORT);
    require_back(&seen, steps * step_ms * 1000L, steps * step_ms * 1000L + SLACK_US);
    require_said(&seen, "steps", steps, "steps");
    timed_free(&seen.result);
}

/* Time passes while it counts, not while it waits. */
static void require_computing(const struct seen *seen)
{
    for (size_t i = 0; i < seen->result.count; i++) {
        enum timed_kind kind = seen->result.events[i].kind;
        cr_assert(
            kind != TIMED_IDLE && kind != TIMED_SLEEP && kind != TIMED_WAIT, "%s",
            evidence("it waits in the kernel instead of counting", "1, 2, 3 … as far as this CPU gets", witness(seen)));
    }
}

static void require_count(unsigned limit_ms)
{
    struct seen seen = observe(text("counts %u", limit_ms), text("count_for(%u)", limit_ms), (struct timed_options){0});
    require_end(&seen, "the loop ends when the alarm has struck");
    cr_assert(timed_said(&seen.result, "counted") == 1, "%s",
              evidence("it returned 0: it has not counted", "how far it got", witness(&seen)));
    require_computing(&seen);
    timed_free(&seen.result);
}

Test(alarm, finishes)
{
    struct seen seen = observe("finishes 1 10 50", "ten steps of 1 ms, a limit of 50 ms", (struct timed_options){0});
    require_outcome(&seen, FINISHED);
    require_said(&seen, "steps", 10, "steps");
    timed_free(&seen.result);
    seen = observe("fails 1 3 50", "the third step fails with EIO, a limit of 50 ms", (struct timed_options){0});
    require_outcome(&seen, FAILED);
    require_said(&seen, "steps", 3, "steps");
    require_said(&seen, "errno", EIO, "errno (5 is EIO)");
    timed_free(&seen.result);
    seen =
        observe("finishes 60 1 50", "one step of 60 ms, which finishes; a limit of 50 ms", (struct timed_options){0});
    require_outcome(&seen, FINISHED);
    timed_free(&seen.result);
}

Test(alarm, cut_short)
{
    require_cut(1, 50);
    require_cut(7, 50);
}

Test(alarm, counts)
{
    require_count(50);
}

Test(alarm, waits)
{
    struct seen seen = observe("waits 50", "a read that nobody answers, a limit of 50 ms", (struct timed_options){0});
    require_outcome(&seen, CUT_SHORT);
    require_back(&seen, 50000, 50000 + SLACK_US);
    timed_free(&seen.result);
}

/* Somebody else's signal interrupts a step's waiting: no failure, and not the limit either. */
Test(alarm, other_signals)
{
    struct seen seen = observe("others 20 0 50", "a read that nobody answers, SIGUSR1 every 20 ms, a limit of 50 ms",
                               (struct timed_options){0});
    require_outcome(&seen, CUT_SHORT);
    require_back(&seen, 50000, 50000 + SLACK_US);
    timed_free(&seen.result);
    seen = observe("others 20 3 100",
                   "finishes when interrupted for the third time; SIGUSR1 every 20 ms, a limit of 100 ms",
                   (struct timed_options){0});
    require_outcome(&seen, FINISHED);
    require_back(&seen, 60000, 60000 + SLACK_US);
    timed_free(&seen.result);
}

/* The alarm at every moment between two system calls, one run each. */
static void require_any_moment(const char *experiment, const char *what, bool theirs)
{
    unsigned moments = 0;
    for (unsigned k = 0; k <= moments; k++) { /* 0: when it is due */
        const char *when = k ? "; here the alarm strikes at a moment that the grader chose" : "";
        struct seen seen = observe(experiment, text("%s%s", what, when), (struct timed_options){.strike_at = k});
        moments = seen.result.armed_moments > moments ? seen.result.armed_moments : moments;
        cr_assert(moments < 300, "%s", evidence(text("%u system calls", moments), "a few dozen", witness(&seen)));
        require_outcome(&seen, CUT_SHORT);
        long times = timed_said(&seen.result, "theirs");
        if (theirs)
            cr_assert(times == 1, "%s",
                      evidence(text("the caller's handler ran %ld times", times), "once: for the caller's own alarm",
                               witness(&seen)));
        timed_free(&seen.result);
    }
}

Test(alarm, any_moment)
{
    require_any_moment("waits 50", "a read that nobody answers, a limit of 50 ms", false);
    require_any_moment("finishes 20 0 50", "steps of 20 ms, a limit of 50 ms", false);
    require_any_moment("theirs 500 20", "the caller's own timer has 500 ms to go; steps of 4 ms, a limit of 20 ms",
                       true);
}

Test(alarm, safe_handler)
{
    static const char *const experiments[] = {"finishes 7 0 50", "waits 50"};
    for (size_t i = 0; i < 2; i++) {
        struct seen seen = observe(experiments[i], "a limit of 50 ms", (struct timed_options){0});
        unsigned handled = 0;
        for (size_t k = 0; k < seen.result.count; k++) {
            const struct timed_event *event = &seen.result.events[k];
            handled += event->kind == TIMED_SIGNAL && event->value == SIGALRM;
            cr_assert(
                event->kind != TIMED_UNSAFE, "%s",
                evidence(
                    text("the handler calls %s%s", event->word,
                         strncmp(event->word, "put", 3) == 0 ? " (the compiler makes that of a plain printf)" : ""),
                    "only what man 7 signal-safety allows: the interrupted code may hold stdio's or malloc's lock",
                    witness(&seen)));
        }
        cr_assert(handled, "%s", evidence("no handler of SIGALRM ever ran", "one that sets a flag", witness(&seen)));
        timed_free(&seen.result);
    }
}

static void require_restored(const struct seen *seen)
{
    static const struct {
        const char *word, *what;
    } restored[] = {{"same_handler", "another handler of SIGALRM is in place than before"},
                    {"same_flags", "the handler's flags (sa_flags) are others than before"},
                    {"same_handler_mask", "the handler's mask (sa_mask) is another than before"},
                    {"same_mask", "the blocked signals are others than before"}};
    for (size_t i = 0; i < sizeof restored / sizeof *restored; i++)
        cr_assert(timed_said(&seen->result, restored[i].word) == 1, "%s",
                  evidence(restored[i].what, "what the caller had", witness(seen)));
}

Test(alarm, handler_restored)
{
    static const char *const experiments[] = {"restores 0 0 0 50", "restores 0 0 1 50", "ignored 50"};
    static const char *const words[] = {"the caller has a handler of its own", "the caller blocks SIGALRM",
                                        "the caller ignores SIGALRM"};
    for (size_t i = 0; i < 3; i++) {
        struct seen seen = observe(experiments[i], text("%s; a limit of 50 ms", words[i]), (struct timed_options){0});
        require_outcome(&seen, CUT_SHORT);
        require_restored(&seen);
        timed_free(&seen.result);
    }
    struct seen seen = observe("restores-early 0 0 1 20",
                               "the caller blocks SIGALRM; a work that finishes at once, then count_for(20)",
                               (struct timed_options){0});
    require_outcome(&seen, FINISHED);
    require_restored(&seen);
    timed_free(&seen.result);
}

static void require_timer(const struct seen *seen, long timer_us, long interval_us)
{
    long timer = timed_said(&seen->result, "timer_us"), interval = timed_said(&seen->result, "interval_us");
    cr_assert((timer_us ? timer > timer_us - SLACK_US && timer <= timer_us : timer == 0) && interval == interval_us,
              "%s",
              evidence(text("the timer: %ld µs to go, again every %ld µs", timer, interval),
                       text("%ld µs to go, again every %ld µs: as it was when the call began", timer_us, interval_us),
                       witness(seen)));
}

Test(alarm, timer_restored)
{
    struct seen seen =
        observe("restores 500 70 0 50", "the caller's timer has 500 ms to go, again every 70 ms; a limit of 50 ms",
                (struct timed_options){0});
    require_outcome(&seen, CUT_SHORT);
    require_timer(&seen, 500000, 70000);
    timed_free(&seen.result);
    seen = observe("restores-early 0 0 0 20",
                   "the caller's timer is off; a work that finishes at once, then count_for(20)",
                   (struct timed_options){0});
    require_outcome(&seen, FINISHED);
    require_timer(&seen, 0, 0);
    timed_free(&seen.result);
    seen = observe("theirs 30 50", "the caller's timer has 30 ms to go; a limit of 50 ms", (struct timed_options){0});
    require_outcome(&seen, CUT_SHORT);
    require_said(&seen, "theirs", 1, "alarms to the caller's handler");
    timed_free(&seen.result);
}

/* Hidden: other limits, a second and more among them; call after call; 0. */
Test(alarm, other_limits)
{
    require_cut(100, 1000);
    require_cut(400, 2500);
    require_cut(1, 1);
    require_count(3000);
    struct seen seen = observe("again 1200 30", "four calls, one after the other", (struct timed_options){0});
    require_end(&seen, "every call returns");
    require_said(&seen, "first", CUT_SHORT, "steps of 3 ms, limit 1,200 ms");
    require_said(&seen, "second", FINISHED, "then a work that finishes at its second step");
    require_said(&seen, "third", 1, "then count_for > 0");
    require_said(&seen, "fourth", CUT_SHORT, "then a read that nobody answers");
    timed_free(&seen.result);
    seen = observe("zero", "limits of 0 ms", (struct timed_options){0});
    require_outcome(&seen, FAILED);
    require_said(&seen, "errno", EINVAL, "errno (22 is EINVAL)");
    require_said(&seen, "count_errno", EINVAL, "errno of count_for(0)");
    require_said(&seen, "steps", 0, "steps");
    timed_free(&seen.result);
}
