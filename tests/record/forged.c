/* Logs that are whole and yet made up, to cost their reader more than they are worth.  Found by make fuzz. */
#include "tests/harness/check.h"
#include "tracer/log.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <string.h>
#include <sys/resource.h>

/* Writes `count` calls; those of `call` differ from each other in number, those of `lane` stand on the highest lane. */
static void forge(const char *path, unsigned count, bool call, bool lane)
{
    struct log log;
    struct log_writer writer;
    char error[LOG_ERROR_MAX];

    cr_assert(log_create(&log, path, LOG_BY_RECORDER, CLOCK_KIND_MONOTONIC, "forged", error) == 0, "cannot %s", error);
    log_writer_start(&writer, &log);
    for (unsigned i = 0; i < count; i++) {
        struct event_syscall enter = {.machine = EM_X86_64, .number = call ? i : 0};
        struct event *event = log_begin(&writer, sizeof enter);

        cr_assert(event != NULL);
        memcpy(event->payload, &enter, sizeof enter);
        event->lane = EVENT_LANE(LANE_THREAD, lane ? 0xffffff : 1);
        log_publish(event, EVENT_SYSCALL_ENTER);
    }
    log_writer_stop(&writer);
    log_close(&log, true);
}

static void assert_counted(const char *path, const char *part)
{
    struct run_result result;

    cr_assert(run_words(&result, check_built("trapflow"), "stat", "--json", path, NULL) == 0);
    cr_assert(!result.timed_out && run_exit_code(&result) == 0 && check_has(result.out, part),
              "status %x, said %s%.200s", (unsigned)result.status, result.err, result.out);
    run_free(&result);
}

Test(record, more_calls_than_a_machine_has)
{
    forge(check_path("f.trap"), 300000, true, false);
    assert_counted(check_path("f.trap"), "\"syscall\":300000");
}

Test(record, a_lane_that_no_log_can_have)
{
    struct rusage used;

    forge(check_path("f.trap"), 2, false, true);
    assert_counted(check_path("f.trap"), "\"syscall\":2");
    cr_assert(getrusage(RUSAGE_CHILDREN, &used) == 0 && used.ru_maxrss < 128 * 1024, "two events took %ld KiB",
              used.ru_maxrss);
}
