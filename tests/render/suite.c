/* From a log to pictures, tested by the command as users type it and, for the layout, by measuring the canvas
 * before Graphviz sees it.  The logs are fixtures with times of their own, so texts compare letter by letter.
 */
#include "tests/render/shared.h"
#include "tests/render/xml.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void nine_steps(const char *path)
{
    fixture_nine_steps(path, 1);
}
static void folded(const char *path)
{
    fixture_nine_steps(path, 4000);
}
static void two_threads(const char *path)
{
    fixture_threads(path, 2);
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
} logs[] = {
    {"nine-steps", nine_steps},
    {"seven-steps", fixture_seven_steps},
    {"folded", folded},
    {"two-vms", fixture_two_vms},
    {"two-threads", two_threads},
    {"three-threads", three_threads},
    {"many-threads", many_threads},
    {"nasty", fixture_nasty},
    {"empty", fixture_empty},
    {"ping-pong", fixture_ping_pong},
    {"long", fixture_long},
    {"loops", fixture_loops},
};
enum { LOGS = sizeof logs / sizeof *logs };

Test(render, text_is_letter_by_letter_what_it_was)
{
    for (unsigned i = 0; i < LOGS; i++) {
        char *text = good(RENDER(log_of(logs[i].write), "-f", "text"));
        check_golden(logs[i].name, text);
        free(text);
    }
}

Test(render, text_keeps_to_its_columns)
{
    for (unsigned i = 0; i < LOGS; i++) {
        char *text = good(RENDER(log_of(logs[i].write), "-f", "text")), *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            cr_assert(words_measure(line, words_columns_of) <= 80, "%s: wider than 80: %s", logs[i].name, line);
            cr_assert(line[0] == '\0' || line[strlen(line) - 1] != ' ', "%s: blanks at the end: %s", logs[i].name,
                      line);
        }
        free(text);
    }
}

/* VMs on two CPUs: their calls stand between each other's rows, and yet each goes on where it was. */
Test(render, control_comes_from_where_the_same_vm_had_it)
{
    struct fixture fixture;
    struct log_view view;
    struct flow flow;
    char error[LOG_ERROR_MAX];
    const char *path = check_path("side-by-side.trap");
    unsigned traps = 0;
    fixture_start(&fixture, path, LOG_BY_MODEL, "two VMs, two CPUs");
    for (fixture.vm = 1; traps < 4; traps++, fixture.vm = (uint16_t)(3 - fixture.vm))
        fixture_reflected_call(&fixture, "hi\n", 3);
    fixture_end(&fixture);
    cr_assert(log_view_open(&view, path, error) == LOG_OK, "cannot %s", error);
    struct names *names = names_read(&view);
    cr_assert(names != NULL && flow_read(&flow, &view, names, &(struct flow_window){0}) == 0);
    for (size_t i = 0; i < flow.count; i++) {
        if (flow.rows[i].kind != EVENT_TRAP || traps-- > 2)
            continue;
        const size_t cause = flow_cause(&flow, i);
        cr_assert(cause != FLOW_NOTHING && flow.rows[cause].kind == EVENT_RESUME);
        cr_expect_eq(flow.rows[cause].lane, flow.rows[i].lane);
    }
    cr_expect_eq(traps, 0);
    flow_free(&flow);
    names_free(names);
    log_view_free(&view);
}

Test(render, no_label_touches_anything)
{
    for (unsigned i = 0; i < 2 * LOGS; i++) /* each on paper, and on a slide */
        check_flaws(logs[i / 2].name, log_of(logs[i / 2].write), PICTURE_LADDER, i % 2 != 0);
}

static struct canvas_text *text_of(struct canvas *canvas, const char *words)
{
    for (size_t i = 0; i < canvas->text_count; i++)
        if (strcmp(canvas->texts[i].words, words) == 0)
            return &canvas->texts[i];
    cr_assert_fail("no label says %s", words);
    return NULL;
}

/* The check above must be able to fail: the same picture with one label moved onto an arrow, another, the edge. */
Test(render, a_label_that_touches_something_is_found)
{
    struct canvas canvas;
    char found[WORDS_MAX];
    draw_log(&canvas, log_of(nine_steps), PICTURE_LADDER, false);
    struct canvas_text *label = text_of(&canvas, "trap  4.9 µs"), was = *label,
                       *other = text_of(&canvas, "save registers");
    label->y += 8;
    cr_expect(canvas_flaws(&canvas, found) == 1 && check_has(found, "an arrow"), "on an arrow: %s", found);
    *label = was, label->x = canvas.width;
    cr_expect(canvas_flaws(&canvas, found) == 1 && check_has(found, "the edge"), "over the edge: %s", found);
    *label = was, label->x = other->x, label->y = other->y;
    cr_expect(canvas_flaws(&canvas, found) == 2 && check_has(found, "save registers"), "on another: %s", found);
    *label = was, label->x = canvas.marks[4].x, label->y = canvas.marks[4].y, label->width = 9;
    cr_expect(canvas_flaws(&canvas, found) == 1 && check_has(found, "a mark"), "on a mark: %s", found);
    canvas_free(&canvas);
}

