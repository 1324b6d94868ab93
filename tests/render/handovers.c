/* Who let whom go on: small stories of threads, and the arrow that the last row of each must have, or must not have.
 * An arrow is a claim; whatever the log leaves open gets none.
 */
#include "tests/render/fixtures.h"
#include "tests/render/shared.h"
#include "tracer/render/flow.h"
#include "tracer/threads/calls.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 10, NOBODY = -1 };

struct line {
    unsigned thread;
    enum event_kind kind;
    uint64_t object;
    enum object_kind object_kind;
    uint64_t waited_ns, object2;
    int result;
};

struct story {
    const char *name;
    bool explored; /* in steps, one thread at a time: its events say neither how long one waited nor for whom */
    int from;      /* row that the last one's arrow comes from, NOBODY for none */
    struct line lines[LINES_MOST];
};

#define AT(who, what, ...)                                                                                             \
    {                                                                                                                  \
        .thread = who, .kind = EVENT_##what, __VA_ARGS__                                                               \
    }
#define ON(address, what) .object = address, .object_kind = OBJECT_##what
#define M ON(0x500, MUTEX)
#define C ON(0x600, CONDITION)
#define S ON(0x700, SEMAPHORE)
#define B ON(0x800, BARRIER)
#define T ON(0x7001, THREAD)
#define NOTHING .object = 0
#define SIGNAL(number) ON(number, SIGNAL)
#define READ ON(0x900, RWLOCK_READ)
#define WRITE ON(0x900, RWLOCK_WRITE)
#define RW ON(0x900, RWLOCK)

