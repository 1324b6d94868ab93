/* The verdict in words: a message for a second-year student, and one line of JSON for programs.
 * Does not judge.
 */
#include "tracer/explore/command.h"

#include "tracer/event.h"
#include "tracer/threads/calls.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

/* To begin, end or free an object is more than a write; of a block from malloc that is all of it. */
static void say_access(struct text *text, const struct channel_party *party, char *name)
{
    static const char *const lives[] = {
        [USE_CALL] = "uses", [USE_BEGIN] = "initializes", [USE_END] = "destroys", [USE_FREE] = "frees"};
    if (party->life == USE_FREE)
        name[strcspn(name, ".[")] = '\0';
    if (party->life != USE_PLAIN)
        say(text, "%s %s", lives[party->life], name);
    else
        say(text, "%s%s %s", party->atomic ? "atomic " : "", party->write ? "writes" : "reads ", name);
}

static void say_party(struct text *text, struct lines *lines, const struct channel_party *party,
                      enum explore_finding finding)
{
    char name[256], source[256];
    name_party(lines, party, name, sizeof name);
    say(text, "    %-9s ", thread_name(party->thread));
    if (party->call)
        say(text, "%s%s%s%s", thread_call_name(party->call), *name ? "(" : "", name, *name ? ")" : "");
    else if (party->size)
        say_access(text, party, name);
    else
        say(text, "%s", finding == FINDING_DEAD_STACK ? "uses it" : finding == FINDING_EXIT ? "exits" : "goes wrong");
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
        say_party(text, lines, party, FINDING_DEADLOCK);
        if (party->other != NO_THREAD) {
            say(text, "              waits for %s",
                party->other == party->thread ? "itself" : thread_name(party->other));
            if (party->held_pc) {
                say(text, ", which took it at ");
                say_place(text, lines, party->held_pc);
            }
            say(text, "%s\n", party->ended ? ", and has ended" : "");
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

/* What it said last may be the reason that it gives. */
static void say_last_line(struct text *text, const char *output, uint32_t size)
{
    while (size > 0 && output[size - 1] == '\n')
        size--;
    uint32_t start = size;
    while (start > 0 && output[start - 1] != '\n')
        start--;
    say(text, "    printed   %.*s\n", (int)(size - start), output + start);
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
            say_party(text, lines, &outcome->party[i], (enum explore_finding)outcome->finding);
    if (outcome->parties && party->held_pc) {
        say(text, "    %s%s at ", before(outcome->finding),
            party->other != NO_THREAD ? thread_name(party->other) : "it");
        say_place(text, lines, party->held_pc);
        if (outcome->finding == FINDING_LEAKED_THREAD && party->size > 1)
            say(text, ", and %" PRIu32 " more", party->size - 1);
        say(text, "\n");
    } else if (outcome->finding == FINDING_EXIT && outcome->complaint_size) {
        say_last_line(text, channel->complaint, outcome->complaint_size);
    } else if (outcome->finding == FINDING_EXIT && outcome->output_size) {
        say_last_line(text, channel->output, outcome->output_size);
    } else if (outcome->finding == FINDING_DEAD_STACK) {
        say(text, "    before    %s, whose variable it is, ended\n", thread_name(party->other));
    }
}

/* ---- the interleaving: a column a thread, only the steps that matter ---- */

enum { ROWS_MAX = 16, COLUMNS = 4, COLUMN = 30 }; /* more threads share the last column */

/* Most numbers of that size are ints; a pointer to memory from malloc is told by which block it is, in the order of
 * their making; of arrays and structs one number would say nothing. */
static void say_value(const struct channel *channel, const struct channel_step *step, char text[32])
{
    text[0] = '\0';
    if (step->size == 4)
        snprintf(text, 32, " %" PRId32, (int32_t)step->value);
    else if (step->size == 1 || step->size == 2 || step->size == 8)
        snprintf(text, 32, " %" PRId64, (int64_t)step->value);
    for (uint32_t i = 0; step->size == 8 && i < channel->outcome.blocks && i < CHANNEL_BLOCKS; i++)
        if (step->value == channel->block[i].address)
            snprintf(text, 32, " → block %" PRIu32, i + 1);
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
    char name[128] = "", place[128], value[32], cell[400];
    const uint32_t threads = channel->outcome.threads_most;
    unsigned column = step->thread < COLUMNS ? step->thread : COLUMNS - 1;
    if (step->object_kind == OBJECT_THREAD)
        snprintf(name, sizeof name, "%s", thread_name((uint32_t)(step->address - HANDLE_BASE)));
    else if (step->address)
        lines_object(lines, step->object_kind, step->address, name, sizeof name);
    lines_place(lines, step->pc, place, sizeof place, NULL);
    if (step->kind == EVENT_READ || step->kind == EVENT_WRITE || step->kind == EVENT_ATOMIC)
        say_value(channel, step, value),
            snprintf(cell, sizeof cell, "%-6s %s%s", event_kind_name(step->kind), name, value);
    else
        snprintf(cell, sizeof cell, "%s %s", step->kind == EVENT_RACE ? "races" : event_kind_name(step->kind), name);
    say(text, "      %*s", (int)(column * COLUMN / 2), "");
    if (column == COLUMNS - 1 && threads > COLUMNS)
        say(text, "%u: ", step->thread);
    say(text, "%s%s%s   (%s)\n", cell, step->kind == EVENT_RACE ? " !" : "",
        step->kind == EVENT_COND_WAKE && step->result == ETIMEDOUT ? ", the time was up"
        : woke_by_itself(channel, step)                            ? ", without a signal"
                                                                   : "",
        place);
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
        say(text, "%-*s", i + 1 < threads && i + 1 < COLUMNS ? COLUMN / 2 : 0,
            i == COLUMNS - 1 && threads > COLUMNS ? "others" : thread_name(i));
    say(text, "\n");
    for (uint32_t i = 0; i < steps; i++)
        if (steps_matter_most(channel, &channel->step[i], sparing)) {
            if (skip)
                skip--;
            else
                say_step(text, lines, channel, &channel->step[i]);
        }
}

/* One word of a command, as a shell reads it. */
static void say_word(struct text *text, const char *word)
{
    bool plain =
        *word && !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,%@")];
    say(text, plain ? " %s" : " '%s'", word);
}

/* The command that shows this schedule again: the same program, and what is right for it. */
static void say_replay(struct text *text, const struct verdict *verdict, const struct options *options)
{
    say(text, "    see it again   trapflow explore --replay %s", verdict->witness);
    if (options->build && strcmp(options->compiler, "gcc") != 0)
        say(text, " --cc"), say_word(text, options->compiler);
    if (options->status)
        say(text, " --status %d", options->status);
    if (options->expect)
        say(text, " --expect"), say_word(text, options->expect);
    if (options->build)
        say(text, " --build --");
    for (int i = 0; i < options->cc_count; i++)
        say_word(text, options->cc_arguments[i]);
    if (!options->build)
        say_word(text, options->program);
    if (options->argument_count)
        say(text, " --");
    for (int i = 0; i < options->argument_count; i++)
        say_word(text, options->arguments[i]);
    say(text, "\n");
}

void report_message(struct verdict *verdict, const struct channel *channel, struct lines *lines,
                    const struct options *options)
{
    struct text text = {verdict->message, sizeof verdict->message, 0};
    const struct channel_outcome *outcome = &channel->outcome;
    text.used = strlen(verdict->message); /* a race that leads somewhere has been told already */
    if (text.used)
        say(&text, "  so it can happen: %s\n", words_say(outcome));
    else
        say(&text, "%s: %s\n", explore_finding_name(outcome->finding), words_say(outcome));
    say_finding(&text, lines, channel, outcome);
    say_ladder(&text, lines, channel);
    say(&text, "    ask yourself   %s\n", verdict->consequence ? words_ask_of(verdict->finding) : words_ask(outcome));
    say_replay(&text, verdict, options);
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
    put_string("finding", verdict->finding ? explore_finding_name(verdict->finding) : "");
    put_string("consequence", verdict->consequence ? explore_finding_name(verdict->consequence) : "");
    printf("\"schedules\":%" PRIu64 ",\"runs\":%" PRIu64
           ",\"bound\":%d,\"complete\":%s,\"unbounded\":%s,\"relaxed\":%s,",
           verdict->schedules, verdict->runs, verdict->bound, verdict->complete ? "true" : "false",
           verdict->unbounded ? "true" : "false", verdict->relaxed ? "true" : "false");
    put_string("witness", verdict->witness);
    put_string("message", verdict->message);
    put_string("proof", verdict->proof);
    put_string("note", verdict->note);
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
    if (verdict->note[0])
        printf("  note     %s\n", verdict->note);
    if (verdict->witness[0])
        printf("  witness %s\n", verdict->witness);
}
