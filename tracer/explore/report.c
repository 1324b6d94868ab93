/* The verdict in words: a message for a second-year student, and one line of JSON for programs.
 * Knows what findings mean; does not judge.
 */
#include "tracer/explore/command.h"

#include "tracer/event.h"
#include "tracer/threads/calls.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *words, *question;
} findings[FINDING_END] = {
#define EXPLORE_FINDING_ROW(constant, finding_name, finding_words)                                                     \
    [FINDING_##constant] = {finding_name, finding_words, QUESTION_##constant},
#define QUESTION_RACE "what keeps the other thread out between these two uses?"
#define QUESTION_DEADLOCK "could all threads take these in one and the same order?"
#define QUESTION_LOST_WAKEUP "what does the thread check, under the lock, before it goes to sleep?"
#define QUESTION_ASSERTION "what did the thread take for granted that another thread could change?"
#define QUESTION_EXIT "which value did a thread read that another was about to change?"
#define QUESTION_OUTPUT "which value did a thread read that another was about to change?"
#define QUESTION_UNINITIALIZED "who initializes it, and is that sure to come first?"
#define QUESTION_DESTROYED "how does the destroyer know that nobody needs it any more?"
#define QUESTION_NOT_OWNER "which thread locked it, and which unlocks it?"
#define QUESTION_DOUBLE_JOIN "who is the one that waits for this thread?"
#define QUESTION_LEAKED_THREAD "who waits for this thread before the program ends?"
#define QUESTION_LIVELOCK "what would have to change for one of them to get on, and who could change it?"
#define QUESTION_DEAD_STACK "how long does a local variable live?"
#define QUESTION_FREED "how does the thread that frees know that it is the last to use it?"
#define QUESTION_CRASH "which pointer is wrong here, and who set it?"
#define QUESTION_FORGERY "what is the program trying to do there?"
#define QUESTION_KILLED "which threads block this signal, and from when on?"
    EXPLORE_FINDINGS(EXPLORE_FINDING_ROW)};

const char *explore_finding_name(unsigned finding)
{
    return finding < FINDING_END ? findings[finding].name : NULL;
}

const char *explore_finding_words(unsigned finding)
{
    return finding < FINDING_END ? findings[finding].words : NULL;
}

/* Text that is put together piece by piece; what does not fit is left out. */
struct text {
    char *bytes;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text->bytes + text->used, text->size - text->used, format, arguments);
    va_end(arguments);
    if (length > 0)
        text->used += (size_t)length < text->size - text->used ? (size_t)length : text->size - text->used - 1;
}

static const char *thread_name(uint32_t thread)
{
    static char names[4][24];
    static unsigned next;
    if (thread == 0)
        return "main";
    char *name = names[next++ % 4];
    snprintf(name, sizeof names[0], "thread %" PRIu32, thread);
    return name;
}

static void say_place(struct text *text, struct lines *lines, uint64_t pc)
{
    char place[256];
    lines_place(lines, pc, place, sizeof place, NULL);
    say(text, "%s", place);
}

/* What a thread's step is about: a variable, or the signals that it waits for. */
static void name_party(struct lines *lines, const struct channel_party *party, char *name, size_t size)
{
    size_t used = 0;
    name[0] = '\0';
    if (party->object)
        lines_object(lines, party->object_kind, party->object, name, size);
    for (uint32_t signo = 1; signo <= 64 && used + 16 < size; signo++)
        if (party->signals >> (signo - 1) & 1) {
            used += (size_t)snprintf(name + used, size - used, "%s", used ? ", " : "");
            lines_object(lines, OBJECT_SIGNAL, signo, name + used, size - used);
            used += strlen(name + used);
        }
}

static void say_party(struct text *text, struct lines *lines, const struct channel_party *party)
{
    char name[256], source[256];
    name_party(lines, party, name, sizeof name);
    say(text, "    %-9s ", thread_name(party->thread));
    if (party->call)
        say(text, "%s%s%s%s", thread_call_name(party->call), *name ? "(" : "", name, *name ? ")" : "");
    else if (party->size)
        say(text, "%s%s %s", party->atomic ? "atomic " : "", party->write ? "writes" : "reads ", name);
    else
        say(text, "goes wrong");
    say(text, " at ");
    say_place(text, lines, party->pc);
    lines_source(lines, party->pc, source, sizeof source);
    if (*source && !party->call)
        say(text, "   %s", source);
    say(text, "\n");
}

/* Who waits for what, and who has it. */
static void say_waits(struct text *text, struct lines *lines, const struct channel_outcome *outcome)
{
    for (uint32_t i = 0; i < outcome->parties; i++) {
        const struct channel_party *party = &outcome->party[i];
        say_party(text, lines, party);
        if (party->other != NO_THREAD) {
            say(text, "              waits for %s",
                party->other == party->thread ? "itself" : thread_name(party->other));
            if (party->held_pc) {
                say(text, ", which took it at ");
                say_place(text, lines, party->held_pc);
            }
            say(text, "\n");
        } else if (party->object_kind == OBJECT_SIGNAL && party->size) {
            say(text, "              one was sent while another was still pending: the two are one\n");
        } else if (party->object_kind == OBJECT_CONDITION && party->size) {
            say(text, "              %" PRIu32 " signal%s came when nobody was waiting yet\n", party->size,
                party->size == 1 ? "" : "s");
        }
    }
}

