/* Who runs next.  One thread runs at a time; when it stops, this chooses the next from what is known of the others.
 * Decides only: resumes nobody and reads no clock. */
#include "tests/harness/birth_run.h"

bool birth_can_go_on(const struct run *run, const struct task *task)
{
    uint32_t word;
    if (task->state == TASK_READY || (task->state == TASK_LEAVING && task->awaited))
        return true;
    return task->state == TASK_WAITING && birth_peek(run, task->futex, &word, sizeof word) && word != task->futex_value;
}

struct task *birth_whose_end(struct run *run, uint64_t word)
{
    for (unsigned i = run->count; i-- > 1;) /* the latest first: memory of dead threads is used again */
        if (run->tasks[i].exit_word == word)
            return &run->tasks[i];
    return NULL;
}

/* The thread number `rank` of those held, counted from the eldest. */
static struct task *held(struct run *run, unsigned rank)
{
    for (unsigned i = 1; i < run->count; i++)
        if (run->tasks[i].state == TASK_HELD && rank-- == 0)
            return &run->tasks[i];
    return NULL;
}

static struct task *next_held(struct run *run)
{
    unsigned count = 0;
    for (unsigned i = 1; i < run->count; i++)
        count += run->tasks[i].state == TASK_HELD;
    if (count == 0 || run->options->never_run)
        return NULL;
    switch (run->options->order) {
    case BIRTH_AT_ONCE:
    case BIRTH_YOUNGEST_FIRST:
        return held(run, count - 1);
    case BIRTH_INSIDE_OUT:
        return held(run, count / 2);
    case BIRTH_AS_JOINED:
        for (unsigned i = 0; i < run->count; i++) {
            const struct task *waiter = &run->tasks[i];
            struct task *awaited = waiter->state == TASK_WAITING ? birth_whose_end(run, waiter->futex) : NULL;
            if (awaited && awaited->state == TASK_HELD)
                return awaited;
        }
        return held(run, 0); /* everybody waits for something else: the eldest may bring it */
    case BIRTH_ELDEST_FIRST:
        break;
    }
    return held(run, 0);
}

/* A thread other than the first that has run already and can go on. */
static struct task *next_started(struct run *run)
{
    for (unsigned i = 1; i < run->count; i++)
        if (&run->tasks[i] != run->yielded && birth_can_go_on(run, &run->tasks[i]))
            return &run->tasks[i];
    return NULL;
}

static struct task *next_main(struct run *run)
{
    return run->tasks != run->yielded && birth_can_go_on(run, run->tasks) ? run->tasks : NULL;
}

/* With every thread waiting, those that nobody waits for may end. */
static struct task *next_leaving(struct run *run)
{
    for (unsigned i = 1; i < run->count; i++)
        if (run->tasks[i].state == TASK_LEAVING)
            return &run->tasks[i];
    return NULL;
}

/* With every thread waiting, one that waits with a timeout can still go on by itself. */
static struct task *next_timed(struct run *run)
{
    for (unsigned i = 0; i < run->count; i++)
        if (run->tasks[i].state == TASK_WAITING && run->tasks[i].timed)
            return &run->tasks[i];
    return NULL;
}

/* The thread that let others go first, when there was nobody to go.  Where threads are held for good, it would ask for
 * ever: after a while it counts as waiting. */
static struct task *next_idle(struct run *run)
{
    enum { IDLE_TURNS_MAX = 100 };
    if (!run->yielded || !birth_can_go_on(run, run->yielded))
        return NULL;
    return run->options->never_run && ++run->idle_turns > IDLE_TURNS_MAX ? NULL : run->yielded;
}

struct task *birth_choose(struct run *run)
{
    /* Does the main thread come last?  While it waits for others to end, all of them go first, except where each is
     * to be released by its own join. */
    enum birth_order order = run->options->order;
    bool others_first = order == BIRTH_AT_ONCE || (order != BIRTH_AS_JOINED && run->tasks->state == TASK_WAITING);
    struct task *next = others_first ? NULL : next_main(run);
    if (!next)
        next = next_started(run);
    if (!next)
        next = next_held(run);
    if (!next)
        next = next_main(run);
    if (!next)
        next = next_idle(run);
    if (!next)
        next = next_leaving(run);
    if (!next)
        next = next_timed(run);
    run->yielded = NULL;
    return next;
}
