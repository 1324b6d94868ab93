/* How threads and processes begin, multiply and end, and that not one event is lost over it. */
#include "tests/harness/check.h"
#include "tests/threads/told.h"
#include "tracer/threads/calls.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Threads that take a lock 5,000 times each, and then end that way. */
static void ends(const char *way, int code, size_t exits)
{
    enum { THREADS = 3, LOCKS = 5000 };
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, "--no-syscalls", code, told_program("ends"), way, NULL);
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) == THREADS * LOCKS &&
                  told_count(&view, EVENT_LOCK_RELEASE) == THREADS * LOCKS,
              "%s: saw %zu locks", way, told_count(&view, EVENT_LOCK_ACQUIRE));
    cr_assert(told_count(&view, EVENT_THREAD_START) == THREADS && told_count(&view, EVENT_THREAD_EXIT) == exits,
              "%s: saw %zu ends", way, told_count(&view, EVENT_THREAD_EXIT));
    log_view_free(&view);
    run_free(&result);
}

Test(threads, end_by_return)
{
    ends("return", 0, 3);
}

Test(threads, end_by_pthread_exit)
{
    ends("exit", 0, 3);
}

Test(threads, end_by_cancellation)
{
    ends("cancel", 0, 3);
}

Test(threads, outlive_main)
{
    ends("main", 0, 4);
}

Test(threads, end_by__exit_of_another)
{
    ends("_exit", 3, 0);
}

Test(threads, end_by_kill)
{
    ends("kill", 128 + 9, 0);
}

/* Every event stands on the lane of the thread that it is about, as the recorder has named it. */
static void assert_lanes(const struct log_view *view)
{
    enum { LANES_MOST = 256 };
    uint32_t tid_of[LANES_MOST] = {0};

    for (size_t i = 0; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        uint32_t number = EVENT_LANE_NUMBER(event->lane);

        cr_assert(number > 0 && number < LANES_MOST, "%s on lane %u", event_kind_name(event->kind), number);
        if (event->kind == EVENT_START)
            tid_of[number] = event->tid;
        if (event->kind == EVENT_LOCK_ACQUIRE)
            cr_assert(tid_of[number] == event->tid, "thread %u on the lane of %u", event->tid, tid_of[number]);
    }
}

Test(threads, of_forked_processes)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, NULL, 0, told_program("forks"), NULL);
    /* The first program, its two forks with a thread each, and four more programs. */
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) == 15000, "saw %zu", told_count(&view, EVENT_LOCK_ACQUIRE));
    cr_assert(told_count(&view, EVENT_FORK) == 2 && told_count(&view, EVENT_VFORK) == 2 &&
              told_count(&view, EVENT_EXEC) == 5);
    assert_lanes(&view);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, interrupted_by_a_handler)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, "--no-syscalls", 0, told_program("handler"), NULL);
    cr_assert(told_count(&view, EVENT_SEM_POST) == strtoul(result.out, NULL, 10), "saw %zu of %s",
              told_count(&view, EVENT_SEM_POST), result.out);
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) == told_count(&view, EVENT_LOCK_RELEASE));
    log_view_free(&view);
    run_free(&result);
}

Test(threads, before_main)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, NULL, 0, told_program("early"), NULL);
    cr_assert(strcmp(result.out, "1 1 1\n") == 0, "said %s", result.out);
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) == 3, "saw %zu", told_count(&view, EVENT_LOCK_ACQUIRE));
    log_view_free(&view);
    run_free(&result);
}

/* Threads that say little leave little behind, however many they are: chunks for those who are in the middle of an
 * event at the same moment. */
static void crowd(const char *number, const char *how, unsigned chunks_most)
{
    size_t count = strtoul(number, NULL, 10);
    struct log_view view;
    struct run_result result;
    struct stat status;

    told_record(&view, &result, "--no-syscalls", 0, told_program("crowd"), number, how, NULL);
    cr_assert(strtoul(result.out, NULL, 10) == count);
    cr_assert(told_count(&view, EVENT_THREAD_START) == count && told_count(&view, EVENT_THREAD_EXIT) == count &&
              told_count(&view, EVENT_JOIN_DONE) == count);
    cr_assert(stat(check_path("t.trap"), &status) == 0 &&
                  status.st_size <= LOG_HEADER_SIZE + chunks_most * (off_t)LOG_CHUNK_SIZE,
              "the log has %lld bytes", (long long)status.st_size);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, a_thousand_one_after_the_other)
{
    crowd("1000", "one-by-one", 12);
}

Test(threads, three_hundred_at_once)
{
    crowd("300", "together", 30); /* one in ten taken off its CPU in the middle: an emulated one is slow */
}
