/* A task as /proc shows it, the list of events, and events in words.  Knows no rule of the run. */
#include "tests/harness/timed_run.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Opened for each access: an exec replaces what /proc/PID/mem means. */
static int open_memory(const struct task *task)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/mem", task->tid);
    return open(path, O_RDWR | O_CLOEXEC);
}

bool timed_peek(const struct task *task, uint64_t address, void *bytes, size_t size)
{
    int memory = open_memory(task);
    bool whole = memory >= 0 && pread(memory, bytes, size, (off_t)address) == (ssize_t)size;
    if (memory >= 0)
        close(memory);
    return whole;
}

bool timed_poke(const struct task *task, uint64_t address, const void *bytes, size_t size)
{
    int memory = open_memory(task);
    bool whole = memory >= 0 && pwrite(memory, bytes, size, (off_t)address) == (ssize_t)size;
    if (memory >= 0)
        close(memory);
    return whole;
}

static size_t read_proc(const struct task *task, const char *file, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", task->tid, file);
    int in = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = in < 0 ? 0 : read(in, text, size - 1);
    if (in >= 0)
        close(in);
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

char timed_state_of(const struct task *task)
{
    char text[512];
    read_proc(task, "stat", text, sizeof text);
    const char *name_ends = strrchr(text, ')'); /* the name itself may hold anything */
    return name_ends && strlen(name_ends) > 2 ? name_ends[2] : 'X';
}

/* A task that is about to wait says so first and may be interrupted right then: it looks asleep, and is not.  The
 * kernel tells what call a task is in only once that has really left its CPU. */
bool timed_asleep(const struct task *task)
{
    char text[256];
    if (timed_state_of(task) != 'S')
        return false;
    read_proc(task, "syscall", text, sizeof text);
    return strncmp(text, "running", strlen("running")) != 0;
}

uint64_t timed_mask_of(const struct task *task, const char *of)
{
    char text[4096];
    read_proc(task, "status", text, sizeof text);
    const char *at = strstr(text, of);
    return at ? strtoull(at + strlen(of) + 1, NULL, 16) : 0;
}

struct task *timed_task(struct run *run, pid_t tid)
{
    for (unsigned i = run->count; i-- > 0;)
        if (run->tasks[i].tid == tid && run->tasks[i].state < TASK_ENDED)
            return &run->tasks[i];
    return NULL;
}

/* Where the kernel tells a new program its page of fast calls, it is told to look away: so that reading a clock is a
 * system call that we can answer.  The stack holds argc, argv, NULL, environment, NULL, then pairs of words. */
void timed_hide_vdso(struct task *task, uint64_t at)
{
    uint64_t word = 1, pair[2] = {1, 0};
    timed_peek(task, at, &word, sizeof word);
    at += (word + 2) * sizeof word;
    for (word = 1; word && timed_peek(task, at, &word, sizeof word);)
        at += sizeof word;
    for (; pair[0] != AT_NULL && timed_peek(task, at, pair, sizeof pair); at += sizeof pair)
        if (pair[0] == AT_SYSINFO_EHDR) {
            pair[0] = AT_IGNORE;
            timed_poke(task, at, pair, sizeof pair);
        }
}

static struct timed_event *add_event(struct run *run, enum timed_kind kind, const struct task *who)
{
    struct timed_result *result = run->result;
    static struct timed_event nowhere;
    if (result->count == TIMED_EVENTS_MAX) {
        timed_end_run(run, TIMED_TOO_MUCH);
        return &nowhere;
    }
    if (result->count == run->capacity) {
        run->capacity = run->capacity ? 2 * run->capacity : 256;
        result->events = realloc(result->events, run->capacity * sizeof *result->events);
        if (!result->events)
            abort();
    }
    struct timed_event *event = &result->events[result->count++];
    *event = (struct timed_event){.at = run->now, .kind = kind, .who = (unsigned)(who - run->tasks)};
    return event;
}

void timed_note(struct run *run, enum timed_kind kind, const struct task *who, long value, long other)
{
    struct timed_event *event = add_event(run, kind, who);
    event->value = value;
    event->other = other;
}

void timed_note_word(struct run *run, enum timed_kind kind, const struct task *who, uint64_t word, long value)
{
    struct timed_event *event = add_event(run, kind, who);
    event->value = value;
    for (size_t i = 0; i + 1 < sizeof event->word && timed_peek(who, word + i, event->word + i, 1) && event->word[i];
         i++)
        ;
}
