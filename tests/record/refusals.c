/* What cannot be recorded or read: one clear line each, the right exit status, no process and no log left. */
#include "tests/harness/check.h"
#include "tests/record/seen.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_refusal(int code, const char *part, const char *subcommand, const char *argument)
{
    const char *log = check_path("r.trap");
    struct run_result result;
    const char *wrong;

    if (code == 125)
        cr_assert(run_words(&result, check_built("trapflow"), subcommand, "-o", log, "--", argument, NULL) == 0);
    else
        cr_assert(run_words(&result, check_built("trapflow"), subcommand, argument, NULL) == 0);
    wrong = check_refusal(&result, code, "trapflow: ", part);
    cr_assert(wrong == NULL, "%s %s: %s; it said: %s", subcommand, argument, wrong, result.err);
    cr_assert(access(log, F_OK) != 0, "%s %s left a log", subcommand, argument);
    run_free(&result);
}

static const char *put_file(const char *name, const void *bytes, size_t size, mode_t mode)
{
    const char *path = check_path(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && fchmod(fd, mode) == 0);
    close(fd);
    return path;
}

Test(record, refuses_what_is_no_program)
{
    Elf64_Ehdr header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
                         .e_type = ET_EXEC,
                         .e_machine = EM_386};

    assert_refusal(125, "ENOENT", "record", "no-such-program-anywhere");
    assert_refusal(125, "ENOENT", "record", check_path("missing"));
    assert_refusal(125, "ENOENT", "record", "");
    assert_refusal(125, "EISDIR", "record", check_scratch());
    assert_refusal(125, "EACCES", "record", "/dev/null");
    assert_refusal(125, "EACCES", "record", put_file("plain", "words", 5, 0644));
    assert_refusal(125, "32-bit", "record", put_file("narrow", &header, sizeof header, 0755));
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_machine = EM_NONE;
    assert_refusal(125, "ENOEXEC", "record", put_file("foreign", &header, sizeof header, 0755));
    assert_refusal(125, "ENOEXEC", "record", put_file("script", "exit 0\n", 7, 0755));
}

Test(record, refuses_a_log_that_cannot_be)
{
    static const char *const places[] = {"/no/such/folder/t.trap", "/dev/null", "/"};
    struct run_result result;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        cr_assert(run_words(&result, check_built("trapflow"), "record", "-o", places[i], "--", "true", NULL) == 0);
        const char *wrong = check_refusal(&result, 125, "trapflow: cannot create ", places[i]);
        cr_assert(wrong == NULL, "%s: %s; it said: %s", places[i], wrong, result.err);
        run_free(&result);
    }
}

Test(record, refuses_to_run_inside_itself)
{
    struct run_result result;
    const char *outer = check_path("outer.trap"), *inner = check_path("inner.trap");

    cr_assert(run_words(&result, check_built("trapflow"), "record", "-o", outer, "--", check_built("trapflow"),
                        "record", "-o", inner, "--", "true", NULL) == 0);
    const char *wrong = check_refusal(&result, 125, "trapflow: cannot record inside another tracer", NULL);
    cr_assert(wrong == NULL, "%s; it said: %s", wrong, result.err);
    run_free(&result);
}

Test(record, stat_refuses_what_is_no_log)
{
    assert_refusal(2, "ENOENT", "stat", check_path("missing"));
    assert_refusal(2, "EISDIR", "stat", check_scratch());
    assert_refusal(2, "empty", "stat", put_file("empty", "", 0, 0644));
    assert_refusal(2, "not a trap log", "stat", put_file("foreign", "words, but no magic", 19, 0644));
    assert_refusal(2, "no subcommand", "frobnicate", "x");
}

