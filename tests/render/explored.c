/* A schedule that the explorer found, as a picture: two threads, a race, a verdict.  Small, but with all that such a
 * log has and a recording has not: steps instead of times, values, threads that are only numbers.
 */
#include "tests/render/fixtures.h"
#include "tests/render/shared.h"
#include "tracer/explore/explore.h"
#include "tracer/threads/calls.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct event *begin(struct fixture *fixture, unsigned thread, unsigned length)
{
    struct event *event = fixture_event(fixture, length, EVENT_LANE(LANE_THREAD, thread), MODE_USER, 0);
    event->clock = CLOCK_KIND_STEP, event->tid = thread;
    fixture->now++;
    return event;
}

static void access_of(struct fixture *fixture, unsigned thread, enum event_kind kind, uint64_t value, uint32_t size,
                      const char *name)
{
    struct event *event = begin(fixture, thread, sizeof(struct event_access));
    *(struct event_access *)event->payload =
        (struct event_access){.address = 0x404000, .value = value, .size = size, .line = 7};
    fixture_publish(fixture, event, kind, name);
}

static void sync_of(struct fixture *fixture, unsigned thread, enum event_kind kind, enum thread_call call)
{
    struct event *event = begin(fixture, thread, sizeof(struct event_sync));
    *(struct event_sync *)event->payload =
        (struct event_sync){.object = 0x7001, .object_kind = OBJECT_THREAD, .call = (uint16_t)call, .line = 3};
    fixture_publish(fixture, event, kind, "1");
}

static void verdict(struct fixture *fixture, unsigned thread, enum explore_finding finding)
{
    const char *words = "two threads use the same memory, one of them writes, and nothing orders them";
    struct event *event = begin(fixture, thread, sizeof(struct event_choice));
    *(struct event_choice *)event->payload = (struct event_choice){.verdict = finding};
    log_publish(event, EVENT_VERDICT);
    log_text(&fixture->writer, event, TEXT_MESSAGE, 0, words, strlen(words), strlen(words), false);
}

static void explored(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_EXPLORER, "balance.c");
    fixture.log.header->clock = CLOCK_KIND_STEP;
    fixture_lane(&fixture, EVENT_LANE(LANE_THREAD, 0), "main");
    fixture_lane(&fixture, EVENT_LANE(LANE_THREAD, 1), "thread 1");
    sync_of(&fixture, 0, EVENT_THREAD_CREATE, CALL_pthread_create);
    sync_of(&fixture, 1, EVENT_THREAD_START, CALL_pthread_create);
    sync_of(&fixture, 0, EVENT_JOIN_WAIT, CALL_pthread_join);
    access_of(&fixture, 1, EVENT_WRITE, 0xfffffff6, 4, "balance (races)");
    for (unsigned i = 0; i < 12; i++)
        access_of(&fixture, 1, EVENT_ATOMIC, 0x7ffff0001000, 8, "head");
    access_of(&fixture, 1, EVENT_RACE, 0, 4, "balance (races)");
    sync_of(&fixture, 0, EVENT_JOIN_DONE, CALL_pthread_join);
    verdict(&fixture, 1, FINDING_RACE);
    fixture_end(&fixture);
}

Test(render, what_the_explorer_saw_is_told_as_the_program_has_it)
{
    char *text = good(RENDER(log_of(explored), "-f", "text", "--title", "t"));
    cr_expect(check_has(text, "write balance (races) -10 · line 7"), "a number with its sign: %s", text);
    cr_expect(check_has(text, "atomic head 0x7ffff0001000 · line 7"), "an address is no number: %s", text);
    cr_expect(check_has(text, "data race on balance · line 7"), "no value that nobody knows: %s", text);
    cr_expect(check_has(text, "begins   "), "a thread that begins calls nothing: %s", text);
    cr_expect(check_has(text, "pthread_join(thread 1) … · line 3"), "the beginning of a wait: %s", text);
    cr_expect(check_has(text, "… pthread_join(thread 1) · line 3"), "its end: %s", text);
    cr_expect(check_has(text, "11 more times\n"), "steps have no median: %s", text);
    cr_expect(check_has(text, "times are decisions"), "what its numbers are: %s", text);
    free(text);
}

Test(render, a_verdict_is_said_in_full)
{
    char *svg = good(RENDER(log_of(explored), "-f", "svg"));
    cr_expect(check_has(svg, ">two threads use the same memory, one of them writes, and nothing orders them<"));
    cr_expect(check_has(svg, "#c8102e") && check_has(svg, ">what is wrong<"), "and seen at once");
    cr_expect_not(check_has(svg, ">tid 0<"), "a number that is no tid is not called one");
    free(svg);
    check_flaws("explored", log_of(explored), PICTURE_LADDER, false);
    check_flaws("explored", log_of(explored), PICTURE_LADDER, true);
}

static void renamed(const char *path)
{
    const uint32_t lane = EVENT_LANE(LANE_THREAD, 1);
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./named");
    fixture_lane(&fixture, lane, "named");
    fixture_exec(&fixture, 1, "./named");
    struct event *event = fixture_event(&fixture, sizeof(struct event_life), lane, MODE_USER, 0);
    fixture_publish(&fixture, event, EVENT_THREAD_NAME, "collector");
    fixture_end(&fixture);
}

Test(render, a_thread_is_called_what_it_calls_itself)
{
    char *svg = good(RENDER(log_of(renamed), "-f", "svg"));
    cr_expect(check_has(svg, ">collector<"), "%s", svg);
    free(svg);
}
