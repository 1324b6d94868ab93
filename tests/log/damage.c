/* Files that are not, or no longer, good logs: each must get one clear line and leave the reader alive. */
#include "tests/harness/check.h"
#include "tests/log/log_test.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOOD_EVENTS = 40 };

/* One line that begins with what was tried and names the file. */
static void assert_line(const char *error, const char *path)
{
    cr_assert(strncmp(error, "read ", 5) == 0 && strchr(error, '\n') == NULL, "said: %s", error);
    cr_assert(check_has(error, path), "said: %s", error);
}

static void assert_refused(const char *path, enum log_status expected, const char *part)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    enum log_status status = log_view_open(&view, path, error);

    cr_assert(status == expected, "%s: status %d, expected %d", path, (int)status, (int)expected);
    assert_line(error, path);
    cr_assert(check_has(error, part), "said: %s", error);
    log_view_free(&view);
}

static void put_file(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

    cr_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    close(fd);
}

/* A small log with texts and a stack, as bytes to be spoilt; free it. */
static unsigned char *small_log(size_t *size)
{
    struct log log;
    struct log_writer writer;
    unsigned char *bytes;

    make_log(&log, &writer, check_path("small.trap"));
    write_numbered(&writer, 0, GOOD_EVENTS - 4);
    struct event *event = log_begin(&writer, sizeof(struct event_stack));
    struct event_stack stack = {.used = EVENT_STACK_FRAMES, .of = EVENT_STACK_FRAMES};
    memcpy(event->payload, &stack, sizeof stack);
    log_publish(event, EVENT_STACK);
    log_text(&writer, event, TEXT_MESSAGE, 0,
             "some words, and more words than fit into one record of a log: two pieces", 73, 73, false);
    event = log_begin(&writer, sizeof(struct event_registers));
    log_publish(event, EVENT_REGISTERS);
    log_writer_stop(&writer);
    log_close(&log, true);
    bytes = (unsigned char *)check_read(check_path("small.trap"), size);
    cr_assert(bytes != NULL && *size == LOG_HEADER_SIZE + LOG_CHUNK_SIZE);
    return bytes;
}

Test(log, foreign_files_are_refused)
{
    static char text[5000];
    const char *path = check_path("x.trap");
    unsigned char *good;
    size_t size;

    assert_refused(check_path("missing"), LOG_UNREADABLE, "ENOENT");
    assert_refused(check_scratch(), LOG_UNREADABLE, "EISDIR");
    assert_refused("/dev/null", LOG_UNREADABLE, "not a regular file");
    put_file(path, "", 0);
    assert_refused(path, LOG_UNREADABLE, "empty");
    memset(text, 'x', sizeof text);
    put_file(path, text, sizeof text);
    assert_refused(path, LOG_FOREIGN, "not a trap log");
    put_file(path, LOG_MAGIC, 5);
    assert_refused(path, LOG_FOREIGN, "not a trap log");
    good = small_log(&size);
    ((struct log_header *)(void *)good)->version = LOG_VERSION + 6;
    put_file(path, good, size);
    assert_refused(path, LOG_FOREIGN, "version 7");
    free(good);
}

Test(log, a_pipe_does_not_hang_the_reader)
{
    const char *path = check_path("pipe");

    cr_assert(mkfifo(path, 0666) == 0);
    assert_refused(path, LOG_UNREADABLE, "not a regular file");
}

Test(log, an_unreadable_file_is_refused)
{
    const char *path = check_path("secret");

    put_file(path, "x", 1);
    cr_assert(chmod(path, 0) == 0);
    if (geteuid() == 0)
        cr_assert(setgid(65534) == 0 && setuid(65534) == 0);
    assert_refused(path, LOG_UNREADABLE, "EACCES");
}

/* ---- truncation ---- */

/* The events of a log that was cut at `size`; each one must be as it was written. */
static size_t events_of_cut(int fd, const char *path, size_t size)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    size_t count;

    cr_assert(ftruncate(fd, (off_t)size) == 0);
    enum log_status status = log_view_open(&view, path, error);
    assert_line(error, path);
    if (size < sizeof(LOG_MAGIC) - 1)
        cr_assert(status == LOG_UNREADABLE || status == LOG_FOREIGN, "cut at %zu: status %d", size, (int)status);
    else
        cr_assert(status == LOG_CUT_SHORT && check_has(error, "cut short"), "cut at %zu: status %d, %s", size,
                  (int)status, error);
    for (size_t i = 0; i < view.count && i < GOOD_EVENTS - 4; i++)
        cr_assert(EVENT_PAYLOAD(view.entries[i].event, life)->pc == i, "cut at %zu: event %zu is another", size, i);
    count = view.count;
    log_view_free(&view);
    return count;
}

