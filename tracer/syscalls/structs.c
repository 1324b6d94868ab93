/* The small structs that system calls take and give, in words: two descriptors of a pipe, how a child ended, times,
 * sets of signals.
 *
 * Both CPUs lay them out alike.  Their bytes come from a log, so no more is trusted than that they are there.
 */
#include "tracer/syscalls/syscalls.h"
#include "tracer/syscalls/words.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const struct {
    unsigned char size;
    bool after;
} structs[FORMAT_END] = {
    [FORMAT_FD_PAIR] = {8, true},       [FORMAT_STATUS] = {4, true},      [FORMAT_TIMESPEC] = {16, false},
    [FORMAT_TIMESPEC_OUT] = {16, true}, [FORMAT_ITIMERVAL] = {32, false}, [FORMAT_ITIMERSPEC] = {32, false},
    [FORMAT_SIGSET] = {8, false},       [FORMAT_HANDLER] = {8, false},
};

unsigned syscall_struct_size(enum syscall_format format, bool after)
{
    return structs[format].after == after ? structs[format].size : 0;
}

static void status_in_words(char *out, size_t size, int status)
{
    char name[16];

    if (WIFEXITED(status))
        snprintf(out, size, "[exits with %d]", WEXITSTATUS(status));
    else if (WIFSTOPPED(status))
        snprintf(out, size, "[stopped by %s]", syscall_signal_name(WSTOPSIG(status), name));
    else if (WIFCONTINUED(status))
        snprintf(out, size, "[continued]");
    else
        snprintf(out, size, "[killed by %s]", syscall_signal_name(WTERMSIG(status), name));
}

/* "0.25 s": seconds and a fraction, of which `per_second` make one, without idle zeros. */
static void time_in_words(char *out, size_t size, const int64_t time[2], uint64_t per_second)
{
    char digits[24] = "";

    if (time[1] > 0 && (uint64_t)time[1] < per_second) {
        snprintf(digits, sizeof digits, "%" PRIu64, per_second + (uint64_t)time[1]); /* 1, then all of its digits */
        digits[0] = '.';
        for (size_t end = strlen(digits); digits[end - 1] == '0'; end--)
            digits[end - 1] = '\0';
    }
    snprintf(out, size, "%" PRId64 "%s s", time[0], digits);
}

static void timespec_in_words(char *out, size_t size, const int64_t time[2])
{
    char words[64];

    time_in_words(words, sizeof words, time, 1000000000);
    snprintf(out, size, "[%s]", words);
}

static void timer_in_words(char *out, size_t size, const int64_t timer[4], uint64_t per_second)
{
    char first[64], then[64];

    time_in_words(then, sizeof then, timer, per_second);
    time_in_words(first, sizeof first, timer + 2, per_second);
    if (timer[2] == 0 && timer[3] == 0)
        snprintf(out, size, "[off]");
    else if (timer[0] == 0 && timer[1] == 0)
        snprintf(out, size, "[after %s]", first);
    else
        snprintf(out, size, "[after %s, then every %s]", first, then);
}

static void signals_in_words(char *out, size_t size, uint64_t set)
{
    size_t used = (size_t)snprintf(out, size, "[");
    char name[16];

    if (set == UINT64_MAX || set == ~((uint64_t)3 << 31)) /* the C library never blocks the two that it uses itself */
        used += (size_t)snprintf(out + used, size - used, "all");
    else
        for (int signo = 1; signo <= 64 && used + 24 < size; signo++)
            if (set >> (signo - 1) & 1)
                used += (size_t)snprintf(out + used, size - used, "%s%s", used > 1 ? " " : "",
                                         syscall_signal_name(signo, name));
    snprintf(out + used, size - used, "]");
}

static void handler_in_words(char *out, size_t size, uint64_t handler)
{
    if (handler == (uintptr_t)SIG_DFL)
        snprintf(out, size, "SIG_DFL");
    else if (handler == (uintptr_t)SIG_IGN)
        snprintf(out, size, "SIG_IGN");
    else
        snprintf(out, size, "[0x%" PRIx64 "]", handler);
}

size_t struct_in_words(char *out, size_t size, enum syscall_format format, const struct syscall_text *text)
{
    union {
        int32_t descriptor[2];
        int32_t status;
        int64_t time[4];
        uint64_t word;
    } bytes = {.time = {0}};

    if (structs[format].size == 0 || text->used < structs[format].size)
        return 0;
    memcpy(&bytes, text->bytes, structs[format].size);
    switch (format) {
    case FORMAT_FD_PAIR:
        snprintf(out, size, "[%" PRId32 ", %" PRId32 "]", bytes.descriptor[0], bytes.descriptor[1]);
        break;
    case FORMAT_STATUS:
        status_in_words(out, size, bytes.status);
        break;
    case FORMAT_ITIMERVAL:
        timer_in_words(out, size, bytes.time, 1000000);
        break;
    case FORMAT_ITIMERSPEC:
        timer_in_words(out, size, bytes.time, 1000000000);
        break;
    case FORMAT_SIGSET:
        signals_in_words(out, size, bytes.word);
        break;
    case FORMAT_HANDLER:
        handler_in_words(out, size, bytes.word);
        break;
    default:
        timespec_in_words(out, size, bytes.time);
        break;
    }
    return strlen(out);
}
