/* Where the library cannot or must not be loaded, and where that is difficult: the program runs all the same. */
#include "tests/harness/check.h"
#include "tests/threads/told.h"
#include "tracer/threads/pool.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static void copy_file(const char *from, const char *to)
{
    struct run_result result;

    cr_assert(run_words(&result, "cp", from, to, NULL) == 0 && run_exit_code(&result) == 0, "%s", result.err);
    run_free(&result);
}

static void open_log(struct log_view *view, const char *path)
{
    char error[LOG_ERROR_MAX];

    cr_assert(log_view_open(view, path, error) == LOG_OK, "cannot %s", error);
}

Test(threads, of_a_static_program)
{
    struct log_view view;
    struct run_result result;

    told_record(&view, &result, NULL, 0, told_program("objects-static"), NULL);
    cr_assert(result.err_size == 0 && told_count(&view, EVENT_LOCK_ACQUIRE) == 0 &&
              told_count(&view, EVENT_SYSCALL_ENTER) > 0);
    log_view_free(&view);
    run_free(&result);
}

/* A sanitizer refuses to start behind another library. */
Test(threads, of_a_program_with_a_sanitizer)
{
    const char *program = check_path("sanitized");
    struct log_view view;
    struct run_result result;

    if (run_words(&result, "gcc", "-fsanitize=address", "-pthread", "-o", program, "tests/threads/programs/objects.c",
                  NULL) != 0 ||
        run_exit_code(&result) != 0)
        cr_skip_test("no gcc with AddressSanitizer here; make deps installs gcc");
    run_free(&result);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1); /* it looks for leaks by ptrace, which is taken */
    if (run_words(&result, program, NULL) != 0 || run_exit_code(&result) != 0)
        cr_skip_test("AddressSanitizer does not start here; a kernel with less address randomisation would let it");
    run_free(&result);
    told_record(&view, &result, NULL, 0, program, NULL);
    cr_assert(result.err_size == 0, "said %s", result.err);
    log_view_free(&view);
    run_free(&result);
}

/* The command and its library somewhere else, in a folder with a space and a colon, used by `uid`. */
static void record_elsewhere(unsigned uid)
{
    char command[512], library[512];
    const char *folder = check_path("a folder: mine"), *log;
    struct run_result result;
    struct log_view view;

    cr_assert(mkdir(folder, 0777) == 0 && chmod(folder, 0777) == 0);
    snprintf(command, sizeof command, "%s/trapflow", folder);
    snprintf(library, sizeof library, "%s/" POOL_LIBRARY, folder);
    copy_file(check_built("trapflow"), command);
    copy_file(check_built(POOL_LIBRARY), library);
    copy_file(told_program("objects"), check_path("a folder: mine/objects"));
    log = check_path("a folder: mine/o.trap");
    const char *argv[] = {command, "record", "-o", log, "--", check_path("a folder: mine/objects"), NULL};
    cr_assert(run_command(&(struct run_options){.argv = argv, .uid = uid}, &result) == 0);
    cr_assert(run_exit_code(&result) == 0 && result.err_size == 0, "said %s", result.err);
    open_log(&view, log);
    cr_assert(told_count(&view, EVENT_LOCK_ACQUIRE) > 0);
    log_view_free(&view);
    run_free(&result);
}

Test(threads, from_a_folder_with_a_space)
{
    record_elsewhere(0);
}

Test(threads, as_an_ordinary_user)
{
    if (geteuid() != 0)
        cr_skip_test("we are an ordinary user already; root could become another");
    record_elsewhere(NOBODY);
}

/* A program that becomes a user who may not write the log, nor read the library: it is not troubled with either. */
Test(threads, of_a_program_that_becomes_another_user)
{
    struct log_view view;
    struct run_result result;

    if (geteuid() != 0 || access("/usr/bin/setpriv", X_OK) != 0)
        cr_skip_test("only root can become another user, by setpriv of util-linux");
    told_record(&view, &result, NULL, 0, "/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "id", "-u", NULL);
    cr_assert(strcmp(result.out, "65534\n") == 0 && result.err_size == 0, "said %s%s", result.out, result.err);
    log_view_free(&view);
    run_free(&result);
}

/* No room for all that three threads have to say. */
Test(threads, on_a_full_disk)
{
    char script[1024];
    struct log_view view;
    struct run_result result;
    size_t locks;

    snprintf(script, sizeof script, "ulimit -f 2048; exec '%s' record --no-syscalls -o '%s' -- '%s' return",
             check_built("trapflow"), check_path("f.trap"), told_program("ends"));
    cr_assert(run_words(&result, "sh", "-c", script, NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && strcmp(result.out, "return\n") == 0, "said %s%s", result.out, result.err);
    open_log(&view, check_path("f.trap"));
    locks = told_count(&view, EVENT_LOCK_ACQUIRE) + told_count(&view, EVENT_LOCK_RELEASE);
    cr_assert(view.lost > 0 && locks > 0 && locks < 30000, "%zu locks, %llu events lost", locks,
              (unsigned long long)view.lost);
    log_view_free(&view);
    run_free(&result);
}

/* What a program forbids itself, the library must not do, either; events may be lost by that, but nothing else. */
static size_t locks_of_who_forbids(const char *option, const char *how)
{
    const char *argv[] = {check_built("trapflow"), "record", "-o", check_path("b.trap"), option, "--",
                          told_program("forbids"), how,      NULL};
    struct log_view view;
    struct run_result result;
    size_t locks;

    cr_assert(run_command(&(struct run_options){.argv = argv}, &result) == 0);
    cr_assert(run_exit_code(&result) == 8 && strcmp(result.out, "works\n") == 0, "%s: ended with %d, said %s%s", how,
              run_exit_code(&result), result.out, result.err);
    open_log(&view, check_path("b.trap"));
    locks = told_count(&view, EVENT_LOCK_ACQUIRE);
    log_view_free(&view);
    run_free(&result);
    return locks;
}

Test(threads, of_a_program_that_forbids_itself_system_calls)
{
    static const char *const options[] = {"--stacks", "--no-syscalls"};
    struct run_result result;

    if (run_words(&result, told_program("forbids"), "filter", NULL) != 0 || run_exit_code(&result) != 8)
        cr_skip_test("no seccomp here; a kernel with CONFIG_SECCOMP_FILTER has it");
    run_free(&result);
    for (size_t i = 0; i < 2; i++) {
        cr_assert(locks_of_who_forbids(options[i], "filter") == 10000);
        cr_assert(locks_of_who_forbids(options[i], "late") == 5000);
        cr_assert(locks_of_who_forbids(options[i], "fork") == 15000);
        cr_assert(locks_of_who_forbids(options[i], "strict") >= 5000);
        cr_assert(locks_of_who_forbids(options[i], "late-strict") < 5000);
        cr_assert(locks_of_who_forbids(options[i], "exec") == 5000);
    }
}
