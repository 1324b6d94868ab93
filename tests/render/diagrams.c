/* The pictures that Graphviz lays out: the trap graph, and who waits for whom.  What is in them is asked of the canvas,
 * before it becomes paper.
 */
#include "tests/render/shared.h"
#include "tests/render/xml.h"
#include "tracer/render/picture.h"
#include "tracer/threads/calls.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- logs of threads that wait ---- */

struct step {
    unsigned thread;
    enum event_kind kind;
    enum object_kind object;
    const char *name; /* also tells the address: one letter an object, by its first */
};

static void play(const char *path, const struct step *steps)
{
    struct fixture fixture;
    fixture_start(&fixture, path, LOG_BY_RECORDER, "./locks");
    for (; steps->thread != 0; steps++) {
        struct event *event =
            fixture_event(&fixture, sizeof(struct event_sync), EVENT_LANE(LANE_THREAD, steps->thread), MODE_USER, 0);
        unsigned other = steps->object == OBJECT_THREAD ? (unsigned)(steps->name[0] - '0') : 0;
        *(struct event_sync *)event->payload =
            (struct event_sync){.object = 0x1000u + (unsigned char)steps->name[0],
                                .object2 = steps->object == OBJECT_CONDITION ? 0x1000u + 'a' : 0,
                                .other_tid = other != 0 ? 4000 + other : 0,
                                .call = CALL_pthread_mutex_lock,
                                .object_kind = (uint8_t)steps->object};
        fixture_publish(&fixture, event, steps->kind, steps->name);
        fixture.now += 1000;
    }
    fixture_end(&fixture);
}

#define LOCK(thread, name)                                                                                             \
    {thread, EVENT_LOCK_WAIT, OBJECT_MUTEX, name},                                                                     \
    {                                                                                                                  \
        thread, EVENT_LOCK_ACQUIRE, OBJECT_MUTEX, name                                                                 \
    }
#define WANT(thread, name)                                                                                             \
    {                                                                                                                  \
        thread, EVENT_LOCK_WAIT, OBJECT_MUTEX, name                                                                    \
    }
#define UNLOCK(thread, name)                                                                                           \
    {                                                                                                                  \
        thread, EVENT_LOCK_RELEASE, OBJECT_MUTEX, name                                                                 \
    }
#define END                                                                                                            \
    {                                                                                                                  \
        0, EVENT_NONE, OBJECT_NOTHING, NULL                                                                            \
    }

static void deadlock(const char *path)
{
    play(path, (const struct step[]){LOCK(1, "a"), LOCK(2, "b"), WANT(1, "b"), WANT(2, "a"), WANT(3, "a"), END});
}

/* The same, but one of them gives up: a timed lock. */
static void given_up(const char *path)
{
    play(path, (const struct step[]){LOCK(1, "a"),
                                     LOCK(2, "b"),
                                     WANT(1, "b"),
                                     WANT(2, "a"),
                                     {1, EVENT_LOCK_TRY_FAIL, OBJECT_MUTEX, "b"},
                                     UNLOCK(1, "a"),
                                     {2, EVENT_LOCK_ACQUIRE, OBJECT_MUTEX, "a"},
                                     UNLOCK(2, "a"),
                                     END});
}

/* A join closes the circle. */
static void join_of_a_waiter(const char *path)
{
    play(path, (const struct step[]){{2, EVENT_THREAD_START, OBJECT_THREAD, "2"},
                                     LOCK(1, "a"),
                                     WANT(2, "a"),
                                     {1, EVENT_JOIN_WAIT, OBJECT_THREAD, "2"},
                                     END});
}

static void lock_twice(const char *path)
{
    play(path, (const struct step[]){LOCK(1, "a"), WANT(1, "a"), END});
}

/* Two readers do not wait for each other, whatever they hold. */
static void readers(const char *path)
{
    play(path, (const struct step[]){{1, EVENT_LOCK_ACQUIRE, OBJECT_RWLOCK_READ, "r"},
                                     {2, EVENT_LOCK_ACQUIRE, OBJECT_RWLOCK_READ, "s"},
                                     {1, EVENT_LOCK_WAIT, OBJECT_RWLOCK_READ, "s"},
                                     {2, EVENT_LOCK_WAIT, OBJECT_RWLOCK_READ, "r"},
                                     END});
}

static void readers_and_writers(const char *path)
{
    play(path, (const struct step[]){{1, EVENT_LOCK_ACQUIRE, OBJECT_RWLOCK_READ, "r"},
                                     {2, EVENT_LOCK_ACQUIRE, OBJECT_RWLOCK_READ, "s"},
                                     {1, EVENT_LOCK_WAIT, OBJECT_RWLOCK_WRITE, "s"},
                                     {2, EVENT_LOCK_WAIT, OBJECT_RWLOCK_WRITE, "r"},
                                     END});
}

