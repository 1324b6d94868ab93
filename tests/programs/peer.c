/* The peer: what strace lists of a single-threaded program, `record --no-threads` must list, call by call. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"
#include "tracer/syscalls/syscalls.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_KEPT = 96, LINES_MOST = 20000 };

/* One call and how it failed: "openat -1 ENOENT"; of one that succeeded the name alone, since addresses and process
 * numbers differ from run to run. */
struct list {
    char (*line)[LINE_MAX_KEPT];
    size_t count;
};

static char *next_line(struct list *list)
{
    if (list->line == NULL)
        list->line = calloc(LINES_MOST, sizeof *list->line);
    cr_assert(list->line != NULL && list->count < LINES_MOST, "more than %d calls", LINES_MOST);
    return list->line[list->count++];
}

/* ---- of strace ---- */

/* The name of an error: in "= -1 ENOENT (No such …", and in "= ? ERESTARTSYS (To be …" of a call that a signal ends. */
static const char *error_in(const char *line, const char *end)
{
    const char *failed = memmem(line, (size_t)(end - line), " = -1 E", 7);
    const char *interrupted = memmem(line, (size_t)(end - line), " = ? E", 6);

    return failed != NULL ? failed + 6 : interrupted != NULL ? interrupted + 5 : NULL;
}

/* "123 openat(AT_FDCWD, "/x", O_RDONLY) = -1 ENOENT (No such file or directory)"; other lines tell of signals and ends,
 * and "<... wait4 resumed>" of a call already listed. */
static void add_line_of_strace(struct list *list, const char *line, const char *end)
{
    const char *name = line + strspn(line, "0123456789 "), *paren = memchr(name, '(', (size_t)(end - name));
    const char *error = error_in(name, end);

    if (paren == NULL || *name == '+' || *name == '-' || *name == '<')
        return;
    snprintf(next_line(list), LINE_MAX_KEPT, "%.*s%s%.*s", (int)(paren - name), name, error != NULL ? " -1 " : "",
             error != NULL ? (int)strcspn(error, " \n") : 0, error != NULL ? error : "");
}

static void list_by_strace(struct list *list, const struct run_options *options)
{
    const char *argv[32] = {"strace", "-f", "-o", check_path("strace.out"), "--"};
    struct run_options traced = *options;
    struct run_result result;
    size_t size, count = 5;

    for (const char *const *word = options->argv; *word != NULL; word++)
        argv[count++] = *word;
    traced.argv = argv;
    cr_assert(run_command(&traced, &result) == 0);
    run_free(&result);
    char *text = check_read(check_path("strace.out"), &size);
    cr_assert(text != NULL && size > 0, "strace wrote nothing");
    for (char *line = text, *end; *line != '\0'; line = *end != '\0' ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        add_line_of_strace(list, line, end);
    }
    free(text);
}

/* ---- of ours ---- */

static void add_result(char line[LINE_MAX_KEPT], const struct event_sysret *sysret)
{
    char words[64];

    syscall_format_result(words, sizeof words, sysret);
    if (sysret->error)
        snprintf(line + strlen(line), LINE_MAX_KEPT - strlen(line), " %s", words);
}

static void list_by_record(struct list *list, const struct run_options *options)
{
    static const char *const no_threads[] = {"--no-threads", NULL};
    struct log_view view;
    struct run_result result;

    run_recorded(options, no_threads, &result);
    run_free(&result);
    open_whole(&view);
    for (size_t i = 0; i < view.count; i++) {
        const struct event *event = view.entries[i].event;
        if (event->kind == EVENT_SYSCALL_ENTER) {
            const struct event_syscall *call = EVENT_PAYLOAD(event, syscall);
            const char *name = syscall_name(call->machine, call->number);
            snprintf(next_line(list), LINE_MAX_KEPT, "%s", name != NULL ? name : "?");
        } else if (event->kind == EVENT_SYSCALL_EXIT)
            add_result(list->line[list->count - 1], EVENT_PAYLOAD(event, sysret));
    }
    log_view_free(&view);
}

/* ---- compared ---- */

static void assert_lists_agree(const struct run_options *options)
{
    struct list strace = {0}, ours = {0};

    need_program("strace", "strace");
    if (syscall_number(62 /* EM_X86_64 */, "read") < 0 && syscall_number(183 /* EM_AARCH64 */, "read") < 0)
        cr_skip_test("this system has no header of its own system calls");
    list_by_strace(&strace, options);
    list_by_record(&ours, options);
    for (size_t i = 0; i < strace.count && i < ours.count; i++)
        cr_assert(strcmp(strace.line[i], ours.line[i]) == 0, "%s, call %zu of %zu: strace says %s, we say %s",
                  options->argv[0], i + 1, strace.count, strace.line[i], ours.line[i]);
    cr_assert(strace.count == ours.count && ours.count > 3, "%s: %zu calls by strace, %zu by us", options->argv[0],
              strace.count, ours.count);
    free(strace.line);
    free(ours.line);
}

static void assert_words_agree(const char *const *argv, const char *input)
{
    assert_lists_agree(&(struct run_options){.argv = argv, .input = input});
}

Test(programs, calls_of_ls_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){"ls", "-lR", "/etc/default", NULL}, NULL);
}

Test(programs, calls_of_cat_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){"cat", "/etc/passwd", "/no/such/file", "-", NULL}, "three\nlines\nhere\n");
}

Test(programs, calls_of_env_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){"env", NULL}, NULL);
}

Test(programs, calls_of_sort_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){"sort", "-r", NULL}, "b\na\nc\n");
}

Test(programs, calls_of_a_script_with_signals_as_strace_lists_them)
{
    assert_words_agree(
        (const char *const[]){"sh", "-c", "trap 'echo caught' USR1; kill -USR1 $$; echo done; exit 3", NULL}, NULL);
}

Test(programs, calls_of_an_interrupted_sleep_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){own("alarmed"), NULL}, NULL);
}

Test(programs, calls_of_one_that_crashes_as_strace_lists_them)
{
    assert_words_agree((const char *const[]){own("crash"), NULL}, NULL);
    assert_words_agree((const char *const[]){own("crash"), "by abort", NULL}, NULL);
}
