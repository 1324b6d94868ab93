/* Writes a log of many events, for figures: `make_log FILE EVENTS steps|threads`.
 *
 *   steps     one system call of a guest, its nine steps, over and over: what folds
 *   threads   eight threads that write and lock by turns, in an order that does not repeat: what hardly folds
 */
#include "tests/render/fixtures.h"
#include "tracer/threads/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 8 };

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 16;
}

static void lock(struct fixture *fixture, unsigned thread, unsigned number)
{
    static const enum event_kind kinds[] = {EVENT_LOCK_WAIT, EVENT_LOCK_ACQUIRE, EVENT_LOCK_RELEASE};
    for (unsigned i = 0; i < 3; i++) {
        struct event *event =
            fixture_event(fixture, sizeof(struct event_sync), EVENT_LANE(LANE_THREAD, thread), MODE_USER, 0);
        *(struct event_sync *)event->payload =
            (struct event_sync){.object = 0x7f0000001000u + 64u * number,
                                .call = i < 2 ? CALL_pthread_mutex_lock : CALL_pthread_mutex_unlock,
                                .object_kind = OBJECT_MUTEX,
                                .waited_ns = i == 1 ? 300 : 0};
        fixture_publish(fixture, event, kinds[i], NULL);
        fixture->now += 300;
    }
}

static void threads(struct fixture *fixture, unsigned long events)
{
    uint32_t state = 1;
    for (unsigned i = 2; i <= THREADS; i++)
        fixture_thread(fixture, i);
    while (fixture->writer.seq < events) {
        unsigned thread = 1 + chance(&state) % THREADS, what = chance(&state) % 4;
        if (what == 0)
            fixture_write(fixture, thread, "a line of text\n", 1 + chance(&state) % 15, 15);
        else
            lock(fixture, thread, chance(&state) % 5);
    }
}

int main(int argc, char **argv)
{
    struct fixture fixture;
    unsigned long events = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    bool steps = argc == 4 && strcmp(argv[3], "steps") == 0;
    if (events == 0 || (!steps && strcmp(argv[3], "threads") != 0)) {
        fprintf(stderr, "make_log: cannot tell what to write; try: make_log FILE EVENTS steps|threads\n");
        return 2;
    }
    fixture_start(&fixture, argv[1], steps ? LOG_BY_MODEL : LOG_BY_RECORDER, "a log of many events");
    while (steps && fixture.writer.seq < events)
        fixture_reflected_call(&fixture, "hi\n", 3);
    if (!steps)
        threads(&fixture, events);
    fixture_end(&fixture);
    return 0;
}