/* A condition wait gives its mutex up: nobody holds it, two wait for a signal. */
static void condition(const char *path)
{
    play(path, (const struct step[]){LOCK(1, "a"),
                                     {1, EVENT_COND_WAIT, OBJECT_CONDITION, "ready"},
                                     LOCK(2, "a"),
                                     {2, EVENT_COND_WAIT, OBJECT_CONDITION, "ready"},
                                     END});
}

static void ended_well(const char *path)
{
    play(path, (const struct step[]){LOCK(1, "a"),
                                     WANT(2, "a"),
                                     WANT(3, "a"),
                                     UNLOCK(1, "a"),
                                     {2, EVENT_LOCK_ACQUIRE, OBJECT_MUTEX, "a"},
                                     UNLOCK(2, "a"),
                                     {3, EVENT_LOCK_ACQUIRE, OBJECT_MUTEX, "a"},
                                     UNLOCK(3, "a"),
                                     END});
}

static void crowd(const char *path)
{
    struct step steps[64] = {LOCK(1, "a")};
    for (unsigned i = 2; i < 22; i++)
        steps[i] = (struct step)WANT(i, "a");
    play(path, steps);
}

static void hostile_names(const char *path)
{
    static const char name[] = "<b>&\"\\N\\l--> \x1b[31m\xff {|}";
    play(path, (const struct step[]){LOCK(1, name), LOCK(2, "b"), WANT(1, "b"), WANT(2, name), END});
}

/* ---- asking a canvas ---- */

static bool says(const struct canvas *canvas, const char *words)
{
    for (size_t i = 0; i < canvas->text_count; i++)
        if (check_has(canvas->texts[i].words, words))
            return true;
    return false;
}

/* Red lines of the picture, the legend's aside. */
static unsigned red_arcs(const struct canvas *canvas)
{
    unsigned count = 0;
    for (size_t i = 0; i < canvas->line_count; i++)
        count += canvas->lines[i].curve != NULL && canvas->lines[i].ink == INK_RED;
    return count;
}

static unsigned arcs(const struct canvas *canvas)
{
    unsigned count = 0;
    for (size_t i = 0; i < canvas->line_count; i++)
        count += canvas->lines[i].curve != NULL;
    return count;
}

Test(render, who_waits_for_whom_and_red_where_it_is_a_cycle)
{
    static const struct {
        const char *name;
        void (*write)(const char *path);
        unsigned arcs, red;
        const char *words;
    } pictures[] = {
        {"deadlock", deadlock, 5, 4, "a deadlock since event 11, 5.0 µs: 3 threads wait"},
        {"given up", given_up, 4, 4, "at event 11, 5.0 µs: 2 threads wait, never more"},
        {"join", join_of_a_waiter, 3, 3, "a deadlock since event 9"},
        {"lock twice", lock_twice, 2, 2, "a deadlock since event 5"},
        {"readers", readers, 4, 0, "2 threads wait"},
        {"readers and writers", readers_and_writers, 4, 4, "a deadlock since event 7"},
        {"condition", condition, 2, 0, "waits for a signal"},
        {"ended well", ended_well, 3, 0, "at event 7, 3.0 µs: 2 threads wait, never more"},
        {"crowd", crowd, 2, 0, "20 threads"},
        {"hostile", hostile_names, 4, 4, "mutex <b>&\"\\N\\l--> \\x1b[31m\\xff {|}"},
    };
    for (unsigned i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        const char *log = log_of(pictures[i].write);
        struct canvas canvas;
        draw_log(&canvas, log, PICTURE_WAITS, false);
        cr_expect(arcs(&canvas) == pictures[i].arcs && red_arcs(&canvas) == pictures[i].red,
                  "%s: %u arcs, %u of them red; not %u and %u", pictures[i].name, arcs(&canvas), red_arcs(&canvas),
                  pictures[i].arcs, pictures[i].red);
        cr_expect(says(&canvas, pictures[i].words), "%s: it does not say: %s", pictures[i].name, pictures[i].words);
        canvas_free(&canvas);
        check_flaws(pictures[i].name, log, PICTURE_WAITS, false);
    }
}

Test(render, a_window_chooses_the_moment_of_the_wait_for_graph)
{
    const char *log = log_of(deadlock);
    char *before = good(RENDER(log, "-f", "svg", "-p", "waits", "--to", "10"));
    cr_expect(check_has(before, "at event 9") && !check_has(before, "deadlock"), "--to 10 shows another moment");
    char *early = good(RENDER(log, "-f", "svg", "-p", "waits", "--to", "5"));
    cr_expect(check_has(early, "nobody waits"), "--to 5 shows another moment");
    char *late = good(RENDER(log, "-f", "svg", "-p", "waits", "--from", "12"));
    cr_expect(check_has(late, "deadlock"), "what was locked before the window is forgotten");
    char *others = good(RENDER(log, "-f", "svg", "-p", "waits", "--lane", "thread:3"));
    cr_expect(!check_has(others, "thread 2") && check_has(others, "1 thread waits"), "--lane thread:3 shows others");
    free(before), free(early), free(late), free(others);
}

static void nine_steps(const char *path)
{
    fixture_nine_steps(path, 4000);
}

static void many_threads(const char *path)
{
    fixture_threads(path, 64);
}

