/* What finds out about the machine: the table of needs, `deps`, `doctor`, and the totals of .ci/run.  Everything runs
 * on a pretended machine (machine.h), so that nothing is installed here and root's rights are not needed. */
#include "tests/harness/check.h"
#include "tests/setup/machine.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

/* A table with one need, a file that a fake package manager can bring. */
static const char *table_of_one_need(void)
{
    char row[1024];
    snprintf(row, sizeof row, "moon | core | shines at night | file %s | moon-deb | moon-rpm | moon-arch | moon-apk\n",
             check_path("moon"));
    return machine_file("table", row);
}

static void run_deps(struct run_result *result, bool as_root, const char *table, const char *what)
{
    const char *words[] = {"/bin/sh", ".setup/deps", what, NULL};
    cr_assert_eq(machine_run(result, as_root, table, words), 0, "cannot start /bin/sh");
}

/* id says who we are to `deps`: a fake one lets an ordinary user's test run play root. */
static void play_root(void)
{
    unlink(check_path("bin/id"));
    machine_add("id", "echo 0");
}

static char *column(char **rest)
{
    char *text = strsep(rest, "|");
    if (!text)
        return NULL;
    text += strspn(text, " \t");
    for (char *end = text + strlen(text); end > text && strchr(" \t\n", end[-1]);)
        *--end = '\0';
    return text;
}

static bool is_one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strncmp(word, *list, strlen(*list)) == 0)
            return true;
    return false;
}

/* One row of the table: eight columns, none empty, a way to probe, and Debian's packages. */
static void check_row(char *row, int number)
{
    static const char *const groups[] = {"core", "all", NULL};
    static const char *const verbs[] = {"command ", "compile ", "library ", "file ", "font ", NULL};
    char *columns[8], *rest = row;
    for (int i = 0; i < 8; i++) {
        columns[i] = column(&rest);
        cr_assert(columns[i] && *columns[i], "line %d: column %d is empty", number, i + 1);
    }
    cr_expect_null(rest, "line %d: more than eight columns", number);
    cr_expect(is_one_of(columns[1], groups), "line %d: group '%s'", number, columns[1]);
    cr_expect(is_one_of(columns[3], verbs), "line %d: no way to probe: '%s'", number, columns[3]);
    cr_expect_str_neq(columns[4], "-", "line %d: Debian is what we must run on", number);
}

Test(setup, table_is_well_formed)
{
    char *text = check_read(".setup/packages", NULL), *rest = text, *row;
    int number = 0, rows = 0;
    cr_assert_not_null(text, "no .setup/packages");
    while ((row = strsep(&rest, "\n"))) {
        number++;
        if (*row == '#' || !*row)
            continue;
        rows++;
        check_row(row, number);
    }
    cr_expect_gt(rows, 20);
    free(text);
}

Test(setup, all_there_is_silent)
{
    machine_create();
    machine_add("apt-get", "");
    const char *table = table_of_one_need();
    machine_file("moon", "");
    struct run_result result;
    run_deps(&result, true, table, "core");
    cr_expect_eq(run_exit_code(&result), 0);
    cr_expect_str_empty(result.out);
    cr_expect_str_empty(result.err);
    cr_expect_str_empty(machine_calls(), "nothing was missing, and yet: %s", machine_calls());
}

Test(setup, installs_what_is_missing_and_says_why)
{
    char bring[256];
    machine_create();
    play_root();
    const char *table = table_of_one_need();
    snprintf(bring, sizeof bring, "case \"$*\" in *-s*) ;; *install*moon-deb*) : >'%s' ;; esac", check_path("moon"));
    machine_add("apt-get", bring);
    struct run_result result;
    run_deps(&result, true, table, "core");
    cr_expect_eq(run_exit_code(&result), 0, "%s%s", result.out, result.err);
    cr_expect(check_has(result.out, "moon") && check_has(result.out, "shines at night"), "%s", result.out);
    cr_expect(check_has(machine_calls(), "moon-deb"), "%s", machine_calls());
    run_deps(&result, true, table, "core");
    cr_expect_str_empty(result.out, "the second run says: %s", result.out);
}

