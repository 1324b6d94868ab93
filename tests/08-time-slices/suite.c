/* Exercise 08, graded from outside and in virtual time: the grader keeps the clock, fires the alarm, and watches who
 * can run.  Children are real processes, really stopped and continued.
 *
 * What must be seen follows from the jobs by the rule of round robin; `expected_turns` works it out. */
#include "tests/harness/evidence.h"
#include "tests/harness/timed_evidence.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { JOBS_MAX = 16, BY_SIGNAL = 10000, EXIT_BASE = 10 };

/* "10 25 14 5": the slice, then each job's milliseconds. */
struct jobs {
    unsigned slice, count, ms[JOBS_MAX];
    bool signalled[JOBS_MAX];
};

struct seen {
    const char *what;
    struct jobs jobs;
    struct timed_result result;
};

static struct jobs parse(const char *numbers)
{
    struct jobs jobs = {0};
    char *rest = text("%s", numbers);
    jobs.slice = (unsigned)strtoul(strsep(&rest, " "), NULL, 10);
    for (char *word; (word = strsep(&rest, " ")); jobs.count++) {
        unsigned number = (unsigned)strtoul(word, NULL, 10);
        jobs.ms[jobs.count] = number % BY_SIGNAL;
        jobs.signalled[jobs.count] = number >= BY_SIGNAL;
    }
    return jobs;
}

static const char *in_words(const struct jobs *jobs)
{
    char *all = text("slices of %u ms; jobs that compute for", jobs->slice);
    for (unsigned i = 0; i < jobs->count; i++)
        all = text("%s%s %u", all, i ? "," : "", jobs->ms[i]);
    return text("%s ms (jobs[0] is child 1)", all);
}

/* Runs an experiment.  Comes back only with something to judge. */
static struct seen observe(const char *experiment, const char *numbers, struct timed_options options)
{
    struct seen seen = {.jobs = parse(numbers)};
    seen.what = in_words(&seen.jobs);
    const char *cannot = timed_try("slices", text("%s %s", experiment, numbers), options, &seen.result);
    if (cannot)
        cr_skip_test("%s", cannot);
    return seen;
}

static const char *witness(const struct seen *seen)
{
    return timed_witness(&seen->result, seen->what);
}

/* ---- turns ---- */

/* Appends a turn, or lengthens the last one if it was the same child's. */
struct turns {
    unsigned count, who[512];
    long us[512];
};

static void add_turn(struct turns *turns, unsigned who, long us)
{
    if (turns->count && turns->who[turns->count - 1] == who) {
        turns->us[turns->count - 1] += us;
    } else if (turns->count < 512) {
        turns->who[turns->count] = who;
        turns->us[turns->count++] = us;
    }
}

static const char *turns_in_words(const struct turns *turns)
{
    char *all = text("%s", turns->count ? "" : "no child computed");
    for (unsigned i = 0; i < turns->count && i < 24; i++)
        all = text("%s%schild %u %ld ms", all, i ? ", " : "", turns->who[i], turns->us[i] / 1000);
    return turns->count > 24 ? text("%s, …", all) : all;
}

/* Round robin, by its rule. */
static struct turns expected_turns(const struct jobs *jobs)
{
    struct turns turns = {0};
    long left[JOBS_MAX] = {0};
    unsigned alive = jobs->count;
    for (unsigned i = 0; i < jobs->count; i++)
        left[i] = jobs->ms[i] * 1000L;
    for (unsigned i = 0; alive > 0; i = (i + 1) % jobs->count) {
        long turn = left[i] < jobs->slice * 1000L ? left[i] : jobs->slice * 1000L;
        if (turn == 0)
            continue;
        add_turn(&turns, i + 1, turn);
        left[i] -= turn;
        alive -= left[i] == 0;
    }
    return turns;
}

static struct turns seen_turns(const struct timed_result *result)
{
    struct turns turns = {0};
    for (size_t i = 0; i < result->count; i++)
        if (result->events[i].kind == TIMED_RAN && result->events[i].who > 0)
            add_turn(&turns, result->events[i].who, result->events[i].value);
    return turns;
}

/* ---- what must hold ---- */