static void three_threads(const char *path)
{
    fixture_threads(path, 3);
}

static const struct {
    const char *name;
    void (*write)(const char *path);
    unsigned arcs;
    const char *words[6];
} graphs[] = {
    {"nine steps",
     nine_steps,
     4,
     {"write × 4,000", "6 sysretq faults × 4,000", "8 user mode × 4,000", "median 4.9 µs, in all 19.6 ms",
      "4 leave kernel mode × 4,000"}},
    {"seven steps", fixture_seven_steps, 2, {"write × 1", "6 user mode × 1", "4.9 µs", "kernel mode"}},
    {"two VMs", fixture_two_vms, 8, {"slice ends × 2", "switch × 2", "kernel mode, deprivileged"}},
    {"three threads", three_threads, 6, {"write × 1", "12.0 µs", "in the kernel", "user mode"}},
    {"many threads", many_threads, 2, {"thread × 64", "write × 63"}},
    {"nasty", fixture_nasty, 2, {"write × 1", "\\x1b[31m"}},
    {"empty", fixture_empty, 0, {"nothing to show: no event lies in this window"}},
};

Test(render, the_trap_graph_counts_and_times_what_crosses)
{
    for (unsigned i = 0; i < sizeof graphs / sizeof *graphs; i++) {
        const char *log = log_of(graphs[i].write);
        struct canvas canvas;
        draw_log(&canvas, log, PICTURE_GRAPH, false);
        cr_expect(arcs(&canvas) == graphs[i].arcs, "%s: %u arcs, not %u", graphs[i].name, arcs(&canvas),
                  graphs[i].arcs);
        for (unsigned word = 0; word < 6 && graphs[i].words[word] != NULL; word++)
            cr_expect(says(&canvas, graphs[i].words[word]), "%s: it does not say: %s", graphs[i].name,
                      graphs[i].words[word]);
        canvas_free(&canvas);
        check_flaws(graphs[i].name, log, PICTURE_GRAPH, false);
    }
}

/* The check of curves must be able to fail. */
Test(render, a_label_on_a_curve_or_a_box_is_found)
{
    struct canvas canvas;
    char found[WORDS_MAX];
    draw_log(&canvas, log_of(nine_steps), PICTURE_GRAPH, false);
    struct canvas_line *curve = canvas.lines;
    while (curve->curve == NULL)
        curve++;
    struct canvas_text *label = canvas.texts;
    while (!check_has(label->words, "write × 4,000"))
        label++;
    label->x = curve->curve[0] / 8 + curve->curve[2] * 3 / 8 + curve->curve[4] * 3 / 8 + curve->curve[6] / 8;
    label->y = curve->curve[1] / 8 + curve->curve[3] * 3 / 8 + curve->curve[5] * 3 / 8 + curve->curve[7] / 8;
    cr_expect(canvas_flaws(&canvas, found) >= 1 && check_has(found, "an arrow"), "on a curve: %s", found);
    label->x = canvas.marks[0].x, label->y = canvas.marks[0].y;
    cr_expect(canvas_flaws(&canvas, found) >= 1, "on a box: %s", found);
    canvas_free(&canvas);
}

Test(render, every_picture_comes_in_every_format_of_pictures)
{
    static const char *const pictures[] = {"ladder", "graph", "waits"}, *const formats[] = {"svg", "png", "pdf", "dot"},
                             *const starts[] = {"<?xml", "\211PNG\r\n", "%PDF-1.", "digraph "};
    const char *log = log_of(hostile_names);
    for (unsigned i = 0; i < 12; i++) {
        struct run_result result = RENDER(log, "-p", pictures[i / 4], "-f", formats[i % 4]);
        cr_assert(run_exit_code(&result) == 0, "%s as %s: %s", pictures[i / 4], formats[i % 4], result.err);
        cr_expect(strncmp(result.out, starts[i % 4], strlen(starts[i % 4])) == 0, "%s as %s begins otherwise",
                  pictures[i / 4], formats[i % 4]);
        if (i % 4 == 0) {
            const char *fault = xml_fault(result.out);
            cr_expect(fault == NULL, "%s: %s", pictures[i / 4], fault);
            cr_expect(check_has(result.out, "recorded ") && check_has(result.out, " lost"), "%s: no caption",
                      pictures[i / 4]);
        }
        if (i % 4 == 2)
            cr_expect(check_has(result.out + result.out_size - 8, "%%EOF"), "%s: a pdf without an end",
                      pictures[i / 4]);
        run_free(&result);
    }
    struct run_result text = RENDER(log, "-p", "graph", "-f", "text"), none = RENDER(log, "-p", "tree");
    const char *start = "trapflow: cannot draw ";
    cr_expect(check_refusal(&text, 2, start, "-f svg") == NULL, "%s", check_refusal(&text, 2, start, "-f svg"));
    cr_expect(check_refusal(&none, 2, start, "'tree'") == NULL, "%s", check_refusal(&none, 2, start, "'tree'"));
    run_free(&text), run_free(&none);
}
