/* What a finding is called, and the question that leads to its cause: for some findings it depends on what the threads
 * wait for.  Knows no addresses and no lines.
 */
#include "tracer/explore/command.h"

#include "tracer/threads/calls.h"

#include <stdio.h>

static const struct {
    const char *name, *words, *question;
} findings[FINDING_END] = {
#define EXPLORE_FINDING_ROW(constant, finding_name, finding_words)                                                     \
    [FINDING_##constant] = {finding_name, finding_words, QUESTION_##constant},
#define QUESTION_RACE "what keeps the other thread out between these two uses?"
#define QUESTION_DEADLOCK "could all threads take these in one and the same order?"
#define QUESTION_LOST_WAKEUP "what does the thread check, under the lock, before it goes to sleep?"
#define QUESTION_ASSERTION "what did the thread take for granted that another thread could change?"
#define QUESTION_EXIT "which value did a thread read that another was about to change?"
#define QUESTION_OUTPUT "which value did a thread read that another was about to change?"
#define QUESTION_UNINITIALIZED "who initializes it, and is that sure to come first?"
#define QUESTION_DESTROYED "how does the destroyer know that nobody needs it any more?"
#define QUESTION_NOT_OWNER "which thread locked it, and which unlocks it?"
#define QUESTION_DOUBLE_JOIN "who is the one that waits for this thread?"
#define QUESTION_LEAKED_THREAD "who waits for this thread before the program ends?"
#define QUESTION_LIVELOCK "what would have to change for one of them to get on, and who could change it?"
#define QUESTION_DEAD_STACK "how long does a local variable live?"
#define QUESTION_FREED "how does the thread that frees know that it is the last to use it?"
#define QUESTION_CRASH "which pointer is wrong here, and who set it?"
#define QUESTION_FORGERY "what is the program trying to do there?"
#define QUESTION_KILLED "which threads block this signal, and from when on?"
    EXPLORE_FINDINGS(EXPLORE_FINDING_ROW)};

const char *explore_finding_name(unsigned finding)
{
    return finding < FINDING_END ? findings[finding].name : NULL;
}

const char *explore_finding_words(unsigned finding)
{
    return finding < FINDING_END ? findings[finding].words : NULL;
}

/* ---- who is stuck, and by what ---- */

enum stuck { STUCK_IN_CIRCLE, STUCK_ON_ITSELF, STUCK_ON_ENDED, STUCK_ON_SEMAPHORE, STUCK_AT_BARRIER, STUCK_OTHERWISE };

static const struct {
    const char *words, *question;
} stuck_words[] = {
    [STUCK_ON_ITSELF] = {"a thread waits for what it holds itself, and so for ever",
                         "where did it take this first, and which path leaves it locked?"},
    [STUCK_ON_ENDED] = {"a thread waits for a lock that nobody will give back: who held it has ended",
                        "which path leaves without giving the lock back?"},
    [STUCK_ON_SEMAPHORE] = {"a thread waits for a semaphore that nobody can post any more",
                            "who was to post it, and what keeps it from that?"},
    [STUCK_AT_BARRIER] = {"threads wait at a barrier for more threads than will ever come",
                          "for how many threads was the barrier made, and how many arrive?"},
};

static const struct channel_party *party_of(const struct channel_outcome *outcome, uint32_t thread)
{
    for (uint32_t i = 0; i < outcome->parties; i++)
        if (outcome->party[i].thread == thread)
            return &outcome->party[i];
    return NULL;
}

static bool is_circle(const struct channel_outcome *outcome)
{
    const struct channel_party *party = &outcome->party[0];
    for (uint32_t i = 0; i < outcome->parties && party; i++)
        if ((party = party_of(outcome, party->other)) == &outcome->party[0])
            return true;
    return false;
}

static enum stuck stuck_by(const struct channel_outcome *outcome)
{
    if (outcome->parties && outcome->party[0].other == outcome->party[0].thread)
        return STUCK_ON_ITSELF;
    if (is_circle(outcome))
        return STUCK_IN_CIRCLE;
    for (uint32_t i = 0; i < outcome->parties; i++) {
        const struct channel_party *party = &outcome->party[i];
        if (party->object_kind == OBJECT_BARRIER)
            return STUCK_AT_BARRIER;
        if (party->object_kind == OBJECT_SEMAPHORE)
            return STUCK_ON_SEMAPHORE;
        if (party->ended)
            return STUCK_ON_ENDED;
    }
    return STUCK_OTHERWISE;
}

static bool is_wait(const struct channel_outcome *outcome)
{
    const char *call = outcome->parties ? thread_call_name(outcome->party[0].call) : NULL;
    return outcome->finding == FINDING_NOT_OWNER && call && outcome->party[0].object_kind == OBJECT_MUTEX &&
           (outcome->party[0].call == CALL_pthread_cond_wait || outcome->party[0].call == CALL_pthread_cond_timedwait);
}

/* A pending signal has taken in another: one request is forgotten. */
static bool is_swallowed(const struct channel_outcome *outcome)
{
    for (uint32_t i = 0; outcome->finding == FINDING_LOST_WAKEUP && i < outcome->parties; i++)
        if (outcome->party[i].object_kind == OBJECT_SIGNAL && outcome->party[i].size)
            return true;
    return false;
}

/* No circle, and nobody has ended: somebody keeps a lock, or forgets to end a wait. */
static const char *ask_otherwise(const struct channel_outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->parties; i++)
        if (outcome->party[i].other != NO_THREAD && outcome->party[i].held_pc)
            return "does whoever took it give it back, on every way out, and before waiting for anything else?";
    return "who should have ended this wait, and what does that thread do instead?";
}

/* It ended as it always does, before it came to any thread. */
static bool never_began(const struct channel_outcome *outcome)
{
    return outcome->finding == FINDING_EXIT && outcome->threads_most < 2;
}

const char *words_say(const struct channel_outcome *outcome)
{
    const enum stuck stuck = outcome->finding == FINDING_DEADLOCK ? stuck_by(outcome) : STUCK_OTHERWISE;
    if (stuck < STUCK_OTHERWISE && stuck_words[stuck].words)
        return stuck_words[stuck].words;
    if (is_wait(outcome))
        return "a thread waits on a condition without holding its mutex";
    return findings[outcome->finding].words;
}

const char *words_ask(const struct channel_outcome *outcome)
{
    const enum stuck stuck = outcome->finding == FINDING_DEADLOCK ? stuck_by(outcome) : STUCK_OTHERWISE;
    if (stuck < STUCK_OTHERWISE && stuck_words[stuck].question)
        return stuck_words[stuck].question;
    if (outcome->finding == FINDING_DEADLOCK && stuck == STUCK_OTHERWISE)
        return ask_otherwise(outcome);
    if (is_swallowed(outcome))
        return "a pending signal swallows the next one: where does it stand how many there were?";
    if (is_wait(outcome))
        return "what keeps others out between the test and the wait?";
    if (never_began(outcome))
        return "does it want arguments (after a second --), input (<FILE), or is another --status right?";
    return findings[outcome->finding].question;
}

const char *words_ask_of(enum explore_finding finding)
{
    return findings[finding].question;
}