static const struct story stories[] = {
    {"a thread starts where it was created", true, 0, {AT(0, THREAD_CREATE, T), AT(1, THREAD_START, T)}},
    {"another's creation is not this one's",
     true,
     NOBODY,
     {AT(0, THREAD_CREATE, ON(0x7002, THREAD)), AT(1, THREAD_START, T)}},
    {"a join ends with the thread's last step",
     true,
     3,
     {AT(0, THREAD_CREATE, T), AT(1, THREAD_START, T), AT(0, JOIN_WAIT, T), AT(1, LOCK_ACQUIRE, M),
      AT(0, JOIN_DONE, T)}},
    {"a join that failed was not let go on by anybody",
     true,
     NOBODY,
     {AT(0, THREAD_CREATE, T), AT(1, THREAD_START, T), AT(0, JOIN_DONE, T, .result = EDEADLK)}},
    {"a lock is had once it is given back",
     true,
     2,
     {AT(1, LOCK_ACQUIRE, M), AT(2, LOCK_WAIT, M), AT(1, LOCK_RELEASE, M), AT(2, LOCK_ACQUIRE, M)}},
    {"or once its owner waits for a condition",
     true,
     2,
     {AT(1, LOCK_ACQUIRE, M), AT(2, LOCK_WAIT, M), AT(1, COND_WAIT, C, .object2 = 0x500), AT(2, LOCK_ACQUIRE, M)}},
    {"a free lock was let go by nobody",
     true,
     NOBODY,
     {AT(1, LOCK_RELEASE, M), AT(2, LOCK_WAIT, M), AT(1, YIELD, NOTHING), AT(2, LOCK_ACQUIRE, M)}},
    {"who did not wait was not let go on",
     true,
     NOBODY,
     {AT(2, LOCK_WAIT, M), AT(1, YIELD, NOTHING), AT(2, LOCK_ACQUIRE, M), AT(2, LOCK_RELEASE, M),
      AT(1, LOCK_ACQUIRE, M), AT(1, LOCK_RELEASE, M), AT(2, LOCK_ACQUIRE, M)}},
    {"an unlock that failed lets nobody in",
     true,
     NOBODY,
     {AT(2, LOCK_WAIT, M), AT(1, LOCK_RELEASE, M, .result = EPERM), AT(2, LOCK_ACQUIRE, M)}},
    {"a recorded lock says by its waiting that it was held",
     false,
     0,
     {AT(1, LOCK_RELEASE, M), AT(2, LOCK_ACQUIRE, M, .waited_ns = 900)}},
    {"and by not waiting that it was not", false, NOBODY, {AT(1, LOCK_RELEASE, M), AT(2, LOCK_ACQUIRE, M)}},
    {"a reader waits for the writer, not for another reader",
     true,
     2,
     {AT(1, LOCK_ACQUIRE, WRITE), AT(2, LOCK_WAIT, READ), AT(1, LOCK_RELEASE, RW), AT(3, LOCK_ACQUIRE, READ),
      AT(3, LOCK_RELEASE, RW), AT(2, LOCK_ACQUIRE, READ)}},
    {"a signal wakes who waited before it", true, 1, {AT(1, COND_WAIT, C), AT(2, COND_SIGNAL, C), AT(1, COND_WAKE, C)}},
    {"a signal before the wait wakes nobody",
     true,
     NOBODY,
     {AT(2, COND_SIGNAL, C), AT(1, COND_WAIT, C), AT(2, YIELD, NOTHING), AT(1, COND_WAKE, C)}},
    {"nor does it wake in a recording",
     false,
     NOBODY,
     {AT(2, COND_SIGNAL, C), AT(1, COND_WAIT, C), AT(1, COND_WAKE, C, .waited_ns = 900)}},
    {"whose time ran out was not woken",
     false,
     NOBODY,
     {AT(1, COND_WAIT, C), AT(2, COND_SIGNAL, C), AT(1, COND_WAKE, C, .result = ETIMEDOUT)}},
    {"a signal wakes one, not two",
     true,
     NOBODY,
     {AT(1, COND_WAIT, C), AT(3, COND_WAIT, C), AT(2, COND_SIGNAL, C), AT(3, COND_WAKE, C), AT(2, YIELD, NOTHING),
      AT(1, COND_WAKE, C)}},
    {"a broadcast wakes all",
     true,
     2,
     {AT(1, COND_WAIT, C), AT(3, COND_WAIT, C), AT(2, COND_BROADCAST, C), AT(3, COND_WAKE, C), AT(2, YIELD, NOTHING),
      AT(1, COND_WAKE, C)}},
    {"two signals wake two, in turn",
     true,
     3,
     {AT(1, COND_WAIT, C), AT(3, COND_WAIT, C), AT(2, COND_SIGNAL, C), AT(2, COND_SIGNAL, C), AT(3, COND_WAKE, C),
      AT(2, YIELD, NOTHING), AT(1, COND_WAKE, C)}},
    {"a post lets in who waits", true, 1, {AT(1, SEM_WAIT, S), AT(2, SEM_POST, S), AT(1, SEM_ACQUIRE, S)}},
    {"a post before the wait was there already",
     true,
     NOBODY,
     {AT(2, SEM_POST, S), AT(1, SEM_WAIT, S), AT(2, YIELD, NOTHING), AT(1, SEM_ACQUIRE, S)}},
    {"whoever comes last opens the barrier",
     true,
     1,
     {AT(1, BARRIER_WAIT, B), AT(2, BARRIER_WAIT, B), AT(3, YIELD, NOTHING), AT(2, BARRIER_LEAVE, B),
      AT(2, BARRIER_WAIT, B), AT(1, BARRIER_LEAVE, B)}},
    {"and was let go on by nobody",
     true,
     NOBODY,
     {AT(1, BARRIER_WAIT, B), AT(2, BARRIER_WAIT, B), AT(3, YIELD, NOTHING), AT(2, BARRIER_LEAVE, B)}},
    {"a signal is taken that was sent", true, 0, {AT(0, SIGNAL_SEND, SIGNAL(10)), AT(1, SIGNAL_TAKEN, SIGNAL(10))}},
    {"of two that are one, it is the first",
     true,
     0,
     {AT(0, SIGNAL_SEND, SIGNAL(10)), AT(0, SIGNAL_SEND, SIGNAL(10)), AT(1, SIGNAL_TAKEN, SIGNAL(10))}},
    {"of signals in a queue the log does not say which",
     true,
     NOBODY,
     {AT(0, SIGNAL_SEND, SIGNAL(40)), AT(0, SIGNAL_SEND, SIGNAL(40)), AT(1, SIGNAL_TAKEN, SIGNAL(40))}},
    {"one that was taken is gone",
     true,
     NOBODY,
     {AT(0, SIGNAL_SEND, SIGNAL(10)), AT(1, SIGNAL_TAKEN, SIGNAL(10)), AT(2, SIGNAL_TAKEN, SIGNAL(10))}},
};

