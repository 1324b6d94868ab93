/* Who goes on, of the tasks that can.  Decides only: resumes nobody and reads no clock. */
#include "tests/harness/timed_run.h"

static struct task *first_ready(struct run *run, bool (*wanted)(const struct run *, const struct task *))
{
    for (unsigned i = 0; i < run->count; i++)
        if (run->tasks[i].state == TASK_READY && wanted(run, &run->tasks[i]))
            return &run->tasks[i];
    return NULL;
}

static bool is_poked(const struct run *run, const struct task *task)
{
    (void)run;
    return task->poked;
}

/* A handler interrupts what its process was computing. */
static bool computes(const struct task *task)
{
    return task->burn && task->inside <= task->burn_inside;
}

static bool is_favoured(const struct run *run, const struct task *task)
{
    return run->options->children_first && task->newborn && !computes(task) && !task->spinning;
}

static bool is_free(const struct run *run, const struct task *task)
{
    (void)run;
    return !computes(task) && !task->spinning;
}

static bool is_burning(const struct run *run, const struct task *task)
{
    (void)run;
    return computes(task);
}

struct task *timed_choose(struct run *run)
{
    struct task *next = first_ready(run, is_poked);
    if (!next)
        next = first_ready(run, is_favoured);
    return next ? next : first_ready(run, is_free);
}

struct task *timed_burner(struct run *run)
{
    return first_ready(run, is_burning);
}

static bool is_spinning(const struct run *run, const struct task *task)
{
    (void)run;
    return task->spinning;
}

struct task *timed_spinner(struct run *run)
{
    return first_ready(run, is_spinning);
}