static void require_end(const struct seen *seen)
{
    const char *end = timed_bad_end(&seen->result);
    if (seen->result.end == TIMED_DEADLOCK)
        end = "it waits for ever: nobody can run, and no timer runs that could still wake it";
    cr_assert(!end, "%s", evidence(end, "slices_run returns when all children have ended", witness(seen)));
    cr_assert(timed_said_times(&seen->result, "returned") > 0, "%s",
              evidence("slices_run has not returned: the program ended within it", "it returns 0 when all have ended",
                       witness(seen)));
    long returned = timed_said(&seen->result, "returned");
    cr_assert(
        returned == 0, "%s",
        evidence(text("it returned %ld, errno %s", returned, strerrorname_np((int)timed_said(&seen->result, "errno"))),
                 "it returns 0 when all have ended", witness(seen)));
}

static void require_turns(const struct seen *seen)
{
    struct turns turns = seen_turns(&seen->result), expected = expected_turns(&seen->jobs);
    const char *saw = turns_in_words(&turns), *wanted = turns_in_words(&expected);
    cr_assert(strcmp(saw, wanted) == 0, "%s", evidence(saw, wanted, witness(seen)));
}

static const char *others_in_words(long others)
{
    char *all = text("%s", others & 1 ? "the scheduler itself (it looks again and again instead of waiting)" : "");
    for (int who = 1; who < 63; who++)
        if (others >> who & 1)
            all = text("%s%schild %d", all, *all ? ", " : "", who);
    return all;
}

/* No child is continued while another can still run. */
static void require_stopped_first(const struct seen *seen)
{
    bool runs[TIMED_TASKS_MAX] = {false};
    for (size_t i = 0; i < seen->result.count; i++) {
        const struct timed_event *event = &seen->result.events[i];
        for (unsigned who = 1; who < TIMED_TASKS_MAX && event->kind == TIMED_CONTINUED; who++)
            cr_assert(!runs[who] || who == event->who, "%s",
                      evidence(text("at %lu ms child %u was continued while child %u could still run",
                                    (unsigned long)event->at / 1000, event->who, who),
                               "one at a time: it is stopped before the next goes on", witness(seen)));
        if (event->kind == TIMED_CONTINUED || event->kind == TIMED_RAN)
            runs[event->who] = true;
        if (event->kind == TIMED_STOPPED || event->kind == TIMED_WAIT || event->kind == TIMED_ENDED)
            runs[event->who] = false;
    }
}

/* While somebody computes, nobody else could have. */
static void require_alone(const struct seen *seen)
{
    require_stopped_first(seen);
    for (size_t i = 0; i < seen->result.count; i++) {
        const struct timed_event *event = &seen->result.events[i];
        cr_assert(event->kind != TIMED_RAN || !event->other, "%s",
                  evidence(text("at %lu ms, beside child %u, this could run as well: %s",
                                (unsigned long)event->at / 1000, event->who, others_in_words(event->other)),
                           "one at a time: the others are stopped, and the scheduler waits", witness(seen)));
    }
}

/* The CPU is never idle while a child still has something to compute. */
static void require_busy(const struct seen *seen)
{
    for (size_t i = 0; i < seen->result.count; i++) {
        const struct timed_event *event = &seen->result.events[i];
        cr_assert(event->kind != TIMED_IDLE, "%s",
                  evidence(text("from %lu ms on nobody could run, for %ld ms", (unsigned long)event->at / 1000,
                                event->value / 1000),
                           "the next child's turn begins as soon as one has ended", witness(seen)));
    }
}

static int status_of(const struct jobs *jobs, unsigned i)
{
    return jobs->signalled[i] ? SIGTERM : (int)(EXIT_BASE + i) << 8;
}

static const char *status_in_words(long status)
{
    if (status < 0)
        return "none at all";
    return WIFEXITED(status) ? text("exited with %d", WEXITSTATUS((int)status))
                             : text("status %#lx", (unsigned long)status);
}

static void require_statuses(const struct seen *seen)
{
    for (unsigned i = 0; i < seen->jobs.count && i < 6; i++) {
        long status = timed_said(&seen->result, text("status%u", i));
        int expected = status_of(&seen->jobs, i);
        cr_assert(status == expected, "%s",
                  evidence(text("statuses[%u]: %s", i, status_in_words(status)),
                           seen->jobs.signalled[i] ? text("%#x: killed by SIGTERM, as waitpid gave it", expected)
                                                   : status_in_words(expected),
                           witness(seen)));
    }
}

