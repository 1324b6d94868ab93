/* The schedule explorer's words: what a verdict can be and what a finding can be about.
 *
 * `trapflow explore --json` prints one line, last on stdout, which is the interface for other programs (the grader
 * runs the explorer in a process of its own and reads this line):
 *
 *   verdict     "PASS" | "FAIL" | "INCONCLUSIVE" | "INFRA" | "REFUSED"
 *   finding     a name of EXPLORE_FINDINGS below; "" when nothing was found
 *   schedules   runs executed to their end and counted: every one a different schedule where `complete` is true
 *   runs        all that were started: also those of smaller bounds, and those that ended where one had been before
 *   bound       preemptions (more exactly: deviations, README.md) that were enumerated completely; -1: none
 *   bounded_by  what `bound` counts: "preemptions", or "delays of a round-robin scheduler" (--strategy delay)
 *   complete    true: every schedule within the bound ran; unbounded: true: there are no others at all
 *   relaxed     true: relaxed atomics were met, so that a pass is a sample and no proof
 *   witness     the schedule string that replays the failure; "" when there is none
 *   message     the whole text for a person, lines separated by \n
 *   proof       the closing sentence: what was enumerated or sampled
 *   note        of a pass: what is no failure, and still worth knowing; "" if nothing is
 *   output      what the program printed in the failing run, up to 16 KiB
 *   engine      "fibres" (runs repeated in one process) | "fork"
 *   seconds, per_second   wall time of the exploration; never part of a verdict
 *
 * Exit status: 0 all passed, 1 a failure was found, 2 bad input (also: a program that the explorer cannot control), 3
 * the explorer's own failure, 4 inconclusive.
 */
#ifndef TRACER_EXPLORE_EXPLORE_H
#define TRACER_EXPLORE_EXPLORE_H

/* X(constant, name in JSON and in corpus files, what it is in a few words).  Append only: the numbers are in logs. */
#define EXPLORE_FINDINGS(X)                                                                                            \
    X(RACE, "data-race", "two threads use the same memory, one of them writes, and nothing orders them")               \
    X(DEADLOCK, "deadlock", "threads wait for each other and none can go on")                                          \
    X(LOST_WAKEUP, "lost-wakeup", "a thread waits for a signal that has already been sent, or that nobody will send")  \
    X(ASSERTION, "assertion", "an assertion failed")                                                                   \
    X(EXIT, "wrong-exit", "the program ended with a status other than the expected one")                               \
    X(OUTPUT, "wrong-output", "the program printed something else than expected")                                      \
    X(UNINITIALIZED, "uninitialized", "an object is used that nobody has initialized")                                 \
    X(DESTROYED, "destroyed", "an object is used after its destruction, or destroyed while in use")                    \
    X(NOT_OWNER, "not-owner", "a thread unlocks what it has not locked")                                               \
    X(DOUBLE_JOIN, "double-join", "a thread is joined twice, or joined though it is detached")                         \
    X(LEAKED_THREAD, "leaked-thread", "the program ends while a thread was neither joined nor detached")               \
    X(LIVELOCK, "livelock", "threads run for ever without getting anywhere")                                           \
    X(DEAD_STACK, "dead-stack", "a thread uses a local variable of a thread that has ended")                           \
    X(FREED, "use-after-free", "memory is used after free, or freed twice")                                            \
    X(CRASH, "crash", "the program dies of a signal")                                                                  \
    X(FORGERY, "forgery", "the program reaches into the explorer's own memory or ends behind its back")                \
    X(KILLED, "killed-by-signal", "a signal reaches a thread that does not block it, and ends the process")

enum explore_finding {
    FINDING_NONE,
#define EXPLORE_FINDING_CONSTANT(constant, name, words) FINDING_##constant,
    EXPLORE_FINDINGS(EXPLORE_FINDING_CONSTANT)
#undef EXPLORE_FINDING_CONSTANT
        FINDING_END
};

enum explore_exit { EXPLORE_PASSED, EXPLORE_FAILED, EXPLORE_BAD_INPUT, EXPLORE_INFRA, EXPLORE_INCONCLUSIVE };

/* `trapflow explore`: argv[0] is "explore".  Returns the exit status above.  One thread at a time. */
int trapflow_explore(int argc, char **argv);

/* "data-race", or NULL for a number that is no finding; and what it is in a few words.  Any thread. */
const char *explore_finding_name(unsigned finding);
const char *explore_finding_words(unsigned finding);

#endif