Test(render, svg_is_well_formed_and_has_every_word)
{
    for (unsigned i = 0; i < LOGS; i++) {
        char *svg = good(RENDER(log_of(logs[i].write), "-f", "svg"));
        const char *fault = xml_fault(svg);
        cr_expect(fault == NULL, "%s: %s", logs[i].name, fault);
        cr_expect(check_has(svg, "<svg") && check_has(svg, "recorded "), "%s: no picture or no caption", logs[i].name);
        free(svg);
    }
}

Test(render, svg_of_nine_steps_shows_nine_numbers_and_costs)
{
    char *svg = good(RENDER(log_of(nine_steps), "-f", "svg"));
    static const char *const words[] = {"write(1, &quot;hi\\n&quot;, 3)",
                                        "trap\302\240 4.9 µs",
                                        "tick_write runs",
                                        "sysretq faults",
                                        "restore registers",
                                        "resume after the call",
                                        ">9<"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        bool there = check_has(svg, words[i]) || (i == 1 && check_has(svg, "4.9 µs"));
        cr_expect(there, "not in the picture: %s", words[i]);
    }
    free(svg);
}

Test(render, png_and_dot_come_whole)
{
    const char *log = log_of(nine_steps);
    struct run_result png = RENDER(log, "-f", "png");
    cr_assert(run_exit_code(&png) == 0, "png: %s", png.err);
    cr_expect(png.out_size > 1000 && memcmp(png.out, "\211PNG\r\n\032\n", 8) == 0, "no PNG");
    cr_expect(memcmp(png.out + png.out_size - 8, "IEND", 4) == 0, "a PNG without an end");
    run_free(&png);
    char *dot = good(RENDER(log, "-f", "dot"));
    cr_expect(strncmp(dot, "digraph ladder {", 16) == 0, "dot begins with %.20s", dot);
    cr_expect(strcmp(dot + strlen(dot) - 2, "}\n") == 0, "dot does not end");
    cr_expect(check_count(dot, "pos=\"") > 40, "positions are not pinned");
    free(dot);
}

Test(render, jsonl_is_valid_line_by_line)
{
    static const char *const fields[] = {"seq", "t_ns", "tid", "cpu", "step", "pc"};
    for (unsigned i = 0; i < LOGS; i++) {
        char *text = good(RENDER(log_of(logs[i].write), "-f", "jsonl")), *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
            json_error_t error;
            json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, &error);
            cr_assert(event != NULL, "%s: %s in %s", logs[i].name, error.text, line);
            for (unsigned field = 0; field < sizeof fields / sizeof *fields; field++)
                cr_assert(json_is_integer(json_object_get(event, fields[field])), "no %s in %s", fields[field], line);
            cr_assert(json_is_string(json_object_get(event, "lane")) && json_is_string(json_object_get(event, "mode")));
            cr_assert(event_kind_named(json_string_value(json_object_get(event, "kind"))) != EVENT_NONE, "%s", line);
            json_decref(event);
        }
        free(text);
    }
}

Test(render, jsonl_of_nine_steps_says_it_all)
{
    char *text = good(RENDER(log_of(nine_steps), "-f", "jsonl"));
    check_golden("nine-steps.jsonl", text);
    free(text);
}

/* Bytes that would be markup, an escape sequence or no UTF-8 at all must come out as words. */
Test(render, outside_bytes_are_words_in_every_format)
{
    static const char *const formats[] = {"text", "svg", "dot", "jsonl"};
    const char *log = log_of(fixture_nasty);
    for (unsigned i = 0; i < 4; i++) {
        char *out = good(RENDER(log, "-f", formats[i])), *end = out + strlen(out);
        for (char *at = out; at < end;) {
            uint32_t character;
            unsigned length = words_decode(at, end, &character);
            cr_assert(length != 0, "%s: no UTF-8 at %.40s", formats[i], at);
            bool fine = words_printable(character) || character == '\n' || character == '\t';
            cr_assert(fine || i == 3, "%s: a control character at %.40s", formats[i], at);
            cr_assert(character >= ' ' || character == '\n' || character == '\t', "jsonl: a bare control character");
            at += length;
        }
        free(out);
    }
    char *svg = good(RENDER(log, "-f", "svg", "--fold", "0"));
    cr_expect(check_has(svg, "&lt;&amp;&quot;") && check_has(svg, "\\x1b[31m") && check_has(svg, "\\xff"),
              "words are missing");
    cr_expect(check_has(svg, "\\N\\l\\n &amp;amp;"), "Graphviz took words for its own");
    free(svg);
}

