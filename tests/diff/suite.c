/* trapflow diff: alike is what did the same, whatever the clock, the addresses and the scheduler did; and where two
 * flows part is named.
 */
#include "tests/harness/check.h"
#include "tracer/log.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <stdio.h>
#include <string.h>

/* One event of a log made here. */
struct made {
    enum event_kind kind;
    uint32_t lane;
    unsigned step;
    uint64_t number; /* of the call or of the handler's place in the table */
};

enum { PROCESS = EVENT_LANE(LANE_PROCESS, 1), HYPERVISOR = EVENT_LANE(LANE_HYPERVISOR, 0) };
enum { FIRST = EVENT_LANE(LANE_THREAD, 1), SECOND = EVENT_LANE(LANE_THREAD, 2) };

/* The places of chance differ with `chance`: time (it passes), thread numbers, addresses. */
static void fill_payload(struct event *event, const struct made *made, uint64_t chance)
{
    if (made->kind == EVENT_SYSCALL_ENTER)
        *(struct event_syscall *)(void *)event->payload = (struct event_syscall){
            .pc = 0x400000 + chance, .number = (uint32_t)made->number, .machine = EM_AARCH64, .argument = {1}};
    else if (made->kind == EVENT_TRAP || made->kind == EVENT_RESUME)
        *(struct event_trap *)(void *)event->payload = (struct event_trap){
            .pc = 0x400000 + chance, .number = (uint32_t)made->number, .argument = {1, 0x7f0000 + chance}};
    else
        *(struct event_handler *)(void *)event->payload =
            (struct event_handler){.pc = chance, .number = made->number, .address = 0x400000 + chance};
}

static const char *make_log(const char *name, enum log_producer_kind by, const struct made *made, size_t count,
                            uint64_t chance)
{
    const char *path = check_path(name);
    struct log_writer writer;
    struct log log;
    char error[LOG_ERROR_MAX];

    cr_assert(log_create(&log, path, by, CLOCK_KIND_MONOTONIC, name, error) == 0, "cannot %s", error);
    log_writer_start(&writer, &log);
    for (size_t i = 0; i < count; i++) {
        struct event *event = log_begin(&writer, event_payload_size(made[i].kind));
        event->tid = (uint32_t)(1000 + chance);
        event->lane = made[i].lane;
        event->step = (uint8_t)made[i].step;
        fill_payload(event, &made[i], chance);
        log_publish(event, made[i].kind);
    }
    log_writer_stop(&writer);
    log_close(&log, true);
    return path;
}

static const struct made flow[] = {
    {EVENT_TRAP, HYPERVISOR, 0, 64},
    {EVENT_TABLE_LOOKUP, HYPERVISOR, 3, 64},
    {EVENT_HANDLER, HYPERVISOR, 5, 64},
    {EVENT_RESUME, PROCESS, 9, 64},
};
enum { FLOW = sizeof flow / sizeof *flow };

static void assert_diff(const char *a, const char *b, int code, const char *part)
{
    struct run_result result;

    cr_assert(run_words(&result, check_built("trapflow"), "diff", a, b, NULL) == 0);
    cr_assert(run_exit_code(&result) == code && result.err_size == 0, "exit %d, expected %d: %s%s",
              run_exit_code(&result), code, result.out, result.err);
    cr_assert(check_has(result.out, part), "no %s in: %s", part, result.out);
    run_free(&result);
}

Test(diff, chance_makes_no_difference)
{
    assert_diff(make_log("a", LOG_BY_MODEL, flow, FLOW, 0), make_log("b", LOG_BY_MODEL, flow, FLOW, 0x12340), 0,
                "the same: 4 events");
}

Test(diff, names_where_they_part)
{
    const char *a = make_log("a", LOG_BY_MODEL, flow, FLOW, 0);
    struct made other[FLOW];

    for (unsigned what = 0; what < 4; what++) {
        memcpy(other, flow, sizeof flow);
        if (what == 0)
            other[2].step = 4;
        else if (what == 1)
            other[2].lane = PROCESS;
        else if (what == 2)
            other[2].number = 63;
        else
            other[2].kind = EVENT_TABLE_LOOKUP;
        assert_diff(a, make_log("b", LOG_BY_MODEL, other, FLOW, 0), 1,
                    "\n-       3  hypervisor   5 handler number 64\n");
    }
}