/* One line each, and no log: a wrong option must not cost what was recorded before. */
Test(record, refuses_options_that_it_does_not_know)
{
    static const struct {
        const char *subcommand, *option;
        int code;
        const char *part;
    } wrong[] = {
        {"record", "--foo", 125, "unknown option '--foo' for record; trapflow record --help lists them"},
        {"record", "-Sq", 125, "unknown option '-Sq'"},
        {"record", "--output", 125, "option '--output' of record wants a value"},
        {"record", "--no-threads=1", 125, "takes no value"},
        {"record", "--pid=abc", 125, "not the number of a process"},
        {"record", "--no-syscalls", 125, "no program given"},
        {"stat", "--foo", 2, "unknown option '--foo' for stat; trapflow stat --help lists them"},
        {"stat", "--json", 2, "no log given"},
    };
    struct run_result result;

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_assert(run_words(&result, check_built("trapflow"), wrong[i].subcommand, wrong[i].option, NULL) == 0);
        const char *complaint = check_refusal(&result, wrong[i].code, "trapflow: ", wrong[i].part);
        cr_assert(complaint == NULL, "%s %s: %s; it said: %s", wrong[i].subcommand, wrong[i].option, complaint,
                  result.err);
        run_free(&result);
    }
}

/* What looks like our option, but stands behind the program, is the program's. */
Test(record, leaves_the_programs_options_alone)
{
    struct run_result result;

    cr_assert(run_words(&result, check_built("trapflow"), "record", "-o", check_path("t.trap"), "echo", "--help",
                        "--foo", NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && check_has(result.out, "--foo"), "saw %s%s", result.out, result.err);
    run_free(&result);
}

Test(record, stat_counts)
{
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, "true", NULL);
    run_free(&result);
    cr_assert(run_words(&result, check_built("trapflow"), "stat", check_path("t.trap"), "--json", NULL) == 0);
    char expected[64];
    snprintf(expected, sizeof expected, "{\"events\":%zu,\"lost\":0,\"overhead_ns\":", view.count);
    cr_assert(run_exit_code(&result) == 0 && strncmp(result.out, expected, strlen(expected)) == 0, "saw %s",
              result.out);
    cr_assert(check_has(result.out, "\"name\":\"execve\",\"traps\":1,\"errors\":0"), "saw %s", result.out);
    log_view_free(&view);
    run_free(&result);
}

Test(record, help_and_version)
{
    struct run_result result;

    cr_assert(run_words(&result, check_built("trapflow"), "--help", NULL) == 0 && run_exit_code(&result) == 0);
    cr_assert(check_has(result.out, "record") && check_has(result.out, "render") && check_has(result.out, "stat"));
    run_free(&result);
    cr_assert(run_words(&result, check_built("trapflow"), "--version", NULL) == 0 && run_exit_code(&result) == 0);
    cr_assert(check_has(result.out, "trapflow") && check_count(result.out, "\n") == 1);
    run_free(&result);
    cr_assert(run_words(&result, check_built("trapflow"), "record", "--help", NULL) == 0 &&
              run_exit_code(&result) == 0);
    cr_assert(check_has(result.out, "--no-syscalls"));
    run_free(&result);
}

/* What cannot be said is not done. */
Test(record, stat_and_diff_of_what_cannot_be_written)
{
    static const char *const commands[] = {"stat", "stat --json", "diff t.trap", "stat --help"};
    char script[512];
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, "true", NULL);
    log_view_free(&view);
    run_free(&result);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        for (int closed = 0; closed < 2; closed++) {
            snprintf(script, sizeof script, "t=$(realpath '%s'); cd '%s'; \"$t\" %s t.trap %s", check_built("trapflow"),
                     check_scratch(), commands[i], closed ? ">&-" : ">/dev/full");
            cr_assert(run_words(&result, "sh", "-c", script, NULL) == 0);
            cr_assert(check_refusal(&result, 2, "trapflow", closed ? "EBADF" : "ENOSPC") == NULL, "%s: exit %d, %s",
                      script, run_exit_code(&result), result.err);
            run_free(&result);
        }
}

/* A log that nobody has closed may be in the making. */
Test(record, stat_of_a_log_still_being_written)
{
    char script[512];
    struct run_result result;

    snprintf(script, sizeof script, "t='%s'; l='%s'; \"$t\" record -o \"$l\" -- \"$t\" stat \"$l\"",
             check_built("trapflow"), check_path("t.trap"));
    cr_assert(run_words(&result, "sh", "-c", script, NULL) == 0);
    cr_assert(run_exit_code(&result) == 0 && check_has(result.out, "still being written"), "said %s%s", result.out,
              result.err);
    run_free(&result);
}