static void require_said(const struct seen *seen, const char *word, long value, const char *saw, const char *expected)
{
    cr_assert(timed_said(&seen->result, word) == value, "%s", evidence(saw, expected, witness(seen)));
}

/* ---- the tests ---- */

static void require_schedule(const char *numbers)
{
    struct seen seen = observe("run", numbers, (struct timed_options){0});
    require_end(&seen);
    require_turns(&seen);
    timed_free(&seen.result);
}

Test(slices, round_robin)
{
    require_schedule("10 25 14 5");
    require_schedule("10 27 12 33");
}

/* Whether the scheduler or a newborn child goes on first after fork is anybody's guess: so both. */
Test(slices, one_at_a_time)
{
    for (int first = 0; first < 2; first++) {
        struct seen seen = observe("run", "10 25 14 5", (struct timed_options){.children_first = first});
        require_end(&seen);
        require_alone(&seen);
        require_turns(&seen);
        long turn_begins = 0;
        for (size_t i = 0; i < seen.result.count; i++) {
            const struct timed_event *event = &seen.result.events[i];
            if (event->kind != TIMED_SAY || strcmp(event->word, "job") != 0)
                continue;
            turn_begins = event->value * 10000;
            cr_assert((long)event->at >= turn_begins, "%s",
                      evidence(text("jobs[%ld] was called at %lu ms", event->value, (unsigned long)event->at / 1000),
                               text("in its first turn, which begins at %ld ms", turn_begins / 1000), witness(&seen)));
        }
        timed_free(&seen.result);
    }
}

Test(slices, ends)
{
    static const char *const numbers[] = {"10 5 25 3", "10 4 4 4 21"};
    for (size_t i = 0; i < 2; i++) {
        struct seen seen = observe("run", numbers[i], (struct timed_options){0});
        require_end(&seen);
        require_busy(&seen);
        require_turns(&seen);
        timed_free(&seen.result);
    }
}

Test(slices, statuses)
{
    struct seen seen = observe("run", "10 25 10014 5", (struct timed_options){0});
    require_end(&seen);
    require_statuses(&seen);
    timed_free(&seen.result);
}

Test(slices, no_zombies)
{
    struct seen seen = observe("run", "10 25 14 5", (struct timed_options){0});
    require_end(&seen);
    cr_assert(seen.result.zombies == 0, "%s",
              evidence(text("%u of its children have ended and were never waited for", seen.result.zombies),
                       "every child waited for", witness(&seen)));
    timed_free(&seen.result);
    seen = observe("own-child", "10 25 14", (struct timed_options){0});
    seen.what = "the caller has a child of its own, child 1, which ends at once; then jobs of 25 and 14 ms";
    require_end(&seen);
    require_said(&seen, "own_child", 1, "the caller's own child was waited for by the scheduler: its status is lost",
                 "only the children that the scheduler made are waited for");
    timed_free(&seen.result);
}

/* No child goes on for longer than a slice without being stopped, while another waits for its turn. */
static void require_short_turns(const struct seen *seen)
{
    long since_stop[TIMED_TASKS_MAX] = {0};
    unsigned left = seen->jobs.count;
    for (size_t i = 0; i < seen->result.count; i++) {
        const struct timed_event *event = &seen->result.events[i];
        left -= event->kind == TIMED_ENDED && event->who > 0;
        if (event->kind == TIMED_STOPPED)
            since_stop[event->who] = 0;
        if (event->kind == TIMED_RAN)
            since_stop[event->who] += event->value;
        cr_assert(left < 2 || since_stop[event->who] <= seen->jobs.slice * 1000L, "%s",
                  evidence(text("child %u computed for %ld ms without being stopped: its alarm was lost", event->who,
                                since_stop[event->who] / 1000),
                           text("turns of %u ms at most", seen->jobs.slice), witness(seen)));
    }
}

/* A scheduler that asks over and over has moments without number. */
enum { MOMENTS_MAX = 300 };

