/* C11's threads: the same kinds of events, under the names that the program used. */
#include "tests/harness/check.h"
#include "tests/threads/told.h"
#include "tracer/threads/calls.h"
#include "tracer/threads/pool.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char main_lines[] = "init mtx_init\n"
                                 "lock-acquire mtx_lock\n"
                                 "lock-try-fail mtx_trylock\n"
                                 "lock-wait mtx_timedlock\n"
                                 "lock-try-fail mtx_timedlock\n"
                                 "lock-release mtx_unlock\n"
                                 "init cnd_init\n"
                                 "cond-signal cnd_signal\n"
                                 "cond-broadcast cnd_broadcast\n"
                                 "lock-acquire mtx_lock\n"
                                 "cond-wait cnd_timedwait\n"
                                 "cond-wake cnd_timedwait\n"
                                 "lock-release mtx_unlock\n"
                                 "destroy cnd_destroy\n"
                                 "destroy mtx_destroy\n"
                                 "once-enter call_once\n"
                                 "once-leave call_once\n"
                                 "yield thrd_yield\n"
                                 "sleep thrd_sleep\n"
                                 "thread-create thrd_create\n"
                                 "join-wait thrd_join\n"
                                 "join-done thrd_join\n"
                                 "thread-create thrd_create\n"
                                 "join-wait thrd_join\n"
                                 "join-done thrd_join\n";

static void assert_lines(const struct log_view *view, unsigned lane, const char *expected)
{
    const char *lines = told_lines(view, EVENT_LANE(LANE_THREAD, lane));

    cr_assert(strcmp(lines, expected) == 0, "thread %u: saw\n%s", lane, lines);
}

Test(threads, of_c11)
{
    const struct event *failed, *created, *woken;
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, NULL, 41, told_program("c11"), NULL);
    assert_lines(&view, 1, main_lines);
    assert_lines(&view, 2, "thread-start -\nthread-exit -\n");
    /* and what the library that unwinds its stack does */
    cr_assert(check_has(told_lines(&view, EVENT_LANE(LANE_THREAD, 3)), "thread-start -\nthread-exit thrd_exit\n"));
    failed = told_event(&view, 0, EVENT_LOCK_TRY_FAIL, OBJECT_MUTEX);
    cr_assert(SYNC(failed)->result == EBUSY && SYNC(failed)->other_tid == failed->tid, "saw %d, of %u",
              SYNC(failed)->result, SYNC(failed)->other_tid);
    woken = told_event(&view, 0, EVENT_COND_WAKE, OBJECT_CONDITION);
    cr_assert(SYNC(woken)->result == ETIMEDOUT && SYNC(woken)->object2 == SYNC(failed)->object, "saw %d",
              SYNC(woken)->result);
    created = told_event(&view, 0, EVENT_THREAD_CREATE, OBJECT_THREAD);
    cr_assert(SYNC(created)->other_tid == told_event(&view, 0, EVENT_THREAD_START, OBJECT_THREAD)->tid);
    log_view_free(&view);
    run_free(&result);
}

/* mtx_lock and call_once are words that others have used for their own. */
Test(threads, not_of_namesakes)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, NULL, 0, told_program("namesake"), NULL);
    cr_assert(strcmp(result.out, "me 21.5\n") == 0, "said %s", result.out);
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) == 0 && told_count(&view, EVENT_ONCE_ENTER) == 0);
    log_view_free(&view);
    run_free(&result);
}