/* What led to it, earlier. */
static const char *before(enum explore_finding finding)
{
    switch (finding) {
    case FINDING_FREED:
        return "freed by  ";
    case FINDING_DESTROYED:
        return "ended     ";
    case FINDING_NOT_OWNER:
        return "locked by ";
    default:
        return "started   ";
    }
}

/* The first line that is not as it should be.  Both texts end with a 0 or with their buffer. */
static void say_output(struct text *text, const struct channel *channel)
{
    const char *seen = channel->output, *seen_end = seen + channel->outcome.output_size;
    const char *right = channel->expected, *right_end = right + channel->config.output_size;
    for (unsigned line = 1;; line++) {
        const char *a = memchr(seen, '\n', (size_t)(seen_end - seen));
        const char *b = memchr(right, '\n', (size_t)(right_end - right));
        int seen_length = (int)((a ? a : seen_end) - seen), right_length = (int)((b ? b : right_end) - right);
        if (!a || !b || seen_length != right_length || memcmp(seen, right, (size_t)seen_length) != 0) {
            say(text, "    saw       line %u: %.*s\n", line, seen_length ? seen_length : 22,
                seen_length ? seen
                : a         ? "an empty line"
                            : "the output ends there");
            say(text, "    expected  line %u: %.*s\n", line, right_length ? right_length : 7,
                right_length ? right : "no more");
            return;
        }
        seen = a + 1, right = b + 1;
    }
}

static void say_finding(struct text *text, struct lines *lines, const struct channel *channel,
                        const struct channel_outcome *outcome)
{
    const struct channel_party *party = &outcome->party[0];
    if (outcome->finding == FINDING_DEADLOCK || outcome->finding == FINDING_LOST_WAKEUP) {
        say_waits(text, lines, outcome);
        return;
    }
    if (outcome->finding == FINDING_OUTPUT && channel->config.expect_output)
        say_output(text, channel);
    else if (outcome->text[0])
        say(text, "    saw       %s%s\n", outcome->text, outcome->finding == FINDING_ASSERTION ? " is false" : "");
    for (uint32_t i = 0; i < outcome->parties; i++)
        if (outcome->party[i].pc)
            say_party(text, lines, &outcome->party[i]);
    if (outcome->parties && party->held_pc) {
        say(text, "    %s%s at ", before(outcome->finding),
            party->other != NO_THREAD ? thread_name(party->other) : "it");
        say_place(text, lines, party->held_pc);
        say(text, "\n");
    } else if (outcome->finding == FINDING_DEAD_STACK) {
        say(text, "    before    %s, whose variable it is, ended\n", thread_name(party->other));
    }
}

/* ---- the interleaving: a column a thread, only the steps that matter ---- */

enum { ROWS_MAX = 16, COLUMNS = 4, COLUMN = 30 }; /* more threads share the last column */

/* Most numbers of that size are ints. */
static int64_t value_of(const struct channel_step *step)
{
    return step->size == 4 ? (int32_t)step->value : (int64_t)step->value;
}

/* A wait that ended though nobody had signalled since it began, as the standard says that it may. */
static bool woke_by_itself(const struct channel *channel, const struct channel_step *wake)
{
    if (wake->kind != EVENT_COND_WAKE || wake->result != 0)
        return false;
    for (const struct channel_step *step = wake; step-- > channel->step;) {
        if (step->address != wake->address)
            continue;
        if (step->kind == EVENT_COND_SIGNAL || step->kind == EVENT_COND_BROADCAST)
            return false;
        if (step->kind == EVENT_COND_WAIT && step->thread == wake->thread)
            return true;
    }
    return false;
}

static void say_step(struct text *text, struct lines *lines, const struct channel *channel,
                     const struct channel_step *step)
{
    char name[128] = "", place[128], cell[400];
    const uint32_t threads = channel->outcome.threads_most;
    unsigned column = step->thread < COLUMNS ? step->thread : COLUMNS - 1;
    if (step->object_kind == OBJECT_THREAD)
        snprintf(name, sizeof name, "%s", thread_name((uint32_t)(step->address - HANDLE_BASE)));
    else if (step->address)
        lines_object(lines, step->object_kind, step->address, name, sizeof name);
    lines_place(lines, step->pc, place, sizeof place, NULL);
    if (step->kind == EVENT_READ || step->kind == EVENT_WRITE || step->kind == EVENT_ATOMIC)
        snprintf(cell, sizeof cell, "%-6s %s %" PRId64, event_kind_name(step->kind), name, value_of(step));
    else
        snprintf(cell, sizeof cell, "%s %s", step->kind == EVENT_RACE ? "races" : event_kind_name(step->kind), name);
    say(text, "      %*s", (int)(column * COLUMN / 2), "");
    if (column == COLUMNS - 1 && threads > COLUMNS)
        say(text, "%u: ", step->thread);
    say(text, "%s%s%s   (%s)\n", cell, step->kind == EVENT_RACE ? " !" : "",
        woke_by_itself(channel, step) ? ", without a signal" : "", place);
}

