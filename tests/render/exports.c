/* What other programs read: traces for Perfetto, diagrams for Mermaid; and the windows and words of all formats. */
#include "tests/render/shared.h"
#include "tests/render/trace_rules.h"
#include "tests/render/xml.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void one_call(const char *path)
{
    fixture_nine_steps(path, 1);
}
static void folded(const char *path)
{
    fixture_nine_steps(path, 4000);
}
static void three_threads(const char *path)
{
    fixture_threads(path, 3);
}
static void many_threads(const char *path)
{
    fixture_threads(path, 64);
}

static const struct {
    const char *name;
    void (*write)(const char *path);
    struct trace_counts counts;
} logs[] = {
    {"nine steps", one_call, {.slices = 15, .arrows = 4, .tracks = 3, .depth = 2}},
    {"seven steps", fixture_seven_steps, {.slices = 11, .arrows = 2, .tracks = 2, .depth = 2}},
    {"folded", folded, {.slices = 40000 + 4 * 4000 + 1, .arrows = 16000, .tracks = 3, .depth = 2}},
    {"two VMs", fixture_two_vms, {.slices = 128 + 57, .arrows = 56, .tracks = 5, .depth = 2}},
    {"three threads", three_threads, {.slices = 7, .moments = 8, .arrows = 4, .tracks = 3, .depth = 2}},
    {"many threads", many_threads, {.slices = 190, .moments = 191, .arrows = 126, .tracks = 64, .depth = 2}},
    {"nasty", fixture_nasty, {.slices = 2, .moments = 3, .tracks = 1, .depth = 2}},
    {"empty", fixture_empty, {.slices = 0}},
    {"ping-pong", fixture_ping_pong, {.slices = 24, .arrows = 11, .tracks = 3, .depth = 2}},
};
enum { LOGS = sizeof logs / sizeof *logs };

static json_t *perfetto_of(const char *log, const char *const *words)
{
    const char *all[8] = {"-f", "perfetto"};
    for (unsigned i = 0; i < 6 && words[i] != NULL; i++)
        all[2 + i] = words[i];
    char *text = good(render(log, all));
    json_error_t error;
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert(document != NULL, "no JSON: %s at line %d", error.text, error.line);
    free(text);
    return document;
}

Test(render, perfetto_keeps_the_rules_of_its_format)
{
    for (unsigned i = 0; i < LOGS; i++) {
        json_t *document = perfetto_of(log_of(logs[i].write), (const char *const[]){NULL});
        struct trace_counts counts = {0}, wanted = logs[i].counts;
        const char *fault = trace_fault(document, &counts);
        cr_expect(fault == NULL, "%s: %s", logs[i].name, fault);
        cr_expect(memcmp(&counts, &wanted, sizeof counts) == 0,
                  "%s: %zu slices, %zu moments, %zu arrows, %zu tracks, %zu deep", logs[i].name, counts.slices,
                  counts.moments, counts.arrows, counts.tracks, counts.depth);
        const json_t *about = json_object_get(document, "otherData");
        cr_expect(json_is_integer(json_object_get(about, "lost")) && json_is_string(json_object_get(about, "legend")) &&
                      check_has(json_string_value(json_object_get(about, "recorded")), "recorded "),
                  "%s: it does not say what was recorded", logs[i].name);
        json_decref(document);
    }
}

/* Windows cut calls and lives in two: what is left must nest all the same. */
Test(render, perfetto_nests_whatever_the_window_cuts)
{
    static const char *const windows[][5] = {{"--from", "6", "--to", "16"},
                                             {"--from", "4500ns", "--to", "30us"},
                                             {"--lane", "thread:2", "--lane", "thread:3"},
                                             {"--kind", "sysret,join-done"},
                                             {"--kind", "syscall,exit"},
                                             {"--kind", "trap,resume"}};
    const char *const paths[] = {check_path("threads.trap"), check_path("vms.trap")};
    fixture_threads(paths[0], 3), fixture_two_vms(paths[1]);
    for (unsigned i = 0; i < 2 * sizeof windows / sizeof *windows; i++) {
        json_t *document = perfetto_of(paths[i % 2], windows[i / 2]);
        struct trace_counts counts;
        const char *fault = trace_fault(document, &counts);
        cr_expect(fault == NULL, "%s %s %s: %s", paths[i % 2], windows[i / 2][0], windows[i / 2][1], fault);
        json_decref(document);
    }
}

