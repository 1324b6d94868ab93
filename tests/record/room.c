/* The room that the recorder makes in the log ahead of need: its growing thread hears every bell, also the last one. */
#include "tests/harness/check.h"
#include "tests/harness/run.h"
#include "tracer/record/record.h"
#include "tracer/threads/pool.h"

#include <criterion/criterion.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A program asks for room just as the recording ends: for each distance between the two, as near as chance brings us.
 */
Test(record, its_end_does_not_wait_for_a_bell_that_was_rung)
{
    enum { TIMES = 30000, DISTANCE_MOST = 60000, PATIENCE_S = 30 };
    static struct recorder recorder;
    char error[LOG_ERROR_MAX];

    cr_assert(log_create(&recorder.log, check_path("r.trap"), LOG_BY_RECORDER, CLOCK_KIND_MONOTONIC, "room", error) ==
                  0,
              "cannot %s", error);
    alarm(PATIENCE_S * run_patience());
    for (unsigned i = 0; i < TIMES / run_patience(); i++) {
        struct pool *pool = pool_of(recorder.log.header);

        cr_assert(pool_open(&recorder) == 0);
        atomic_fetch_add(&pool->bell, 1);
        syscall(SYS_futex, &pool->bell, FUTEX_WAKE, 1, NULL, NULL, 0);
        for (volatile int distance = rand() % DISTANCE_MOST; distance > 0; distance--)
            continue;
        pool_close(&recorder);
    }
    log_close(&recorder.log, true);
}