Test(diff, one_that_ends_early)
{
    const char *whole = make_log("a", LOG_BY_MODEL, flow, FLOW, 0);
    const char *part = make_log("b", LOG_BY_MODEL, flow, FLOW - 1, 0);

    assert_diff(whole, part, 1, "\n+       4  the flow ends here\n");
    assert_diff(part, whole, 1, "\n-       4  the flow ends here\n");
}

/* Threads run in the scheduler's order; a model's parties in their own. */
Test(diff, the_order_of_threads_is_chance)
{
    static const struct made one[] = {
        {EVENT_SYSCALL_ENTER, FIRST, 0, 64}, {EVENT_SYSCALL_ENTER, SECOND, 0, 63}, {EVENT_SYSCALL_ENTER, FIRST, 0, 57}};
    static const struct made other[] = {
        {EVENT_SYSCALL_ENTER, FIRST, 0, 64}, {EVENT_SYSCALL_ENTER, FIRST, 0, 57}, {EVENT_SYSCALL_ENTER, SECOND, 0, 63}};

    assert_diff(make_log("a", LOG_BY_RECORDER, one, 3, 0), make_log("b", LOG_BY_RECORDER, other, 3, 1), 0, "the same");
    assert_diff(make_log("c", LOG_BY_MODEL, one, 3, 0), make_log("d", LOG_BY_MODEL, other, 3, 1), 1,
                "\n-       2  thread:2");
}

Test(diff, in_json)
{
    static const struct made other[] = {{EVENT_TRAP, HYPERVISOR, 0, 64}, {EVENT_RESUME, PROCESS, 9, 64}};
    const char *a = make_log("a", LOG_BY_MODEL, flow, FLOW, 0), *b = make_log("b", LOG_BY_MODEL, other, 2, 0);
    struct run_result result;

    cr_assert(run_words(&result, check_built("trapflow"), "diff", "--json", a, b, NULL) == 0 &&
              run_exit_code(&result) == 1);
    cr_assert(
        check_has(result.out,
                  "{\"same\":false,\"alike\":1,\"a\":\"hypervisor   3 table-lookup number 64\",\"b\":\"process:1"),
        "saw %s", result.out);
    run_free(&result);
}

Test(diff, refuses_what_it_cannot_read)
{
    const char *log = make_log("a", LOG_BY_MODEL, flow, FLOW, 0);
    const char *const wrong[][3] = {{log, check_path("missing"), "ENOENT"},
                                    {check_scratch(), log, "EISDIR"},
                                    {log, "/dev/null", NULL},
                                    {log, "--foo", "unknown option '--foo' for diff"}};
    struct run_result result;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert(run_words(&result, check_built("trapflow"), "diff", wrong[i][0], wrong[i][1], NULL) == 0);
        const char *complaint = check_refusal(&result, 2, "trapflow: ", wrong[i][2]);
        cr_assert(complaint == NULL, "%s: %s; it said: %s", wrong[i][1], complaint, result.err);
        run_free(&result);
    }
    cr_assert(run_words(&result, check_built("trapflow"), "diff", log, NULL) == 0);
    cr_assert(check_refusal(&result, 2, "trapflow: two logs are wanted", NULL) == NULL, "it said: %s", result.err);
    run_free(&result);
}

/* ---- real runs ---- */

static const char *run_and_log(const char *name, const char *const argv[])
{
    struct run_result result;

    cr_assert(run_command(&(struct run_options){.argv = argv}, &result) == 0);
    cr_assert(run_exit_code(&result) == 0, "%s: said %s", name, result.err);
    run_free(&result);
    return check_path(name);
}

static const char *record(const char *name, const char *word)
{
    return run_and_log(
        name, (const char *const[]){check_built("trapflow"), "record", "-o", check_path(name), "--", "ls", word, NULL});
}

Test(diff, of_two_recordings)
{
    const char *one = record("one", "/");

    assert_diff(one, record("two", "/"), 0, "the same: ");
    assert_diff(one, record("three", "/dev/null"), 1, ", \"/dev/null\"");
}

static const char *run_model(const char *name, const char *guest)
{
    return run_and_log(name, (const char *const[]){check_built("lde"), "run", "--slice", "traps:3", "--trace",
                                                   check_path(name), guest, NULL});
}

Test(diff, of_two_runs_of_the_model)
{
    const char *one = run_model("one", "hello");

    assert_diff(one, run_model("two", "hello"), 0, "the same: ");
    assert_diff(one, run_model("three", "gcf"), 1, "guest-start hello");
}