Test(log, every_truncation_keeps_what_is_whole)
{
    size_t size, before = GOOD_EVENTS;
    unsigned char *good = small_log(&size);
    char path[64];
    int fd = memfd_create("cut", 0);

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    cr_assert(write(fd, good, size) == (ssize_t)size);
    /* Downwards, byte by byte where there is something, and at the edges of what is empty. */
    for (size_t cut = size - 1; cut > 0; cut--) {
        size_t count;

        if (cut == size - 3)
            cut = LOG_HEADER_SIZE + GOOD_EVENTS * EVENT_SIZE(EVENT_PAYLOAD_MAX) + 200;
        if (cut == LOG_HEADER_SIZE - 3)
            cut = sizeof(struct log_header) + 3;
        count = events_of_cut(fd, path, cut);
        cr_assert(count <= before && before - count <= 1, "cut at %zu: %zu events, before %zu", cut, count, before);
        before = count;
    }
    cr_assert(before == 0);
    free(good);
    close(fd);
}

Test(log, the_message_says_what_is_left)
{
    size_t size;
    unsigned char *good = small_log(&size);
    const char *path = check_path("t.trap");
    struct log_view view;
    char error[LOG_ERROR_MAX], expected[LOG_ERROR_MAX];
    size_t cut = LOG_HEADER_SIZE + sizeof(struct log_chunk) + 3 * EVENT_SIZE(sizeof(struct event_life)) + 1;

    put_file(path, good, cut);
    cr_assert(log_view_open(&view, path, error) == LOG_CUT_SHORT && view.count == 3 && view.cut_short);
    snprintf(expected, sizeof expected,
             "read %s: event 4 is cut short at byte 65,737; the first 3 are good: trapflow render %s --to 3", path,
             path);
    cr_assert(strcmp(error, expected) == 0, "saw %s", error);
    log_view_free(&view);
    free(good);
}

/* ---- mutations ---- */

static uint64_t random_state = 20240229;

/* xorshift: the same mutants on every machine. */
static uint64_t next_random(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % below;
}

/* Mostly among the bytes that mean something: the header's, and the records'. */
static size_t random_place(size_t size)
{
    enum { RECORDS = GOOD_EVENTS * EVENT_SIZE(EVENT_PAYLOAD_MAX) };

    switch (next_random(8)) {
    case 0:
        return next_random(size);
    case 1:
    case 2:
        return next_random(160);
    default:
        return LOG_HEADER_SIZE + next_random(RECORDS);
    }
}

static uint64_t checksum;

/* Reads all that a consumer would: every payload byte, every text, as far as the record says that it goes. */
static void consume(const struct log_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        const struct event_text *text = EVENT_PAYLOAD(event, text);

        if (event_kind_name(event->kind) == NULL || event_mode_name(event->mode) == NULL ||
            event->length > EVENT_PAYLOAD_MAX)
            abort();
        for (unsigned b = 0; b < event->length; b++)
            checksum += event->payload[b];
        if (event->kind == EVENT_TEXT && text->used > sizeof text->bytes)
            abort();
    }
    if (view->header != NULL)
        checksum += strlen(view->header->program) + strlen(view->header->build);
}

static void try_mutant(int fd, const char *path, const unsigned char *good, size_t size)
{
    static const unsigned char favourites[] = {0, 1, 0x7f, 0x80, 0xff};
    struct log_view view;
    char error[LOG_ERROR_MAX];

    if (ftruncate(fd, 0) != 0 || pwrite(fd, good, size, 0) != (ssize_t)size)
        abort();
    for (uint64_t changes = 1 + next_random(6); changes > 0; changes--) {
        uint64_t die = next_random(10);
        unsigned char byte = die < sizeof favourites ? favourites[die] : (unsigned char)next_random(256);
        if (pwrite(fd, &byte, 1, (off_t)random_place(size)) != 1)
            abort();
    }
    if (next_random(5) == 0 && ftruncate(fd, (off_t)next_random(size)) != 0)
        abort();
    enum log_status status = log_view_open(&view, path, error);
    if (status != LOG_OK && (strncmp(error, "read ", 5) != 0 || strchr(error, '\n') != NULL))
        abort();
    consume(&view);
    log_view_free(&view);
}

Test(log, thousands_of_spoilt_logs_harm_nobody)
{
    /* Most of a log of one chunk is zeros; without them, mutants are several times faster. */
    enum { MUTANTS = 6000, WITHOUT_ZEROS = LOG_HEADER_SIZE + 8192 };
    size_t size;
    unsigned char *good = small_log(&size);
    int status, fd = memfd_create("mutant", 0);
    char path[64];

    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    cr_assert(size > WITHOUT_ZEROS);
    pid_t child = fork();
    if (child == 0) {
        for (int i = 0; i < MUTANTS; i++)
            try_mutant(fd, path, good, i % 8 == 0 ? size : WITHOUT_ZEROS);
        _exit(0);
    }
    cr_assert(child > 0 && waitpid(child, &status, 0) == child);
    cr_assert(status == 0, "the reader died of signal %d", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    free(good);
    close(fd);
}
