/* The trap graph: states, which are lanes in a mode, and how often and how fast control went from one to another.
 * What is added up is tally.c's knowledge, where it stands Graphviz's; here it is put into boxes, arcs and words.
 */
#include "tracer/render/describe.h"
#include "tracer/render/diagram.h"
#include "tracer/render/tally.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAUSES_TOLD = 3 };

static const char *mode_words(const struct flow *flow, unsigned lane_class, unsigned mode)
{
    switch (mode) {
    case MODE_USER:
        return "user mode";
    case MODE_GUEST_KERNEL:
        return lane_class == LANE_GUEST_OS ? "kernel mode, deprivileged" : "kernel mode";
    case MODE_HYPERVISOR:
        return "kernel mode";
    default:
        return flow->control ? "host OS" : "in the kernel";
    }
}

/* The more privileged, the lower. */
static int level_of(const struct flow *flow, unsigned lane_class, unsigned mode)
{
    static const int levels[LANE_CLASS_END] = {
        [LANE_GUEST_OS] = 1, [LANE_OS] = 2, [LANE_HYPERVISOR] = 2, [LANE_HOST] = 3};
    if (!flow->control)
        return mode != MODE_USER;
    return lane_class < LANE_CLASS_END ? levels[lane_class] : 0;
}

static int put_state(struct diagram *diagram, const struct tally *tally, unsigned state)
{
    const struct party *party = &tally->parties[state / MODE_END];
    unsigned mode = state % MODE_END;
    char text[WORDS_MAX], number[32], time[32];
    struct words words;
    words_start(&words, text, sizeof text);
    words_add(&words, "%s", party->name);
    if (party->members > 1)
        words_add(&words, " × %u", party->members);
    words_add(&words, "\n%s\n%s event%s", mode_words(tally->flow, party->lane_class, mode),
              words_count(number, tally->states[state].events), tally->states[state].events == 1 ? "" : "s");
    if (tally->flow->view->header->clock != CLOCK_KIND_STEP && tally->ns != 0)
        words_add(&words, "\n%s, %.0f %%", words_duration(time, tally->states[state].ns),
                  100.0 * (double)tally->states[state].ns / (double)tally->ns);
    struct diagram_box box = {
        .shape = SHAPE_HEADER, .ink = (enum canvas_ink)mode, .level = level_of(tally->flow, party->lane_class, mode)};
    return diagram_box(diagram, box, text, NULL);
}

static int by_count(const void *a, const void *b)
{
    const struct cause *left = a, *right = b;
    if (left->count != right->count)
        return left->count < right->count ? 1 : -1;
    return strcmp(left->words, right->words);
}

static int by_size(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void say_crossing(const struct tally *tally, struct crossing *crossing, char text[WORDS_MAX])
{
    struct words words;
    char number[32], all[32];
    uint64_t rest = crossing->count;
    words_start(&words, text, WORDS_MAX);
    qsort(crossing->causes, crossing->cause_count, sizeof *crossing->causes, by_count);
    for (unsigned i = 0; i < crossing->cause_count && i < CAUSES_TOLD; i++) {
        words_add(&words, "%s%s × %s", i == 0 ? "" : "\n", crossing->causes[i].words,
                  words_count(number, crossing->causes[i].count));
        rest -= crossing->causes[i].count;
    }
    unsigned others = crossing->cause_count - CAUSES_TOLD;
    if (rest != 0)
        words_add(&words, "\nand %u other%s × %s", others, others == 1 ? "" : "s", words_count(number, rest));
    if (tally->flow->view->header->clock == CLOCK_KIND_STEP || crossing->ns == 0)
        return;
    qsort(crossing->times, crossing->timed, sizeof *crossing->times, by_size);
    words_add(&words, "\n%s%s", crossing->timed > 1 ? "median " : "",
              words_duration(number, crossing->times[crossing->timed / 2]));
    if (crossing->timed > 1)
        words_add(&words, ", in all %s", words_duration(all, crossing->ns));
}

static void put_all(struct diagram *diagram, struct tally *tally)
{
    int boxes[STATES_MOST];
    for (unsigned i = 0; i < STATES_MOST; i++)
        boxes[i] = tally->states[i].events != 0 ? put_state(diagram, tally, i) : CANVAS_NONE;
    for (unsigned from = 0; from < STATES_MOST; from++)
        for (unsigned to = 0; to < STATES_MOST; to++) {
            struct crossing *crossing = tally->crossings[from][to];
            char text[WORDS_MAX], number[32];
            if (crossing == NULL || boxes[from] == CANVAS_NONE || boxes[to] == CANVAS_NONE)
                continue;
            if (crossing->timed != 0)
                say_crossing(tally, crossing, text);
            else
                snprintf(text, sizeof text, "× %s", words_count(number, crossing->count));
            struct diagram_arc arc = {.from = (unsigned)boxes[from],
                                      .to = (unsigned)boxes[to],
                                      .kind = crossing->timed != 0 ? LINE_ARROW : LINE_WAITS,
                                      .ink = (enum canvas_ink)(to % MODE_END),
                                      .thick = 1 + 0.6 * log10((double)crossing->count)};
            diagram_arc(diagram, arc, crossing->timed != 0 || crossing->count > 1 ? text : NULL);
        }
}

static int draw_graph(struct canvas *canvas, struct tally *tally, const char *title, char error[LOG_ERROR_MAX])
{
    struct diagram diagram = {0};
    char nothing[WORDS_MAX];
    static const struct diagram_key keys[] = {
        {.is_line = true,
         .kind = LINE_ARROW,
         .ink = INK_GREY,
         .words = "crosses: why × how often; time since the event before"},
        {.is_line = true, .kind = LINE_WAITS, .ink = INK_GREY, .words = "creates"},
        {.mark = {.shape = SHAPE_HEADER, .ink = INK_GREY}, .words = "who, in which mode; time until its next event"},
    };
    put_all(&diagram, tally);
    diagram.failed |= tally->failed;
    describe_nothing(tally->flow->view, nothing);
    int result = diagram_draw(canvas, &diagram, tally->flow, title, tally->flow->count == 0 ? nothing : NULL, keys,
                              sizeof keys / sizeof *keys, error);
    diagram_free(&diagram);
    return result;
}

int graph_draw(struct canvas *canvas, const struct flow *flow, const struct flow_window *window, const char *title,
               char error[LOG_ERROR_MAX])
{
    struct tally *tally = tally_read(flow, window);
    *canvas = (struct canvas){0};
    if (tally == NULL) {
        snprintf(error, LOG_ERROR_MAX, "draw the graph: out of memory; try a window, --from and --to");
        return -1;
    }
    int result = draw_graph(canvas, tally, title, error);
    tally_free(tally);
    return result;
}