static void require_few_moments(const struct seen *seen)
{
    cr_assert(seen->result.moments <= MOMENTS_MAX, "%s",
              evidence(text("%u returns from system calls, for a few turns", seen->result.moments),
                       "a scheduler that waits: a few dozen", witness(seen)));
}

/* The alarm at every moment between two system calls, one run each. */
Test(slices, any_moment)
{
    unsigned moments = 0;
    for (unsigned k = 0; k <= moments; k++) {
        struct seen seen = observe("run", "10 24 5", (struct timed_options){.strike_at = k});
        if (k)
            seen.what = text("%s; once, the alarm strikes at a moment that the grader chose", seen.what);
        moments = seen.result.armed_moments > moments ? seen.result.armed_moments : moments;
        require_few_moments(&seen);
        require_end(&seen);
        require_alone(&seen);
        require_short_turns(&seen);
        require_busy(&seen);
        require_statuses(&seen);
        timed_free(&seen.result);
    }
}

/* SIGKILL at every moment: who is left? */
static void require_nobody_left(bool children_first)
{
    struct seen seen = observe("run", "10 14 5", (struct timed_options){.children_first = children_first});
    require_end(&seen);
    unsigned moments = seen.result.moments;
    require_few_moments(&seen);
    timed_free(&seen.result);
    for (unsigned k = 1; k <= moments; k++) {
        seen = observe("run", "10 14 5", (struct timed_options){.kill_at = k, .children_first = children_first});
        const char *left = seen.result.left_stopped ? "stopped or waiting for ever" : "running on";
        cr_assert(seen.result.left_running + seen.result.left_stopped == 0, "%s",
                  evidence(text("the scheduler was killed, and of its children %u %s left, %s",
                                seen.result.left_running + seen.result.left_stopped,
                                seen.result.left_running + seen.result.left_stopped == 1 ? "is" : "are", left),
                           "none: they end with it", witness(&seen)));
        timed_free(&seen.result);
    }
}

Test(slices, killed)
{
    require_nobody_left(false);
    require_nobody_left(true);
}

Test(slices, as_before)
{
    struct seen seen = observe("restores", "10 14 5", (struct timed_options){0});
    require_end(&seen);
    require_said(&seen, "same_handlers", 1, "another handler is in place than before", "the caller's own");
    require_said(&seen, "same_mask", 1, "the blocked signals are others than before",
                 "those that the caller had blocked");
    require_said(&seen, "timer_off", 1, "ITIMER_REAL is still running", "it is off, as before");
    for (size_t i = 0; i < seen.result.count; i++) {
        const struct timed_event *event = &seen.result.events[i];
        cr_assert(event->kind != TIMED_SAY || strcmp(event->word, "job_blocks") != 0 || event->value == 0, "%s",
                  evidence("a job was called with other signals blocked than the caller had",
                           "the caller's mask: a job may need its own alarms and children", witness(&seen)));
    }
    timed_free(&seen.result);
    seen = observe("refused", "10", (struct timed_options){0});
    seen.what = "0 jobs; 17 jobs; a slice of 0 ms";
    cr_assert(!timed_bad_end(&seen.result), "%s",
              evidence(timed_bad_end(&seen.result), "−1 and EINVAL", witness(&seen)));
    require_said(&seen, "einval", 1, "one of them was not refused", "−1 and EINVAL, each time");
    timed_free(&seen.result);
}

/* Hidden: other jobs and slices, one alone, slices of a second and more; a fork that fails. */
Test(slices, other_jobs)
{
    require_schedule("7 50 3 22 8 30");
    require_schedule("10 35");
    require_schedule("1 3 5");
    require_schedule("1500 4000 1700");
    struct seen seen = observe("run", "10 14 5 8", (struct timed_options){.fork_fails_at = 3});
    seen.what = "the third fork fails with EAGAIN";
    const char *end = timed_bad_end(&seen.result);
    cr_assert(!end, "%s", evidence(end, "−1 and EAGAIN", witness(&seen)));
    require_said(&seen, "returned", -1, "it did not return −1", "−1 and EAGAIN");
    require_said(&seen, "errno", EAGAIN, "another errno than fork's", "EAGAIN");
    require_said(&seen, "children", 0, "children that it had made are left", "none");
    timed_free(&seen.result);
}