Test(setup, refreshes_the_lists_when_they_lack_the_package)
{
    char bring[512];
    machine_create();
    play_root();
    const char *table = table_of_one_need();
    snprintf(bring, sizeof bring,
             "case $* in\n*update*) : >'%s' ;;\n*) [ -e '%s' ] || exit 100 ;;\nesac\n"
             "case $* in\n*-s*) ;;\n*install*) : >'%s' ;;\nesac",
             check_path("lists"), check_path("lists"), check_path("moon"));
    machine_add("apt-get", bring);
    struct run_result result;
    run_deps(&result, true, table, "core");
    cr_expect_eq(run_exit_code(&result), 0, "%s%s", result.out, result.err);
    cr_expect_eq(check_count(machine_calls(), "apt-get update"), 1, "%s", machine_calls());
}

Test(setup, says_so_when_the_installation_fails)
{
    machine_create();
    play_root();
    machine_add("apt-get", "exit 100");
    struct run_result result;
    run_deps(&result, true, table_of_one_need(), "core");
    cr_expect_eq(run_exit_code(&result), 1);
    cr_expect(check_has(result.err, "still missing") && check_has(result.err, "moon"), "%s", result.err);
}

/* The last line is the one command to type; nothing was installed. */
static void check_command_to_type(const char *manager, const char *start, const char *package)
{
    struct run_result result;
    machine_add(manager, "");
    run_deps(&result, false, table_of_one_need(), "core");
    cr_expect_eq(run_exit_code(&result), 1);
    cr_expect_eq(check_count(result.err, "\n"), 2, "not one explanation and one command: %s", result.err);
    const char *command = strchr(result.err, '\n');
    cr_assert_not_null(command);
    cr_expect(strncmp(command + 1, start, strlen(start)) == 0 && check_has(command, package), "%s", command + 1);
    cr_expect(!check_has(machine_calls(), manager), "only to be printed, yet called: %s", machine_calls());
    unlink(check_path("calls"));
    machine_file("calls", "");
    char inside[64];
    snprintf(inside, sizeof inside, "bin/%s", manager);
    unlink(check_path(inside));
}

static void play_ordinary_user(void)
{
    unlink(check_path("bin/id"));
    machine_add("id", "echo 1000");
}

Test(setup, prints_the_one_command_without_root)
{
    machine_create();
    play_ordinary_user();
    check_command_to_type("apt-get", "su -c 'apt-get update && apt-get install", " moon-deb'");
    check_command_to_type("dnf", "su -c 'dnf ", " moon-rpm'");
    check_command_to_type("pacman", "su -c 'pacman ", " moon-arch'");
    check_command_to_type("apk", "su -c 'apk ", " moon-apk'");
}

Test(setup, prints_the_one_command_when_sudo_would_ask)
{
    machine_create();
    play_ordinary_user();
    machine_add("sudo", "exit 1");
    check_command_to_type("apt-get", "sudo sh -c 'apt-get update && apt-get install", " moon-deb'");
}

Test(setup, uses_sudo_that_does_not_ask)
{
    char bring[256];
    machine_create();
    play_ordinary_user();
    machine_add("sudo", "[ \"$1\" = -n ] || exit 1; shift; exec \"$@\"");
    machine_add_real("true");
    const char *table = table_of_one_need();
    snprintf(bring, sizeof bring, ": >'%s'", check_path("moon"));
    machine_add("apt-get", bring);
    struct run_result result;
    run_deps(&result, false, table, "core");
    cr_expect_eq(run_exit_code(&result), 0, "%s%s", result.out, result.err);
    cr_expect(check_has(machine_calls(), "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"), "%s", machine_calls());
}

Test(setup, names_the_package_managers_it_looked_for)
{
    machine_create();
    struct run_result result;
    run_deps(&result, true, table_of_one_need(), "core");
    cr_expect_eq(run_exit_code(&result), 1);
    cr_expect_eq(check_count(result.err, "\n"), 1, "not one line: %s", result.err);
    cr_expect(check_has(result.err, "none of apt-get, dnf, pacman, apk") && check_has(result.err, "moon-deb"), "%s",
              result.err);
}

Test(setup, refuses_a_table_that_it_does_not_understand)
{
    machine_create();
    struct run_result result;
    run_deps(&result, true, machine_file("table", "moon | core | shines\n"), "core");
    const char *wrong = check_refusal(&result, 1, "deps: ", "table:1");
    cr_expect_null(wrong, "%s", wrong);
    run_deps(&result, true, check_path("no-such-table"), "core");
    wrong = check_refusal(&result, 1, "deps: ", "no-such-table");
    cr_expect_null(wrong, "%s", wrong);
    run_deps(&result, true, NULL, "everything");
    wrong = check_refusal(&result, 1, "deps: ", "everything");
    cr_expect_null(wrong, "%s", wrong);
}