static void write_line(struct fixture *fixture, const struct story *story, const struct line *line)
{
    const uint32_t lane = EVENT_LANE(LANE_THREAD, line->thread);
    struct event *event = fixture_event(fixture, sizeof(struct event_sync), lane, MODE_USER, 0);
    *(struct event_sync *)event->payload = (struct event_sync){.object = line->object,
                                                               .object2 = line->object2,
                                                               .object_kind = (uint8_t)line->object_kind,
                                                               .waited_ns = line->waited_ns,
                                                               .result = line->result};
    if (story->explored)
        event->clock = CLOCK_KIND_STEP, event->tid = line->thread;
    fixture_publish(fixture, event, line->kind, NULL);
    fixture->now += story->explored ? 1 : 1000;
}

static void tell(const char *path, const struct story *story)
{
    struct fixture fixture;
    fixture_start(&fixture, path, story->explored ? LOG_BY_EXPLORER : LOG_BY_RECORDER, story->name);
    if (story->explored)
        fixture.log.header->clock = CLOCK_KIND_STEP;
    for (const struct line *line = story->lines; line < story->lines + LINES_MOST && line->kind != EVENT_NONE; line++)
        write_line(&fixture, story, line);
    fixture_end(&fixture);
}

Test(render, an_arrow_says_who_let_whom_go_on)
{
    for (const struct story *story = stories; story < stories + sizeof stories / sizeof *stories; story++) {
        struct log_view view;
        struct flow flow;
        char error[LOG_ERROR_MAX];
        const char *path = check_path("story.trap");
        tell(path, story);
        cr_assert(log_view_open(&view, path, error) == LOG_OK, "%s: cannot %s", story->name, error);
        struct names *names = names_read(&view);
        cr_assert(names != NULL && flow_read(&flow, &view, names, &(struct flow_window){0}) == 0);
        const size_t from = flow_cause(&flow, flow.count - 1);
        cr_expect_eq(from == FLOW_NOTHING ? NOBODY : (int)from, story->from, "%s: the arrow comes from row %d, not %d",
                     story->name, from == FLOW_NOTHING ? NOBODY : (int)from, story->from);
        flow_free(&flow);
        names_free(names);
        log_view_free(&view);
    }
}

/* ---- what objects are called ---- */

pthread_mutex_t named_late = PTHREAD_MUTEX_INITIALIZER;

/* Where this very program's code is mapped, as a log has it. */
static struct event_module own_code(char path[256])
{
    struct event_module module = {0};
    char line[512], rights[8], file[256];
    unsigned long long start, end, offset;
    FILE *maps = fopen("/proc/self/maps", "r");
    cr_assert_not_null(maps);
    const uint64_t here = (uintptr_t)own_code;
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %255s", &start, &end, rights, &offset, file) == 5 &&
            start <= here && here < end) {
            module = (struct event_module){.start = start, .end = end, .file_offset = offset};
            strcpy(path, file);
        }
    fclose(maps);
    return module;
}

/* A thread may be ahead of the one that tells the log which files the program is made of. */
Test(render, a_name_known_late_counts_from_the_beginning)
{
    static const enum event_kind kinds[] = {EVENT_LOCK_ACQUIRE, EVENT_MODULE, EVENT_LOCK_RELEASE};
    struct fixture fixture;
    char module[256];
    const struct event_module code = own_code(module);
    const char *path = check_path("late.trap");
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./late");
    fixture_exec(&fixture, 1, "./late");
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++, fixture.now += 1000) {
        const uint32_t lane = EVENT_LANE(LANE_THREAD, 1);
        const unsigned length = kinds[i] == EVENT_MODULE ? sizeof code : sizeof(struct event_sync);
        struct event *event = fixture_event(&fixture, length, lane, MODE_USER, 0);
        if (kinds[i] == EVENT_MODULE)
            *(struct event_module *)event->payload = code;
        else
            *(struct event_sync *)event->payload = (struct event_sync){
                .object = (uintptr_t)&named_late,
                .object_kind = OBJECT_MUTEX,
                .call = kinds[i] == EVENT_LOCK_ACQUIRE ? CALL_pthread_mutex_lock : CALL_pthread_mutex_unlock};
        fixture_publish(&fixture, event, kinds[i], kinds[i] == EVENT_MODULE ? module : NULL);
    }
    fixture_end(&fixture);
    char *text = good(RENDER(path, "-f", "text"));
    cr_expect(check_has(text, "pthread_mutex_lock(mutex named_late)"), "%s", text);
    cr_expect(check_has(text, "pthread_mutex_unlock(mutex named_late)"), "%s", text);
    free(text);
}