/* The checker must be able to fail: one event changed or taken away is found. */
Test(render, a_trace_that_breaks_a_rule_is_found)
{
    static const struct {
        const char *phase, *field, *value, *fault;
    } spoilt[] = {
        {"E", NULL, NULL, "never ends"},
        {"B", NULL, NULL, "has not begun"},
        {"f", NULL, NULL, "never ends"},
        {"s", NULL, NULL, "has not started"},
        {"f", "bp", "\"x\"", "next slice"},
        {"f", "name", "\"y\"", "another name"},
        {"B", "ts", "-1", "backwards"},
        {"E", "ts", "1e9", "backwards"},
        {"B", "tid", "77", "has not begun"},
        {"B", "ph", "\"X\"", "no phase"},
        {"M", "name", "\"other\"", "without a name"},
    };
    const char *log = log_of(one_call);
    for (unsigned i = 0; i < sizeof spoilt / sizeof *spoilt; i++) {
        json_t *document = perfetto_of(log, (const char *const[]){NULL});
        json_t *events = json_object_get(document, "traceEvents"), *event;
        struct trace_counts counts;
        size_t number;
        json_array_foreach (events, number, event) {
            const char *name = json_string_value(json_object_get(event, "name"));
            if (strcmp(json_string_value(json_object_get(event, "ph")), spoilt[i].phase) != 0 ||
                (spoilt[i].phase[0] == 'M' && strcmp(name, "thread_name") != 0))
                continue;
            if (spoilt[i].field == NULL)
                json_array_remove(events, number);
            else
                json_object_set_new(event, spoilt[i].field, json_loads(spoilt[i].value, JSON_DECODE_ANY, NULL));
            break;
        }
        const char *fault = trace_fault(document, &counts);
        cr_expect(fault != NULL && check_has(fault, spoilt[i].fault), "%s %s: %s", spoilt[i].phase,
                  spoilt[i].field != NULL ? spoilt[i].field : "gone", fault);
        json_decref(document);
    }
}

/* ---- mermaid ---- */

/* One line of a sequence diagram as we write it, or what is wrong with it. */
static const char *line_fault(const char *line, unsigned *depth, unsigned *edges)
{
    const char *words = strstr(line, ": ");
    if (strncmp(line, "    ", 4) != 0)
        return strcmp(line, "sequenceDiagram") == 0 ? NULL : "not indented";
    line += 4;
    if (strcmp(line, "end") == 0)
        return (*depth)-- > 0 ? NULL : "an end of nothing";
    *depth += strncmp(line, "loop ", 5) == 0;
    unsigned from, to;
    if (line[0] == 'L' && (sscanf(line, "L%u->>L%u: ", &from, &to) != 2 || ++*edges > 500))
        return "no arrow, or too many";
    if (line[0] != 'L' && strncmp(line, "Note over ", 10) != 0 && strncmp(line, "loop ", 5) != 0 &&
        strncmp(line, "participant ", 12) != 0 && strncmp(line, "title: ", 7) != 0)
        return "no statement";
    if (words == NULL)
        words = line;
    for (const char *at = words + 1; *at != '\0'; at++)
        if (strchr("<>\"&\\`{}[]%;#|$@^~", *at) != NULL && strncmp(at, "<br/>", 5) != 0) {
            unsigned number;
            int used = 0;
            if (*at == '<' || sscanf(at, "#%u;%n", &number, &used) != 1 || used == 0)
                return at - 4 >= words && strncmp(at - 4, "<br/>", 5) == 0 ? NULL : "a character with a meaning";
            at += used - 1;
        } else if (strncmp(at, "<br/>", 5) == 0) {
            at += 4;
        }
    return NULL;
}