static uint32_t count_steps(const struct channel *channel, enum steps_sparing sparing)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < channel->outcome.steps; i++)
        count += steps_matter_most(channel, &channel->step[i], sparing);
    return count;
}

static void say_ladder(struct text *text, struct lines *lines, const struct channel *channel)
{
    uint32_t count, skip, steps = channel->outcome.steps, threads = channel->outcome.threads_most;
    enum steps_sparing sparing = STEPS_ALL;
    while ((count = count_steps(channel, sparing)) > ROWS_MAX && sparing < STEPS_CALLS)
        sparing++;
    if (count < 2)
        return;
    skip = count > ROWS_MAX ? count - ROWS_MAX : 0;
    say(text, "    witness   in this order%s:\n      ", skip ? " (the last steps)" : "");
    for (uint32_t i = 0; i < threads && i < COLUMNS; i++)
        say(text, "%-*s", COLUMN / 2, i == COLUMNS - 1 && threads > COLUMNS ? "others" : thread_name(i));
    say(text, "\n");
    for (uint32_t i = 0; i < steps; i++)
        if (steps_matter_most(channel, &channel->step[i], sparing)) {
            if (skip)
                skip--;
            else
                say_step(text, lines, channel, &channel->step[i]);
        }
}

void report_message(struct verdict *verdict, const struct channel *channel, struct lines *lines,
                    const struct options *options)
{
    struct text text = {verdict->message, sizeof verdict->message, 0};
    const struct channel_outcome *outcome = &channel->outcome;
    text.used = strlen(verdict->message); /* a race that leads somewhere has been told already */
    if (text.used)
        say(&text, "  so it can happen: %s\n", findings[outcome->finding].words);
    else
        say(&text, "%s: %s\n", findings[outcome->finding].name, findings[outcome->finding].words);
    say_finding(&text, lines, channel, outcome);
    say_ladder(&text, lines, channel);
    say(&text, "    ask yourself   %s\n", findings[verdict->finding].question);
    say(&text, "    see it again   trapflow explore --replay %s%s", verdict->witness,
        options->build ? " --build --" : "");
    for (int i = 0; i < options->cc_count; i++)
        say(&text, " %s", options->cc_arguments[i]);
    say(&text, "%s%s\n", options->build ? "" : " ", options->build ? "" : options->program);
}

/* ---- JSON ---- */

static void put_string(const char *name, const char *value)
{
    printf("\"%s\":\"", name);
    for (const unsigned char *at = (const unsigned char *)value; *at; at++)
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at == '\n')
            printf("\\n");
        else if (*at < 0x20 || *at == 0x7f)
            printf("\\u%04x", *at);
        else
            putchar(*at);
    printf("\",");
}

static void print_json(const struct verdict *verdict)
{
    printf("{");
    put_string("verdict", verdict->name);
    put_string("finding", verdict->finding ? findings[verdict->finding].name : "");
    put_string("consequence", verdict->consequence ? findings[verdict->consequence].name : "");
    printf("\"schedules\":%" PRIu64 ",\"runs\":%" PRIu64
           ",\"bound\":%d,\"complete\":%s,\"unbounded\":%s,\"relaxed\":%s,",
           verdict->schedules, verdict->runs, verdict->bound, verdict->complete ? "true" : "false",
           verdict->unbounded ? "true" : "false", verdict->relaxed ? "true" : "false");
    put_string("witness", verdict->witness);
    put_string("message", verdict->message);
    put_string("proof", verdict->proof);
    put_string("bounded_by", verdict->bounded_by ? verdict->bounded_by : "");
    put_string("output", verdict->output);
    put_string("engine", verdict->engine ? verdict->engine : "");
    printf("\"states\":%" PRIu64 ",\"states_hash\":\"%016" PRIx64 "\",", verdict->states, verdict->states_hash);
    printf("\"schedule_hash\":\"%016" PRIx64 "\",\"decisions\":%" PRIu32 ",\"threads\":%" PRIu32 ",",
           verdict->schedule_hash, verdict->decisions, verdict->threads);
    printf("\"seconds\":%.6f,\"per_second\":%.0f}\n", verdict->seconds,
           verdict->seconds > 0 ? (double)verdict->runs / verdict->seconds : 0.0);
}

void report_print(const struct verdict *verdict, const struct options *options)
{
    if (options->json) {
        print_json(verdict);
        return;
    }
    printf("%s", verdict->name);
    if (verdict->message[0])
        printf("  %s", verdict->message);
    printf("%s%s\n", verdict->message[0] ? "  " : "  ", verdict->proof);
    if (verdict->witness[0])
        printf("  witness %s\n", verdict->witness);
}
