/* Words for experiments in virtual time.  Which end is a failure, and of which test, the suites decide. */
#include "tests/harness/timed_evidence.h"
#include "tests/harness/evidence.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

enum { WORDS_MAX = 20, STORY_EVENTS = 60 };

const char *timed_try(const char *subject, const char *experiment, struct timed_options options,
                      struct timed_result *result)
{
    const char *words[WORDS_MAX + 1] = {NULL};
    char *rest = text("%s", experiment);
    for (size_t i = 0; i < WORDS_MAX && rest; i++)
        words[i] = strsep(&rest, " ");
    options.program = evidence_subject(subject);
    options.arguments = words;
    int error = timed_run(&options, result);
    if (error == EPERM)
        return "INCONCLUSIVE: this machine does not let a program trace its child (ptrace: EPERM); "
               "make doctor says what would enable it";
    if (error)
        return text("INFRA: cannot run %s: %s", options.program, strerror(error));
    if (result->end == TIMED_OUT_OF_TIME)
        return text("INCONCLUSIVE: after %u s of CPU time it had not ended: a loop without end?",
                    TIMED_CPU_SECONDS * run_patience());
    if (result->end == TIMED_NO_ANSWER)
        return text("INCONCLUSIVE: no end within %u s", TIMED_DEADLINE_SECONDS * run_patience());
    return NULL;
}

const char *timed_bad_end(const struct timed_result *result)
{
    switch (result->end) {
    case TIMED_SIGNALLED:
        return WTERMSIG(result->status) == SIGALRM
                   ? "SIGALRM killed the program: it struck while no handler was in place"
                   : text("it was killed by SIG%s", sigabbrev_np(WTERMSIG(result->status)));
    case TIMED_DEADLOCK:
        return "it waits for ever: no timer runs that could still interrupt it";
    case TIMED_SPINS:
        return "it goes round and round: 10,000 more instructions, or 5,000 more calls, and nothing changed";
    case TIMED_REFUSED:
        return text("it asked the kernel %s, and was stopped there", result->refused);
    case TIMED_TOO_MUCH:
        return "it goes on and on: stopped after 20 s of virtual time, or 20,000 events";
    default:
        return result->status ? text("the program ended within it, with status %d", WEXITSTATUS(result->status)) : NULL;
    }
}

const char *timed_witness(const struct timed_result *result, const char *what)
{
    return text("%s:\n%s", what, timed_story(result, 0, STORY_EVENTS));
}
