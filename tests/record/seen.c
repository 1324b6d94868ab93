/* What a recorded program did, in words: the questions that the record suite asks of a log. */
#include "tests/record/seen.h"
#include "tests/harness/check.h"
#include "tracer/syscalls/syscalls.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void record_and_open(struct log_view *view, struct run_result *result, int code, const char *word, ...)
{
    enum { WORDS_MOST = 32 };
    const char *argv[WORDS_MOST] = {check_built("trapflow"), "record", "-o", check_path("t.trap"), "--", word};
    size_t count = 6;
    char error[LOG_ERROR_MAX];
    va_list words;

    va_start(words, word);
    while ((argv[count] = va_arg(words, const char *)) != NULL)
        cr_assert(++count < WORDS_MOST);
    va_end(words);
    cr_assert(run_command(&(struct run_options){.argv = argv}, result) == 0);
    cr_assert(!result->timed_out && run_exit_code(result) == code, "%s ended with %d, expected %d; it said: %s", word,
              run_exit_code(result), code, result->err);
    cr_assert(log_view_open(view, check_path("t.trap"), error) == LOG_OK, "cannot %s", error);
    cr_assert(view->lost == 0 && view->header->closed == 1);
}

size_t count_kind(const struct log_view *view, enum event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < view->count; i++)
        count += view->entries[i].event->kind == kind;
    return count;
}

static bool ends(const struct event *event, uint32_t enter_seq)
{
    return event->kind == EVENT_SYSCALL_EXIT && EVENT_PAYLOAD(event, sysret)->enter_seq == enter_seq;
}

/* Joins the texts of the call at `entry`: some stand right behind it, the others behind its end. */
static size_t texts_of(const struct log_view *view, size_t entry, struct syscall_text texts[SYSCALL_ARGUMENTS],
                       char bytes[SYSCALL_ARGUMENTS][512])
{
    uint32_t seq = view->entries[entry].event->seq;
    size_t count = 0;
    bool more = false, ended = false;

    for (size_t i = entry + 1; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        if (ended && event->kind != EVENT_TEXT)
            break;
        ended |= ends(event, seq);
        const struct event_text *piece = EVENT_PAYLOAD(event, text);
        if (event->kind != EVENT_TEXT || piece->role != TEXT_ARGUMENT || piece->about != seq)
            continue;
        if (!more) {
            texts[count] = (struct syscall_text){.index = piece->index, .bytes = bytes[count], .full = piece->full};
            count++;
        }
        memcpy(bytes[count - 1] + texts[count - 1].used, piece->bytes, piece->used);
        texts[count - 1].used += piece->used;
        more = piece->more;
    }
    return count;
}

static void find_answer(const struct log_view *view, size_t entry, char answer[64])
{
    answer[0] = '\0';
    for (size_t i = entry + 1; i < view->count; i++) {
        const struct event *event = view->entries[i].event;
        if (ends(event, view->entries[entry].event->seq)) {
            syscall_format_result(answer, 64, EVENT_PAYLOAD(event, sysret));
            return;
        }
    }
}

size_t find_call(const struct log_view *view, size_t from, const char *part, struct call_seen *seen)
{
    for (size_t i = from; i < view->count; i++) {
        static char bytes[SYSCALL_ARGUMENTS][512];
        struct syscall_text texts[SYSCALL_ARGUMENTS];

        if (view->entries[i].event->kind != EVENT_SYSCALL_ENTER)
            continue;
        syscall_format_call(seen->text, sizeof seen->text, EVENT_PAYLOAD(view->entries[i].event, syscall), texts,
                            texts_of(view, i, texts, bytes));
        if (strstr(seen->text, part) == NULL)
            continue;
        find_answer(view, i, seen->answer);
        return i;
    }
    return view->count;
}

void assert_call(const struct log_view *view, const char *part, const char *answer)
{
    struct call_seen seen;
    size_t entry = find_call(view, 0, part, &seen);

    cr_assert(entry < view->count, "no call %s", part);
    cr_assert(answer == NULL || strcmp(seen.answer, answer) == 0, "%s: answered %s, expected %s", seen.text,
              seen.answer, answer);
}
