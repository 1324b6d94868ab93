/* trapflow record on programs whose events are known: what it sees, and that the program does not notice. */
#include "tests/harness/check.h"
#include "tests/record/seen.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "tests/record/programs/%s", name);
    return check_built(path);
}

Test(record, exits_as_the_program_did)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 7, "sh", "-c", "echo out; echo err >&2; exit 7", NULL);
    cr_assert(strcmp(result.out, "out\n") == 0 && strcmp(result.err, "err\n") == 0, "said %s%s", result.out,
              result.err);
    cr_assert(count_kind(&view, EVENT_EXIT) == 1 && count_kind(&view, EVENT_START) == 1);
    log_view_free(&view);
    run_free(&result);
}

Test(record, dies_of_the_same_signal)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 128 + SIGTERM, "sh", "-c", "kill -TERM $$", NULL);
    cr_assert(WIFSIGNALED(result.status) && WTERMSIG(result.status) == SIGTERM);
    cr_assert(count_kind(&view, EVENT_SIGNAL) == 1, "saw %zu signals", count_kind(&view, EVENT_SIGNAL));
    log_view_free(&view);
    run_free(&result);
}

Test(record, killed_midway)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 128 + SIGKILL, "sh", "-c", "ls / >/dev/null; kill -KILL $$; exit 3", NULL);
    for (size_t i = 0; i < view.count; i++)
        if (view.entries[i].event->kind == EVENT_EXIT && view.entries[i].event->lane == EVENT_LANE(LANE_THREAD, 1))
            cr_assert(EVENT_PAYLOAD(view.entries[i].event, life)->status == SIGKILL);
    cr_assert(count_kind(&view, EVENT_EXIT) == 2, "saw %zu deaths", count_kind(&view, EVENT_EXIT));
    log_view_free(&view);
    run_free(&result);
}

Test(record, calls_with_arguments_and_results)
{
    struct log_view view;
    struct run_result result, plain;

    record_and_open(&view, &result, 0, "/bin/ls", "/", NULL);
    cr_assert(run_words(&plain, "/bin/ls", "/", NULL) == 0 && strcmp(plain.out, result.out) == 0, "saw %s", result.out);
    cr_assert(result.err_size == 0, "said %s", result.err);
    assert_call(&view, "execve(\"/bin/ls\", 0x", "0");
    assert_call(&view, "openat(AT_FDCWD, \"/\", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY)", "3");
    assert_call(&view, "openat(AT_FDCWD, \"/etc/ld.so.cache\", O_RDONLY|O_CLOEXEC)", "3");
    assert_call(&view, "PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)", NULL);
    assert_call(&view, "write(1, \"", NULL);
    assert_call(&view, "exit_group(0)", "");
    /* Every call but the last comes back. */
    cr_assert(count_kind(&view, EVENT_SYSCALL_EXIT) + 1 == count_kind(&view, EVENT_SYSCALL_ENTER));
    log_view_free(&view);
    run_free(&result);
    run_free(&plain);
}

Test(record, errors_by_name)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 1, "cat", "/no/such/file", NULL);
    assert_call(&view, "openat(AT_FDCWD, \"/no/such/file\", O_RDONLY", "-1 ENOENT");
    log_view_free(&view);
    run_free(&result);
}

Test(record, sixty_four_threads)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, program("threads"), "64", NULL);
    cr_assert(strcmp(result.out, "joined 64\n") == 0);
    cr_assert(count_kind(&view, EVENT_CLONE) == 64, "saw %zu clones", count_kind(&view, EVENT_CLONE));
    cr_assert(count_kind(&view, EVENT_EXIT) == 65, "saw %zu exits", count_kind(&view, EVENT_EXIT));
    cr_assert(count_kind(&view, EVENT_START) == 65 && count_kind(&view, EVENT_LANE) == 65);
    for (size_t i = 0, lanes = 0; i < view.count; i++)
        if (view.entries[i].event->kind == EVENT_LANE)
            cr_assert(EVENT_PAYLOAD(view.entries[i].event, lane)->lane == EVENT_LANE(LANE_THREAD, ++lanes));
    log_view_free(&view);
    run_free(&result);
}

Test(record, a_birth_comes_before_its_deeds)
{
    struct log_view view;
    struct run_result result;
    bool born[256] = {false};

    record_and_open(&view, &result, 0, program("threads"), "64", NULL);
    for (size_t i = 0; i < view.count; i++) {
        const struct event *event = view.entries[i].event;
        unsigned number = EVENT_LANE_NUMBER(event->lane);
        cr_assert(number > 0 && number < 256);
        if (event->kind == EVENT_LANE)
            born[number] = true;
        cr_assert(born[number], "lane %u did %s before it was born", number, event_kind_name(event->kind));
    }
    log_view_free(&view);
    run_free(&result);
}

Test(record, a_storm_of_vfork_and_exec)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, program("storm"), "200", NULL);
    cr_assert(strcmp(result.out, "good 200\n") == 0, "saw %s", result.out);
    cr_assert(count_kind(&view, EVENT_VFORK) == 200 && count_kind(&view, EVENT_EXEC) == 201, "saw %zu and %zu",
              count_kind(&view, EVENT_VFORK), count_kind(&view, EVENT_EXEC));
    cr_assert(count_kind(&view, EVENT_EXIT) == 205 && count_kind(&view, EVENT_START) == 205);
    log_view_free(&view);
    run_free(&result);
}

