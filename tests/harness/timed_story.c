/* What happened, in words: the witness of a failure.  Knows events, not verdicts. */
#include "tests/harness/timed.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

long timed_said(const struct timed_result *result, const char *word)
{
    for (size_t i = result->count; i-- > 0;)
        if (result->events[i].kind == TIMED_SAY && strcmp(result->events[i].word, word) == 0)
            return result->events[i].value;
    return -1;
}

unsigned timed_said_times(const struct timed_result *result, const char *word)
{
    unsigned times = 0;
    for (size_t i = 0; i < result->count; i++)
        times += result->events[i].kind == TIMED_SAY && strcmp(result->events[i].word, word) == 0;
    return times;
}

static const char *signal_name(long signo)
{
    static char name[2][24];
    static unsigned turn;
    char *text = name[turn++ % 2];
    const char *known = sigabbrev_np((int)signo);
    if (known)
        snprintf(text, sizeof *name, "SIG%s", known);
    else
        snprintf(text, sizeof *name, "signal %ld", signo);
    return text;
}

static void put_who(FILE *out, long who)
{
    if (who == 0)
        fputs("the parent", out);
    else
        fprintf(out, "child %ld", who);
}

static void put_ms(FILE *out, long microseconds)
{
    if (microseconds % 1000)
        fprintf(out, "%ld.%03ld ms", microseconds / 1000, microseconds % 1000);
    else
        fprintf(out, "%ld ms", microseconds / 1000);
}

static void put_end(FILE *out, int status)
{
    if (WIFEXITED(status))
        fprintf(out, "exits with %d", WEXITSTATUS(status));
    else
        fprintf(out, "is killed by %s", signal_name(WTERMSIG(status)));
}

static void put_arm(FILE *out, const struct timed_event *event)
{
    if (!event->value) {
        fputs("timer off", out);
        return;
    }
    fputs("timer set to ", out);
    put_ms(out, event->value);
    if (event->other) {
        fputs(", again every ", out);
        put_ms(out, event->other);
    }
}

static void put_what(FILE *out, const struct timed_event *event)
{
    static const char *const actions[] = {"default", "ignored", "a handler"};
    switch (event->kind) {
    case TIMED_SAY:
        fprintf(out, "%s %ld", event->word, event->value);
        break;
    case TIMED_UNSAFE:
        fprintf(out, "calls %s inside the handler", event->word);
        break;
    case TIMED_RAN:
        fputs("computes for ", out);
        put_ms(out, event->value);
        break;
    case TIMED_IDLE:
        fputs("nobody can run for ", out);
        put_ms(out, event->value);
        break;
    case TIMED_SLEEP:
        fputs("sleeps for ", out);
        put_ms(out, event->value);
        break;
    case TIMED_ARM:
        put_arm(out, event);
        break;
    case TIMED_STRIKE:
        fprintf(out, "%s strikes", event->value == SIGALRM ? "the alarm" : signal_name(event->value));
        break;
    case TIMED_HANDLER:
        fprintf(out, "sigaction(%s): %s", signal_name(event->value), actions[event->other]);
        break;
    case TIMED_MASK:
        fprintf(out, "SIGALRM is %s", event->value >> (SIGALRM - 1) & 1 ? "blocked" : "not blocked");
        break;
    case TIMED_SIGNAL:
        fprintf(out, "handler of %s", signal_name(event->value));
        break;
    case TIMED_RETURN:
        fputs("returns from it", out);
        break;
    case TIMED_FORK:
        fprintf(out, "forks child %ld", event->value);
        break;
    case TIMED_KILL:
        fprintf(out, "sends %s to ", signal_name(event->value));
        put_who(out, event->other);
        break;
    case TIMED_STOPPED:
        fputs("stops", out);
        break;
    case TIMED_CONTINUED:
        fputs("is continued", out);
        break;
    case TIMED_WAIT:
        fputs("waits in the kernel", out);
        break;
    case TIMED_ENDED:
        put_end(out, (int)event->value);
        break;
    case TIMED_REAPED:
        fputs("is waited for", out);
        break;
    }
}

/* One line a point in time: "50 ms  the alarm strikes; handler of SIGALRM; …".  Who acts is said when it changes. */
char *timed_story(const struct timed_result *result, size_t from, size_t limit)
{
    char *story = NULL;
    size_t size = 0, told = 0;
    FILE *out = open_memstream(&story, &size);
    if (!out)
        abort();
    unsigned who = 0;
    for (size_t i = from; i < result->count && told < limit; i++, told++) {
        const struct timed_event *event = &result->events[i], *before = i > from ? event - 1 : NULL;
        if (!before || before->at != event->at) {
            fputs(before ? "\n" : "", out);
            put_ms(out, (long)event->at);
            fputs("  ", out);
        } else {
            fputs("; ", out);
        }
        if (event->who != who && event->kind != TIMED_IDLE) {
            put_who(out, event->who);
            fputs(" ", out);
            who = event->who;
        }
        put_what(out, event);
    }
    if (from + limit < result->count)
        fputs("; …", out);
    fclose(out);
    return story;
}