Test(render, mermaid_writes_statements_within_its_limits)
{
    static void (*const writers[])(const char *path) = {one_call,      fixture_seven_steps, folded,
                                                        fixture_long,  three_threads,       many_threads,
                                                        fixture_nasty, fixture_empty,       fixture_loops};
    for (unsigned i = 0; i < 2 * sizeof writers / sizeof *writers; i++) {
        char *text = good(RENDER(log_of(writers[i / 2]), "-f", "mermaid", "--fold", i % 2 ? "0" : "3")), *rest = NULL;
        unsigned depth = 0, edges = 0;
        cr_expect(strlen(text) < 50000, "log %u: %zu characters", i / 2, strlen(text));
        cr_expect(strncmp(text, "sequenceDiagram\n", 16) == 0);
        cr_expect(check_has(text, "recorded "), "log %u: no caption", i / 2);
        for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            const char *fault = line_fault(line, &depth, &edges);
            cr_assert(fault == NULL, "log %u: %s: %s", i / 2, fault, line);
        }
        cr_expect(depth == 0, "log %u: a loop without an end", i / 2);
        free(text);
    }
}

Test(render, mermaid_is_letter_by_letter_what_it_was)
{
    char *once = good(RENDER(log_of(folded), "-f", "mermaid"));
    check_golden("folded.mermaid", once);
    char *loops = good(RENDER(log_of(fixture_loops), "-f", "mermaid"));
    check_golden("loops.mermaid", loops);
    char *nasty = good(RENDER(log_of(fixture_nasty), "-f", "mermaid"));
    check_golden("nasty.mermaid", nasty);
    char *large = good(RENDER(log_of(folded), "-f", "mermaid", "--fold", "0"));
    cr_expect(check_has(large, " more rows#59; to see them#58; --from "), "it does not say what is left out");
    free(once), free(loops), free(nasty), free(large);
}

/* ---- words ---- */

static void descriptor(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./writer");
    struct event *event =
        fixture_event(&fixture, sizeof(struct event_syscall), EVENT_LANE(LANE_THREAD, 1), MODE_HOST, 0);
    *(struct event_syscall *)event->payload =
        (struct event_syscall){.number = 1, .machine = 62 /* EM_X86_64 */, .argument = {3, 0x402000, 2}};
    log_publish(event, EVENT_SYSCALL_ENTER);
    log_text(&fixture.writer, event, TEXT_PATH, 0, "/tmp/a <b>\n", 11, 11, false);
    log_text(&fixture.writer, event, TEXT_ARGUMENT, 1, "hi", 2, 2, true);
    fixture_end(&fixture);
}

Test(render, a_descriptor_shows_its_file)
{
    const char *log = log_of(descriptor);
    char *text = good(RENDER(log, "-f", "text")), *svg = good(RENDER(log, "-f", "svg"));
    cr_expect(check_has(text, "write(3</tmp/a <b>\\n>, \"hi\", 2)"), "%s", text);
    cr_expect(check_has(svg, "write(3&lt;/tmp/a &lt;b&gt;\\n&gt;, &quot;hi&quot;, 2)"), "the picture says otherwise");
    free(text), free(svg);
}

static void stacks(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "two parties");
    fixture_bare_call(&fixture);
    struct event *trap = fixture_event(&fixture, sizeof(struct event_trap), EVENT_LANE(LANE_PROCESS, 1), MODE_USER, 0);
    uint32_t seq = trap->seq;
    log_publish(trap, EVENT_TRAP);
    for (unsigned party = 0; party < 2; party++) {
        uint32_t lane = party == 0 ? EVENT_LANE(LANE_PROCESS, 1) : EVENT_LANE(LANE_OS, 0);
        for (unsigned depth = 0; depth < 8; depth += 7) { /* eight frames, in two records */
            struct event *event = fixture_event(&fixture, sizeof(struct event_stack), lane, MODE_USER, 0);
            struct event_stack stack = {.about = seq, .depth = (uint8_t)depth, .used = depth == 0 ? 7 : 1, .of = 8};
            for (unsigned i = 0; i < stack.used; i++)
                stack.pc[i] = 0x1000u * (party + 1) + depth + i;
            memcpy(event->payload, &stack, sizeof stack);
            log_publish(event, EVENT_STACK);
        }
    }
    fixture_end(&fixture);
}