Test(record, exec_by_a_thread_that_is_not_the_first)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, program("exec_thread"), NULL);
    cr_assert(strcmp(result.out, "taken over\n") == 0);
    cr_assert(count_kind(&view, EVENT_EXEC) == 2 && count_kind(&view, EVENT_EXIT) == 3, "saw %zu exits",
              count_kind(&view, EVENT_EXIT));
    log_view_free(&view);
    run_free(&result);
}

Test(record, a_thread_without_rest_leaves_the_others_their_turn)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, program("restless"), NULL);
    cr_assert(strcmp(result.out, "both\n") == 0 && strcmp(result.err, "") == 0, "saw %s%s", result.out, result.err);
    log_view_free(&view);
    run_free(&result);
}

Test(record, job_control)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, program("job"), NULL);
    cr_assert(strcmp(result.out, "stopped\ncontinued\n") == 0, "saw %s", result.out);
    cr_assert(count_kind(&view, EVENT_STOPPED) == 1 && count_kind(&view, EVENT_CONTINUED) == 1);
    log_view_free(&view);
    run_free(&result);
}

Test(record, without_system_calls)
{
    struct log_view view;
    struct run_result result;
    char error[LOG_ERROR_MAX];

    cr_assert(run_words(&result, check_built("trapflow"), "record", "--no-syscalls", "-o", check_path("n.trap"), "--",
                        program("threads"), "5", NULL) == 0);
    cr_assert(run_exit_code(&result) == 0);
    cr_assert(log_view_open(&view, check_path("n.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert(count_kind(&view, EVENT_SYSCALL_ENTER) == 0 && count_kind(&view, EVENT_CLONE) == 5);
    cr_assert(count_kind(&view, EVENT_EXIT) == 6 && count_kind(&view, EVENT_EXEC) == 1);
    log_view_free(&view);
    run_free(&result);
}

Test(record, spaces_in_names_and_the_default_log)
{
    const char *folder = check_path("a folder"), *copy = check_path("a folder/my program");
    const char *argv[] = {check_built("trapflow"), "record", "./my program", "3", NULL};
    struct run_result result;
    struct stat status;

    cr_assert(mkdir(folder, 0777) == 0);
    cr_assert(run_words(&result, "cp", program("threads"), copy, NULL) == 0 && run_exit_code(&result) == 0);
    run_free(&result);
    cr_assert(run_command(&(struct run_options){.argv = argv, .directory = folder}, &result) == 0);
    cr_assert(run_exit_code(&result) == 0 && strcmp(result.out, "joined 3\n") == 0, "said %s", result.err);
    cr_assert(stat(check_path("a folder/my program.trap"), &status) == 0);
    run_free(&result);
}

Test(record, as_an_ordinary_user)
{
    enum { NOBODY = 65534 };
    const char *command = check_path("trapflow");
    const char *argv[] = {command, "record", "-o", check_path("u.trap"), "--", "id", "-u", NULL};
    struct run_result result;

    if (geteuid() != 0)
        cr_skip_test("we are an ordinary user already; root could become another");
    cr_assert(run_words(&result, "cp", check_built("trapflow"), command, NULL) == 0 && run_exit_code(&result) == 0);
    run_free(&result);
    cr_assert(run_command(&(struct run_options){.argv = argv, .uid = NOBODY}, &result) == 0);
    cr_assert(run_exit_code(&result) == 0 && strcmp(result.out, "65534\n") == 0, "said %s", result.err);
    run_free(&result);
}

/* Each of these finds out in another way: by asking, by reading, in a child, after setting. */
Test(record, does_not_show_that_it_pins)
{
    static const char *const asking[][5] = {{"nproc"},
                                            {"grep", "Cpus_allowed_list", "/proc/self/status"},
                                            {"sh", "-c", "sh -c 'grep Cpus_allowed_list /proc/$PPID/status'; true"},
                                            {"taskset", "-c", "0", "nproc"}};
    struct run_result plain, recorded;

    if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
        cr_skip_test("one CPU only: nothing to pin to; a machine with two would show it");
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++) {
        const char *const *ask = asking[i];
        const char *argv[] = {
            check_built("trapflow"), "record", "-o", check_path("t.trap"), "--", ask[0], ask[1], ask[2], ask[3], NULL};

        cr_assert(run_command(&(struct run_options){.argv = ask}, &plain) == 0);
        cr_assert(run_command(&(struct run_options){.argv = argv}, &recorded) == 0);
        cr_assert(strcmp(plain.out, recorded.out) == 0, "%s: saw %s, expected %s", ask[0], recorded.out, plain.out);
        run_free(&plain);
        run_free(&recorded);
    }
}

/* ---- the whole way ---- */

Test(record, is_drawn_with_its_calls)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, "/bin/ls", "/", NULL);
    log_view_free(&view);
    run_free(&result);
    cr_assert(run_words(&result, check_built("trapflow"), "render", check_path("t.trap"), "-f", "text", NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && check_has(result.out, "execve(\"/bin/ls\"") &&
                  check_has(result.out, "openat(AT_FDCWD, \"/etc/ld.so.cache\""),
              "saw %s%s", result.out, result.err);
    run_free(&result);
}
