/* The program's memory from outside, and the story of a run.  Knows no rule of either. */
#include "tests/harness/birth_run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool birth_peek(const struct run *run, uint64_t address, void *bytes, size_t size)
{
    return pread(run->memory, bytes, size, (off_t)address) == (ssize_t)size;
}

bool birth_poke(const struct run *run, uint64_t address, const void *bytes, size_t size)
{
    return pwrite(run->memory, bytes, size, (off_t)address) == (ssize_t)size;
}

/* Only pages that the thread has touched: the rest of a stack of megabytes holds nothing. */
void birth_scorch(const struct run *run, const struct task *task)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char *scorched = malloc(page);
    if (!scorched)
        abort();
    memset(scorched, BIRTH_SCORCH, page);
    uint64_t end = task->stack + task->stack_size;
    for (uint64_t at = task->stack & ~(uint64_t)(page - 1); at < end; at += page) {
        uint64_t entry = 0;
        if (pread(run->pagemap, &entry, sizeof entry, (off_t)(at / page * sizeof entry)) != sizeof entry ||
            !(entry >> 62))
            continue; /* neither present nor swapped out */
        uint64_t from = at < task->stack ? task->stack : at;
        uint64_t to = at + page < end ? at + page : end;
        birth_poke(run, from, scorched, to - from);
    }
    free(scorched);
}

void birth_note(struct run *run, const char *verb, const struct task *about)
{
    enum { EVENTS_TOLD = 40 };
    if (run->history_events == EVENTS_TOLD)
        fputs(" …", run->history);
    if (run->history_events++ >= EVENTS_TOLD)
        return;
    if (verb != run->history_verb)
        fprintf(run->history, "%s%s", run->history_verb ? "; " : "", verb);
    run->history_verb = verb;
    if (about == run->tasks)
        fputs(" main", run->history);
    else if (about)
        fprintf(run->history, " %d", (int)(about - run->tasks));
}