/* The answer of `doctor` about one thing; −1 if it says nothing about it. */
static int doctor_says(const json_t *report, const char *name)
{
    size_t i;
    json_t *check;
    json_array_foreach (json_object_get(report, "checks"), i, check)
        if (strcmp(json_string_value(json_object_get(check, "name")), name) == 0)
            return json_is_true(json_object_get(check, "ok"));
    return -1;
}

Test(setup, doctor_answers_on_a_machine_that_has_nothing)
{
    machine_create();
    const char *words[] = {"/bin/sh", ".setup/doctor", "build", "json", NULL};
    struct run_result result;
    cr_assert_eq(machine_run(&result, false, NULL, words), 0);
    cr_expect_eq(run_exit_code(&result), 0, "%s", result.err);
    json_error_t error;
    json_t *report = json_loads(result.out, 0, &error);
    cr_assert_not_null(report, "not JSON: %s: %s", error.text, result.out);
    cr_expect_eq(doctor_says(report, "gcc"), 0);
    cr_expect_eq(doctor_says(report, "Chromium"), 0);
    cr_expect_eq(doctor_says(report, "machine"), 1);
    json_decref(report);
}

Test(setup, doctor_tries_ptrace_and_kvm)
{
    struct run_result result;
    machine_create();
    for (const char *const *tool = (const char *const[]){"gcc", "as", "ld", NULL}; *tool; tool++)
        machine_add_real(*tool);
    const char *words[] = {"/bin/sh", ".setup/doctor", "build", "text", NULL};
    cr_assert_eq(machine_run(&result, false, NULL, words), 0);
    cr_expect_eq(run_exit_code(&result), 0, "%s", result.err);
    cr_expect(check_has(result.out, "yes  gcc"), "%s", result.out);
    for (const char *const *name = (const char *const[]){"  ptrace", "  SYSEMU", "  seccomp", "  /dev/kvm", NULL};
         *name; name++)
        cr_expect(check_has(result.out, *name), "says nothing of%s", *name);
}

/* Runs a copy of .ci/run in a folder of its own, with a fake make whose targets do what `commands` say. */
static void run_ci(struct run_result *result, const char *commands)
{
    machine_create();
    machine_add_real("bash");
    machine_add_real("mkdir");
    machine_add("make", commands);
    char script[1024];
    snprintf(script, sizeof script, "mkdir -p '%s/.ci' && cat .ci/run >'%s/.ci/run' && exec bash '%s/.ci/run'",
             check_scratch(), check_scratch(), check_scratch());
    cr_assert_eq(machine_run(result, false, NULL, (const char *const[]){"/bin/sh", "-c", script, NULL}), 0);
}

static const char *last_line(char *text)
{
    size_t length = strlen(text);
    if (length && text[length - 1] == '\n')
        text[length - 1] = '\0';
    const char *newline = strrchr(text, '\n');
    return newline ? newline + 1 : text;
}

#define FAKE_TOTAL(target, line)                                                                                       \
    "[ $1 = " target " ] && mkdir -p build/test build/aarch64/test && echo '" line "' >"                               \
    "$([ $1 = test ] && echo build/test/total || echo build/aarch64/test/total)\n"

Test(setup, ci_adds_the_totals_up)
{
    struct run_result result;
    run_ci(&result, FAKE_TOTAL("test", "40 passed, 0 failed, 2 skipped")
                        FAKE_TOTAL("test-aarch64", "6 passed, 0 failed") "exit 0");
    cr_expect_eq(run_exit_code(&result), 0, "%s%s", result.out, result.err);
    cr_expect_str_eq(last_line(result.out), "46 passed, 0 failed, 2 skipped");
}

Test(setup, ci_fails_with_a_failed_test)
{
    struct run_result result;
    run_ci(&result, FAKE_TOTAL("test", "40 passed, 1 failed, 0 skipped")
                        FAKE_TOTAL("test-aarch64", "6 passed, 0 failed, 1 skipped") "[ $1 != test ]");
    cr_expect_eq(run_exit_code(&result), 1);
    cr_expect_str_eq(last_line(result.out), "46 passed, 1 failed, 1 skipped");
}

Test(setup, ci_fails_when_a_step_fails_or_leaves_no_total)
{
    struct run_result result;
    run_ci(&result, FAKE_TOTAL("test", "40 passed, 0 failed, 0 skipped") "[ $1 != deps-all ]");
    cr_expect_eq(run_exit_code(&result), 1);
    cr_expect_str_eq(last_line(result.out), "40 passed, 2 failed, 0 skipped");
}
