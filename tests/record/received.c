/* What a call leaves in the program's memory, and which file a descriptor is: read while the program stands still. */
#include "tests/harness/check.h"
#include "tests/record/seen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void put_file(const char *path, const char *words)
{
    FILE *file = fopen(path, "we");

    cr_assert(file != NULL && fputs(words, file) >= 0 && fclose(file) == 0);
}

/* Records the program `files` on two files that it can tell apart. */
static void record_files(struct log_view *view, struct run_result *result)
{
    put_file(check_path("first"), "one, two\n");
    put_file(check_path("second"), "three\n");
    record_and_open(view, result, 0, check_built("tests/record/programs/files"), check_path("first"),
                    check_path("second"), NULL);
}

Test(record, shows_what_was_received)
{
    struct log_view view;
    struct run_result result;
    struct call_seen seen;

    record_files(&view, &result);
    assert_call(&view, "read(3, \"one,\", 4)", "4");
    assert_call(&view, "read(9, \" two\\n\", 100)", "5");
    assert_call(&view, "read(9, \"e\\n\", 100)", "2");
    cr_assert(find_call(&view, 0, "\"child\\n\", 8)", &seen) < view.count && strcmp(seen.answer, "6") == 0);
    cr_assert(find_call(&view, 0, "pipe2([3, ", &seen) < view.count ||
                  find_call(&view, 0, "pipe([3, ", &seen) < view.count,
              "no pipe with its two ends");
    assert_call(&view, "wait4(-1, [exits with 7], 0, NULL)", NULL);
    cr_assert(find_call(&view, 0, "nanosleep(", &seen) < view.count && check_has(seen.text, "[0.00125 s]"), "saw %s",
              seen.text);
    /* A call that failed has received nothing. */
    cr_assert(find_call(&view, 0, "getcwd(0x", &seen) < view.count && strcmp(seen.answer, "-1 ERANGE") == 0);
    log_view_free(&view);
    run_free(&result);
}

/* The file behind argument 0 of the call at `entry`, as its TEXT_PATH says. */
static void path_of(const struct log_view *view, size_t entry, char path[1024])
{
    uint32_t seq = view->entries[entry].event->seq;
    size_t used = 0;

    for (size_t i = entry + 1; i < view->count && view->entries[i].event->kind == EVENT_TEXT; i++) {
        const struct event_text *text = EVENT_PAYLOAD(view->entries[i].event, text);
        if (text->about != seq || text->role != TEXT_PATH || text->index != 0)
            continue;
        memcpy(path + used, text->bytes, text->used);
        used += text->used;
    }
    path[used] = '\0';
}

static void assert_paths(const struct log_view *view, const char *call, const char *const paths[], unsigned count)
{
    struct call_seen seen;
    char path[1024];
    size_t entry = 0;

    for (unsigned i = 0; i < count; i++, entry++) {
        entry = find_call(view, entry, call, &seen);
        cr_assert(entry < view->count, "only %u calls %s", i, call);
        path_of(view, entry, path);
        cr_assert(strcmp(path, paths[i]) == 0, "%s: saw %s, expected %s", seen.text, path, paths[i]);
    }
}

/* The number is used again for another file, and copied: the name goes with the file. */
Test(record, names_the_file_behind_a_descriptor)
{
    char first[512], second[512];
    const char *const both[] = {first, second};
    struct log_view view;
    struct run_result result;

    record_files(&view, &result);
    snprintf(first, sizeof first, "%s", check_path("first"));
    snprintf(second, sizeof second, "%s", check_path("second"));
    assert_paths(&view, ", 4)", both, 2);     /* read(3, …, 4) */
    assert_paths(&view, "read(9, ", both, 2); /* by its copy */
    assert_paths(&view, "(3, 9", both, 2);    /* dup2, or dup3 where there is no dup2 */
    log_view_free(&view);
    run_free(&result);
}

/* What no call has told is asked of the kernel. */
Test(record, names_an_inherited_descriptor)
{
    static const char *const device[] = {"/dev/null"};
    struct log_view view;
    struct run_result result;

    record_and_open(&view, &result, 0, "sh", "-c", "exec 1>/dev/null; exec echo hidden", NULL);
    assert_paths(&view, "write(1, \"hidden\\n\"", device, 1);
    log_view_free(&view);
    run_free(&result);
}

/* Opened from a folder that is open: the name is the folder's and its own. */
Test(record, names_a_file_opened_from_a_folder)
{
    char folder[512], inner[512];
    const char *const both[] = {folder, folder, inner, inner}; /* each is read until there is no more */
    struct log_view view;
    struct run_result result;

    /* Another find may read the folders in another order. */
    if (run_words(&result, "find", "--version", NULL) != 0 || !check_has(result.out, "GNU findutils"))
        cr_skip_test("GNU find is not on this machine; Debian's findutils has it");
    run_free(&result);
    snprintf(folder, sizeof folder, "%s", check_path("folder"));
    snprintf(inner, sizeof inner, "%s", check_path("folder/inner"));
    cr_assert(mkdir(folder, 0777) == 0 && mkdir(inner, 0777) == 0);
    record_and_open(&view, &result, 0, "find", folder, "-name", "none", NULL);
    assert_paths(&view, "getdents64(", both, 4);
    log_view_free(&view);
    run_free(&result);
}
