/* Which steps of a recorded schedule explain the finding, and which only fill it.  Knows nothing of words or pictures.
 */
#include "tracer/explore/command.h"

#include "tracer/event.h"

enum { COMPARED_MAX = 4096 }; /* steps among which a second user of the same memory is looked for */

static bool is_access(const struct channel_step *step)
{
    return step->kind == EVENT_READ || step->kind == EVENT_WRITE || step->kind == EVENT_RACE ||
           step->kind == EVENT_ATOMIC;
}

/* A pthread call that has done something; that a thread came to it is told where it must wait. */
static bool is_call(const struct channel_step *step)
{
    if (step->kind == EVENT_SIGNAL_SEND || step->kind == EVENT_SIGNAL_TAKEN)
        return true;
    return step->kind >= EVENT_THREAD_CREATE && step->kind <= EVENT_YIELD && step->kind != EVENT_LOCK_WAIT &&
           step->kind != EVENT_JOIN_WAIT && step->kind != EVENT_SEM_WAIT && step->kind != EVENT_THREAD_START;
}

static bool overlaps(const struct channel_step *step, uint64_t address, uint64_t size)
{
    return step->address < address + size && address < step->address + (step->size ? step->size : 1);
}

static bool is_about(const struct channel *channel, const struct channel_step *step)
{
    const struct channel_outcome *outcome = &channel->outcome;
    for (uint32_t i = 0; i < channel->config.watches; i++)
        if (overlaps(step, channel->config.watch[i].address, channel->config.watch[i].size))
            return true;
    for (uint32_t i = 0; i < outcome->parties; i++)
        if (outcome->party[i].object && outcome->party[i].object == step->address)
            return true;
    return false;
}

/* Memory that two threads use, at least one of them writing. */
static bool is_shared(const struct channel *channel, const struct channel_step *step)
{
    uint32_t steps = channel->outcome.steps < COMPARED_MAX ? channel->outcome.steps : COMPARED_MAX;
    for (uint32_t i = 0; i < steps; i++) {
        const struct channel_step *other = &channel->step[i];
        if (is_access(other) && other->thread != step->thread &&
            (other->kind != EVENT_READ || step->kind != EVENT_READ) &&
            overlaps(step, other->address, other->size ? other->size : 1))
            return true;
    }
    return false;
}

bool steps_matter(const struct channel *channel, const struct channel_step *step)
{
    enum explore_finding finding = (enum explore_finding)channel->outcome.finding;
    bool by_value = finding == FINDING_ASSERTION || finding == FINDING_EXIT || finding == FINDING_OUTPUT;
    if (is_access(step))
        return step->kind == EVENT_ATOMIC || is_about(channel, step) || (by_value && is_shared(channel, step));
    return is_call(step) && (finding != FINDING_RACE || is_about(channel, step));
}

/* Of the plain accesses, the reads go first, then all that are not what the finding is about. */
bool steps_matter_most(const struct channel *channel, const struct channel_step *step, enum steps_sparing sparing)
{
    if (!steps_matter(channel, step))
        return false;
    if (!is_access(step) || step->kind == EVENT_ATOMIC || sparing == STEPS_ALL || is_about(channel, step))
        return true;
    return sparing == STEPS_WITHOUT_READS && step->kind != EVENT_READ;
}

/* It came, and had what it wanted at once: the next step is its own. */
static bool is_no_wait(const struct channel *channel, const struct channel_step *step)
{
    const struct channel_step *next = step + 1, *end = &channel->step[channel->outcome.steps];
    if (step->kind != EVENT_LOCK_WAIT && step->kind != EVENT_SEM_WAIT && step->kind != EVENT_JOIN_WAIT)
        return false;
    while (next < end && next->kind == EVENT_CHOICE)
        next++;
    return next < end && next->thread == step->thread;
}

/* A picture has room for the lives of threads and for where they wait; decisions show in it as changes of lane. */
bool steps_are_drawn(const struct channel *channel, const struct channel_step *step)
{
    return is_access(step) ? steps_matter(channel, step) : step->kind != EVENT_CHOICE && !is_no_wait(channel, step);
}