Test(render, windows_by_event_time_lane_and_kind)
{
    const char *log = log_of(three_threads);
    static const struct {
        const char *words[5];
        size_t rows;
    } windows[] = {
        {{"--from", "1", "--to", "5"}, 5},
        {{"--from", "17", "--to", "99"}, 2},
        {{"--from", "19"}, 0},
        {{"--to", "4us"}, 5},
        {{"--from", "39200ns"}, 2},
        {{"--from", "0.0391ms"}, 2},
        {{"--lane", "thread:2"}, 3},
        {{"--lane", "thread"}, 12},
        {{"--lane", "hypervisor"}, 0},
        {{"--kind", "start,clone"}, 5},
        {{"--kind", "exit", "--lane", "thread:3"}, 1},
    };
    for (unsigned i = 0; i < sizeof windows / sizeof *windows; i++) {
        const char *words[8] = {"--fold", "0"};
        memcpy(words + 2, windows[i].words, sizeof windows[i].words);
        char *text = good(render(log, words));
        size_t rows = check_count(text, "\n") - 2 - (windows[i].rows == 0);
        cr_expect(rows == windows[i].rows, "%s %s: %zu rows, not %zu:\n%s", windows[i].words[0], windows[i].words[1],
                  rows, windows[i].rows, text);
        free(text);
    }
}

/* Who looks beside the log is told where it is. */
Test(render, a_window_without_events_says_where_they_are)
{
    static const char *const formats[] = {"text", "svg", "mermaid"};
    const char *log = log_of(three_threads);

    for (unsigned i = 0; i < 3; i++) {
        char *text = good(render(log, (const char *[]){"-f", formats[i], "--from", "9s", NULL}));
        cr_expect(check_has(text, "no event lies in this window") && check_has(text, "18 events, the last"), "%s:\n%s",
                  formats[i], text);
        free(text);
    }
}

Test(render, folding_counts_what_it_hides)
{
    const char *log = log_of(folded);
    char *once = good(RENDER(log, "-f", "text"));
    cr_expect(check_has(once, "… the same 3,999 more times, median 20.6 µs"), "%s", once);
    char *never = good(RENDER(log, "-f", "text", "--fold", "0"));
    cr_expect(check_count(never, "\n") == 40002, "%zu lines unfolded", check_count(never, "\n"));
    char *rare = good(RENDER(log, "-f", "text", "--fold", "4001"));
    cr_expect(check_count(rare, "\n") == 40002, "4,000 repeats are fewer than 4,001");
    char *picture = good(RENDER(log, "-f", "svg"));
    cr_expect(check_has(picture, "× 4,000"), "the picture does not count");
    free(once), free(never), free(rare), free(picture);
}

Test(render, loops_in_loops_fold_into_one)
{
    const char *log = log_of(fixture_loops);
    char *text = good(RENDER(log, "-f", "text"));
    check_golden("loops", text);
    free(text);
}

Test(render, a_long_picture_says_what_it_leaves_out)
{
    const char *log = log_of(folded);
    char *svg = good(RENDER(log, "-f", "svg", "--fold", "0"));
    cr_expect(check_has(svg, "39,600 more rows; to see them: &#45;&#45;from 561") ||
                  check_has(svg, "39,600 more rows; to see them: --from 561"),
              "the last row is missing");
    char *next = good(RENDER(log, "-f", "text", "--fold", "0", "--from", "561", "--to", "565"));
    cr_expect(check_has(next, "write(1, \"hi\\n\", 3)"), "--from 561 shows something else:\n%s", next);
    free(svg), free(next);
}