Test(render, stacks_stand_below_their_rows_party_by_party)
{
    const char *log = log_of(stacks);
    char *text = good(RENDER(log, "-f", "text", "--stacks")), *without = good(RENDER(log, "-f", "text"));
    check_golden("stacks", text);
    cr_expect(!check_has(without, "0x1000"), "stacks that nobody asked for");
    char *none = good(RENDER(log_of(one_call), "-f", "text", "--stacks"));
    cr_expect(check_has(none, "no stacks in this log"), "%s", none);
    struct run_result picture = RENDER(log, "-f", "svg", "--stacks");
    cr_expect(check_refusal(&picture, 2, "trapflow: cannot show stacks in svg", "--stacks") == NULL, "%s", picture.err);
    free(text), free(without), free(none), run_free(&picture);
}

/* ---- folding ---- */

/* An alarm in every round of a loop: each tells how many traps its slice has had, which no row shows. */
static void alarms(const char *path)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_MODEL, "a loop with alarms");
    fixture.vm = 1;
    for (unsigned i = 0; i < 8; i++) {
        fixture_reflected_call(&fixture, "hi\n", 3);
        struct event *event =
            fixture_event(&fixture, sizeof(struct event_interrupt), EVENT_LANE(LANE_HYPERVISOR, 0), MODE_HYPERVISOR, 0);
        *(struct event_interrupt *)event->payload = (struct event_interrupt){.line = 32, .traps = 10 * i};
        fixture_publish(&fixture, event, EVENT_INTERRUPT_RAISE, NULL);
        fixture.now += 300;
    }
    fixture_end(&fixture);
}

Test(render, what_no_row_shows_does_not_keep_rows_from_folding)
{
    char *text = good(RENDER(log_of(alarms), "-f", "text"));
    cr_expect(check_has(text, "… these 11 rows 7 more times") || check_has(text, "… the same 7 more times"), "%s",
              text);
    free(text);
}

/* ---- windows, in every format ---- */

Test(render, every_format_keeps_to_its_window)
{
    static const char *const formats[] = {"text", "svg", "dot", "jsonl", "perfetto", "mermaid"};
    static const struct {
        const char *words[4], *there[2], *away[2];
    } windows[] = {
        {{"--lane", "thread:2"}, {"worker 2"}, {"worker 3"}}, {{"--kind", "clone"}, {"creates"}, {"worker"}},
        {{"--from", "19us"}, {"worker 3"}, {"worker 2"}},     {{"--to", "17us"}, {"worker 2"}, {"worker 3"}},
        {{"--to", "11"}, {"worker 2"}, {"worker 3"}},
    };
    const char *log = log_of(three_threads);
    for (unsigned i = 0; i < sizeof windows / sizeof *windows; i++)
        for (unsigned format = 0; format < 6; format++) {
            const char *words[8] = {"-f", formats[format], windows[i].words[0], windows[i].words[1], NULL};
            char *out = good(render(log, words));
            const char *there = windows[i].there[0];
            if (format == 3 && i == 1)
                there = "\"kind\":\"clone\"";
            cr_expect(check_has(out, there), "%s %s as %s: no %s", words[2], words[3], formats[format], there);
            cr_expect(!check_has(out, windows[i].away[0]), "%s %s as %s: %s all the same", words[2], words[3],
                      formats[format], windows[i].away[0]);
            free(out);
        }
}
