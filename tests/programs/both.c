/* One program, run twice: what both.h promises.  Knows no program in particular. */
#include "tests/programs/both.h"
#include "tests/harness/check.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MOST = 64 };

void need_program(const char *name, const char *package)
{
    char command[128];
    struct run_result result;

    snprintf(command, sizeof command, "command -v %s", name);
    cr_assert(run_words(&result, "sh", "-c", command, NULL) == 0);
    bool there = run_exit_code(&result) == 0;
    run_free(&result);
    if (!there)
        cr_skip_test("%s is not on this machine; make deps-all installs it (Debian: %s)", name, package);
}

void run_recorded(const struct run_options *options, const char *const *more, struct run_result *result)
{
    const char *argv[WORDS_MOST] = {check_built("trapflow"), "record", "-o", check_path("t.trap")};
    struct run_options recorded = *options;
    size_t count = 4;

    for (; more != NULL && *more != NULL; more++)
        argv[count++] = *more;
    argv[count++] = "--";
    for (const char *const *word = options->argv; *word != NULL && count + 1 < WORDS_MOST; word++)
        argv[count++] = *word;
    recorded.argv = argv;
    cr_assert(run_command(&recorded, result) == 0);
}

void open_whole(struct log_view *view)
{
    char error[LOG_ERROR_MAX];

    cr_assert(log_view_open(view, check_path("t.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert(view->lost == 0 && view->header->closed == 1 && view->count > 0, "%zu events, %zu lost", view->count,
              (size_t)view->lost);
}

/* Long outputs make no good message: the first difference does. */
static void assert_same_bytes(const char *what, const char *plain, size_t plain_size, const char *recorded,
                              size_t recorded_size)
{
    size_t at = 0;

    while (at < plain_size && at < recorded_size && plain[at] == recorded[at])
        at++;
    if (at < plain_size || at < recorded_size)
        cr_assert_fail("%s parts at byte %zu of %zu and %zu: alone …%.80s…, recorded …%.80s…", what, at, plain_size,
                       recorded_size, plain + at, recorded + at);
}

void assert_same(const struct run_options *options)
{
    struct run_result plain, recorded;
    struct log_view view;

    cr_assert(run_command(options, &plain) == 0, "%s does not start", options->argv[0]);
    run_recorded(options, NULL, &recorded);
    cr_assert(!plain.timed_out && !recorded.timed_out, "%s took too long%s", options->argv[0],
              plain.timed_out ? ", even alone" : "");
    cr_assert(plain.status == recorded.status, "status %x alone, %x recorded, where it said %.300s",
              (unsigned)plain.status, (unsigned)recorded.status, recorded.err);
    assert_same_bytes("the output", plain.out, plain.out_size, recorded.out, recorded.out_size);
    assert_same_bytes("what it said of errors", plain.err, plain.err_size, recorded.err, recorded.err_size);
    open_whole(&view);
    log_view_free(&view);
    run_free(&plain);
    run_free(&recorded);
}

void assert_same_words(const char *word, ...)
{
    const char *argv[WORDS_MOST] = {word};
    size_t count = 0;
    va_list words;

    va_start(words, word);
    while (argv[count] != NULL && count + 1 < WORDS_MOST)
        argv[++count] = va_arg(words, const char *);
    va_end(words);
    assert_same(&(struct run_options){.argv = argv});
}

void assert_same_script(const char *shell, const char *script)
{
    assert_same_words(shell, "-c", script, NULL);
}

void make_text_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "we");
    unsigned state = 1;

    cr_assert(file != NULL);
    for (size_t i = 0; i < size; i++) {
        state = state * 1103515245u + 12345u;
        putc(i % 61 == 60 ? '\n' : "etaoin shrdlu"[(state >> 16) % 13], file);
    }
    cr_assert(fclose(file) == 0);
}

const char *own(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "tests/programs/own/%s", name);
    return check_built(path);
}