Test(render, a_truncated_log_is_good_up_to_the_cut)
{
    const char *log = log_of(folded), *start = "trapflow";
    cr_assert(truncate(log, LOG_HEADER_SIZE + sizeof(struct log_chunk) + 3000) == 0);
    struct run_result all = RENDER(log, "-f", "text"), some = RENDER(log, "-f", "text", "--to", "14", "--fold", "0");
    cr_expect(check_refusal(&all, 2, start, "--to") == NULL, "%s", check_refusal(&all, 2, start, "--to"));
    cr_expect(run_exit_code(&some) == 0 && check_has(some.out, "9 resume after the call"), "--to 14: %s", some.err);
    cr_expect(check_has(some.out, "ended early"), "the caption hides the cut:\n%s", some.out);
    struct run_result beyond = RENDER(log, "-f", "text", "--to", "30000");
    cr_expect(check_refusal(&beyond, 2, start, NULL) == NULL, "--to behind the cut: %d", run_exit_code(&beyond));
    run_free(&all), run_free(&some), run_free(&beyond);
}

Test(render, bad_options_get_one_line_and_status_2)
{
    static const struct {
        const char *words[4], *part;
    } bad[] = {
        {{"-f", "gif"}, "'gif'"},           {{"--fold", "many"}, "'many'"},
        {{"--from", "0"}, "'0'"},           {{"--to", "3 weeks"}, "3 weeks"},
        {{"--lane", "moon:1"}, "moon"},     {{"--kind", "syscall,nap"}, "'nap'"},
        {{"--wrong"}, "--wrong"},           {{"-f"}, "-f"},
        {{"second.trap"}, "second.trap"},   {{"--from", "-5"}, "'-5'"},
        {{"--lane", "thread:"}, "thread:"},
    };
    const char *log = log_of(nine_steps), *start = "trapflow";
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run_result result = render(log, bad[i].words);
        const char *wrong = check_refusal(&result, 2, start, bad[i].part);
        cr_expect(wrong == NULL, "%s %s: %s", bad[i].words[0], bad[i].words[1], wrong);
        run_free(&result);
    }
    static const char *const unreadable[] = {"/nowhere/at.all", "/", "/dev/null", "Makefile"};
    for (unsigned i = 0; i < 4; i++) {
        struct run_result result = RENDER(unreadable[i], "-f", "svg");
        const char *wrong = check_refusal(&result, 2, start, unreadable[i]);
        cr_expect(wrong == NULL, "%s: %s", unreadable[i], wrong);
        run_free(&result);
    }
}

Test(render, a_failure_leaves_nothing_and_harms_nothing)
{
    const char *log = log_of(nine_steps), *out = check_path("keep.svg"), *start = "trapflow";
    FILE *file = fopen(out, "w");
    cr_assert(file != NULL && fputs("precious", file) >= 0 && fclose(file) == 0);
    struct run_result missing = RENDER("/nowhere/at.all", "-f", "svg", "-o", out);
    cr_expect(check_refusal(&missing, 2, start, NULL) == NULL, "a log that is not there: %s", missing.err);
    char *kept = check_read(out, NULL);
    cr_expect(kept != NULL && strcmp(kept, "precious") == 0, "the file that was there is harmed");
    struct run_result nowhere = RENDER(log, "-f", "svg", "-o", "/nowhere/at.svg");
    cr_expect(check_refusal(&nowhere, 2, start, "/nowhere/at.svg") == NULL, "%s", nowhere.err);
    struct run_result full = RENDER(log, "-f", "svg", "-o", "/dev/full");
    cr_expect(check_refusal(&full, 2, start, "/dev/full") == NULL, "%s", full.err);
    run_free(&missing), run_free(&nowhere), run_free(&full), free(kept);
}

Test(render, an_output_file_is_what_standard_output_would_be)
{
    const char *log = log_of(nine_steps), *out = check_path("a picture.svg");
    char *printed = good(RENDER(log, "-f", "svg"));
    free(good(RENDER(log, "-o", out)));
    char *written = check_read(out, NULL);
    cr_expect(written != NULL && strcmp(printed, written) == 0,
              "-o writes something else, or the ending chose no format");
    struct stat status;
    mode_t mask = umask(0);
    umask(mask);
    cr_expect(stat(out, &status) == 0 && (status.st_mode & 0777) == (0666 & ~mask), "mode %o", status.st_mode);
    free(printed), free(written);
}

Test(render, a_title_replaces_what_was_recorded)
{
    char *text = good(RENDER(log_of(nine_steps), "-f", "text", "--title", "my <own> title"));
    cr_expect(strncmp(text, "my <own> title ", 15) == 0, "%s", text);
    free(text);
}

Test(render, help_lists_every_format)
{
    char *help = good(RENDER("x", "--help"));
    cr_expect(check_has(help, "svg") && check_has(help, "jsonl") && check_has(help, "--fold"), "%s", help);
    free(help);
}
