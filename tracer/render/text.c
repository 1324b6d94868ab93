/* The ladder in a terminal.
 *
 *   title                            process          guest OS         hypervisor
 *      0.0 µs  write(1, "hi\n", 3)   ●
 *      4.9     1 save registers      ╰───────────────────────────────▶ ●
 *
 * Up to four lanes get a column each; with more, a row names its lane.  UTF-8 whatever the locale says.  It
 * refuses to know what events mean: the words are describe.c's, the arrows cause.c's.
 */
#include "tracer/render/describe.h"
#include "tracer/render/render.h"
#include "tracer/render/stacks.h"

#include <stdlib.h>
#include <string.h>

enum {
    LADDER_LANES = 4,
    COLUMNS_LEAST = 80,
    COLUMNS_MOST = 400,
    LABEL_LEAST = 26,
    LABEL_MOST = 110,
    LANE_MOST = 18, /* columns between two lanes, where control crosses */
    THREAD_LANE_MOST = 12,
    NAME_MOST = 16,        /* of a lane's name */
    WIDTHS_LOOK_AT = 2000, /* rows by which the label column is measured */
};

struct page {
    const struct render_job *job;
    const struct flow *flow;
    FILE *out;
    unsigned columns;
    bool ladder;
    unsigned time_width, unit_width, label_at, label_width, lane_at, lane_step;
    struct words_clock clock;
    size_t *last_row; /* by lane: where its line of life ends */
    bool *alive;
    struct stacks *stacks; /* NULL: not asked for */
};

static const char *colour_of(unsigned mode)
{
    static const char *const colours[MODE_END] = {
        [MODE_USER] = "\033[34m",
        [MODE_GUEST_KERNEL] = "\033[33m",
        [MODE_HYPERVISOR] = "\033[35m",
        [MODE_HOST] = "\033[32m",
    };
    return mode < MODE_END ? colours[mode] : "";
}

static void put(const struct page *page, const char *colour, const char *text)
{
    bool coloured = page->job->colour && colour[0] != '\0';
    fprintf(page->out, "%s%s%s", coloured ? colour : "", text, coloured ? "\033[0m" : "");
}

static void put_spaces(const struct page *page, unsigned count)
{
    fprintf(page->out, "%*s", (int)count, "");
}

/* Writes `text` shortened to `width` columns, and fills up to it. */
static void put_field(const struct page *page, const char *colour, char *text, size_t size, unsigned width)
{
    words_shorten(text, size, width, words_columns_of);
    put(page, colour, text);
    put_spaces(page, width - words_measure(text, words_columns_of));
}

static void choose_unit(struct page *page)
{
    uint64_t most = flow_latest(page->flow, page->flow->count);
    page->clock = words_clock_for(most, page->flow->view->header->clock == CLOCK_KIND_STEP);
    int width = snprintf(NULL, 0, "%.*f", page->clock.decimals, (double)most / page->clock.scale);
    const bool steps = page->flow->view->header->clock == CLOCK_KIND_STEP; /* small numbers without a unit */
    const unsigned least = steps ? 3 : 6;
    page->time_width = (unsigned)width < least ? least : (unsigned)width;
    page->unit_width = steps ? 2 : 4;
    page->label_at = page->time_width + 1 + page->unit_width;
}

static void label_of(const struct page *page, size_t row, struct description *said)
{
    describe_row(page->flow, row, said);
    unsigned step = page->flow->rows[row].step;
    if (step == 0)
        return;
    size_t length = strlen(said->label);
    if (length > sizeof said->label - 5)
        length = sizeof said->label - 5;
    memmove(said->label + 2, said->label, length + 1);
    said->label[0] = (char)('0' + step % 10), said->label[1] = ' ', said->label[length + 2] = '\0';
}

static unsigned widest_label(const struct page *page)
{
    unsigned widest = LABEL_LEAST;
    for (size_t i = 0; i < page->flow->count && i < WIDTHS_LOOK_AT; i++) {
        struct description said;
        if (page->flow->rows[i].lane == FLOW_NO_LANE)
            continue;
        label_of(page, i, &said);
        unsigned width = words_measure(said.label, words_columns_of);
        widest = width > widest ? width : widest;
    }
    return widest < LABEL_MOST ? widest : LABEL_MOST;
}

static unsigned widest_name(const struct flow *flow)
{
    unsigned widest = 4;
    for (size_t i = 0; i < flow->lane_count; i++) {
        unsigned width = words_measure(flow->lanes[i].name, words_columns_of);
        widest = width > widest ? width : widest;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

/* Shares the columns out: lanes get what their names need, labels what they can use, arrows the rest. */
static void lay_out_ladder(struct page *page)
{
    const struct flow *flow = page->flow;
    unsigned lanes = flow->lane_count != 0 ? (unsigned)flow->lane_count : 1, room = page->columns - page->label_at;
    unsigned name = widest_name(flow), most = (room - LABEL_LEAST) / lanes;
    unsigned least = name + 2 < most ? name + 2 : most;
    unsigned label = widest_label(page) + 2, label_room = room - least * lanes;
    page->label_width = label < label_room ? label : label_room;
    unsigned step = (room - page->label_width) / lanes;
    unsigned step_most = flow->control ? LANE_MOST : name + 2 < THREAD_LANE_MOST ? THREAD_LANE_MOST : name + 2;
    page->lane_step = step < step_most ? step : step_most;
    page->lane_at = page->label_at + page->label_width;
}

static void lay_out_list(struct page *page)
{
    page->lane_at = page->label_at;
    page->lane_step = widest_name(page->flow) + 2;
    page->label_at = page->lane_at + page->lane_step;
    page->label_width = page->columns - page->label_at;
}

static void put_title(const struct page *page)
{
    struct description said;
    describe_recording(page->flow, page->job->title, &said);
    if (!page->ladder || page->flow->lane_count == 0) {
        words_shorten(said.label, sizeof said.label, page->columns, words_columns_of);
        put(page, "\033[1m", said.label);
        fputc('\n', page->out);
        return;
    }
    put_field(page, "\033[1m", said.label, sizeof said.label, page->lane_at - 2);
    put_spaces(page, 2);
    for (size_t i = 0; i < page->flow->lane_count; i++) {
        const struct flow_lane *lane = &page->flow->lanes[i];
        char name[FLOW_LANE_NAME + 8];
        snprintf(name, sizeof name, "%s", lane->name);
        words_shorten(name, sizeof name, page->lane_step - 1, words_columns_of);
        put(page, colour_of(lane->mode), name);
        if (i + 1 < page->flow->lane_count)
            put_spaces(page, page->lane_step - words_measure(name, words_columns_of));
    }
    fputc('\n', page->out);
}

static void put_time(const struct page *page, size_t row, bool shown)
{
    const struct row *here = &page->flow->rows[row];
    if (shown) {
        fprintf(page->out, "%*.*f ", (int)page->time_width, page->clock.decimals,
                (double)here->t_ns / page->clock.scale);
        fputs(row == 0 ? page->clock.unit : "", page->out);
        put_spaces(page, page->unit_width - (row == 0 ? words_measure(page->clock.unit, words_columns_of) : 0));
    } else {
        put_spaces(page, page->time_width + 1 + page->unit_width);
    }
}

/* The lanes' part of one row: a character and its colour for every column. */
struct cells {
    const char *glyph[COLUMNS_MOST + 8];
    const char *colour[COLUMNS_MOST + 8];
    unsigned used;
};

static void set_cell(struct cells *cells, unsigned at, const char *glyph, const char *colour)
{
    for (; cells->used <= at; cells->used++)
        cells->glyph[cells->used] = " ", cells->colour[cells->used] = "";
    cells->glyph[at] = glyph;
    cells->colour[at] = colour;
}

/* ╰────▶ from the lane that led here.  Where that lane lives on, its line is joined, not ended. */
static void draw_arrow(const struct page *page, struct cells *cells, size_t row, size_t cause)
{
    const struct flow *flow = page->flow;
    unsigned from = flow->rows[cause].lane * page->lane_step, to = flow->rows[row].lane * page->lane_step;
    const char *colour = colour_of(flow->rows[row].mode);
    bool joins = page->alive[flow->rows[cause].lane];
    for (unsigned at = (from < to ? from : to) + 1; at < (from < to ? to : from); at++)
        set_cell(cells, at, at + 1 == to || at == to + 1 ? " " : "─", colour);
    if (from < to)
        set_cell(cells, to - 2, "▶", colour);
    else
        set_cell(cells, to + 2, "◀", colour);
    set_cell(cells, from, from < to ? (joins ? "├" : "╰") : (joins ? "┤" : "╯"), colour);
}

static void put_lanes(const struct page *page, size_t row)
{
    const struct flow *flow = page->flow;
    const struct row *here = &flow->rows[row];
    struct cells cells = {.used = 0};
    for (size_t i = 0; i < flow->lane_count; i++)
        if (page->alive[i])
            set_cell(&cells, (unsigned)i * page->lane_step, "│", colour_of(flow->lanes[i].mode));
    size_t cause = flow_cause(flow, row);
    if (cause != FLOW_NOTHING && flow->rows[cause].lane != here->lane)
        draw_arrow(page, &cells, row, cause);
    set_cell(&cells, here->lane * page->lane_step, "●", colour_of(here->mode));
    for (unsigned i = 0, end; i < cells.used; i = end) { /* what has one colour is coloured once */
        char run[sizeof cells.glyph / sizeof *cells.glyph * 4] = "";
        size_t used = 0;
        for (end = i; end < cells.used && cells.colour[end] == cells.colour[i]; end++)
            used = (size_t)(stpcpy(run + used, cells.glyph[end]) - run);
        put(page, cells.colour[i], run);
    }
}

/* Lines of life are for threads, which run side by side; control is in one lane at a time. */
static void live(const struct page *page, size_t row)
{
    uint32_t lane = page->flow->rows[row].lane;
    if (!page->flow->control)
        page->alive[lane] = page->last_row[lane] > row;
}

/* Where room is short, what all pthread calls have in common goes first: then there is some for what they are about. */
static void make_brief(char *label)
{
    static const char common[] = "pthread_", later[] = "… pthread_";
    if (strncmp(label, later, sizeof later - 1) == 0)
        label += sizeof later - sizeof common;
    if (strncmp(label, common, sizeof common - 1) == 0)
        memmove(label, label + sizeof common - 1, strlen(label + sizeof common - 1) + 1);
}

static void put_ladder_row(const struct page *page, size_t row)
{
    const struct row *here = &page->flow->rows[row];
    struct description said;
    bool crossed = row == 0 || here[-1].lane != here->lane || !page->flow->control;
    put_time(page, row, crossed);
    label_of(page, row, &said);
    if (words_measure(said.label, words_columns_of) > page->label_width - 2)
        make_brief(said.label);
    put_field(page, "", said.label, sizeof said.label, page->label_width - 2);
    put_spaces(page, 2);
    put_lanes(page, row);
    live(page, row);
}

static void put_list_row(const struct page *page, size_t row)
{
    const struct flow *flow = page->flow;
    const struct row *here = &flow->rows[row];
    struct description said;
    char name[FLOW_LANE_NAME + 8];
    put_time(page, row, true);
    snprintf(name, sizeof name, "%s", flow->lanes[here->lane].name);
    put_field(page, colour_of(here->mode), name, sizeof name, page->lane_step - 2);
    put_spaces(page, 2);
    label_of(page, row, &said);
    size_t cause = flow_cause(flow, row);
    if (cause != FLOW_NOTHING && flow->rows[cause].lane != here->lane && !flow->control) {
        size_t used = strlen(said.label);
        snprintf(said.label + used, sizeof said.label - used, " ← %s", flow->lanes[flow->rows[cause].lane].name);
    }
    words_shorten(said.label, sizeof said.label, page->label_width, words_columns_of);
    put(page, "", said.label);
}

static void put_fold_row(const struct page *page, size_t row)
{
    struct description said;
    put_spaces(page, page->label_at);
    describe_row(page->flow, row, &said);
    words_shorten(said.label, sizeof said.label, page->columns - page->label_at, words_columns_of);
    put(page, "\033[2m", said.label);
}

static void put_stack_line(const struct page *page, const char *lead, const char *words)
{
    char text[WORDS_MAX];
    snprintf(text, sizeof text, "%s %s", lead, words);
    words_shorten(text, sizeof text, page->columns - page->label_at - 2, words_columns_of);
    put_spaces(page, page->label_at + 2);
    put(page, "\033[2m", text);
    fputc('\n', page->out);
}

/* Below a row, who called: a line a frame; a party other than the row's is named first. */
static void put_stacks(const struct page *page, size_t row)
{
    const struct flow *flow = page->flow;
    size_t entry = flow->rows[row].entry;
    uint32_t lane = flow->view->entries[entry].event->lane;
    struct stacks_frame frame;
    for (size_t i = 0; page->stacks != NULL && stacks_frame(page->stacks, entry, i, &frame); i++) {
        char name[32];
        uint32_t column = flow_lane_of(flow, frame.lane);
        if (frame.lane != lane)
            put_stack_line(page, "in",
                           column != FLOW_NO_LANE ? flow->lanes[column].name : event_lane_text(frame.lane, name));
        lane = frame.lane;
        put_stack_line(page, frame.depth == 0 ? "at" : "by", frame.name);
    }
}

/* The caption: on a narrow page its facts go on a line each where they would not fit. */
static void put_caption(const struct page *page)
{
    struct description said;
    describe_recording(page->flow, page->job->title, &said);
    const char *between = "  ·  ";
    unsigned used = 0;
    for (char *fact = said.detail, *next; fact != NULL; fact = next) {
        next = strstr(fact, between);
        if (next != NULL)
            *next = '\0', next += strlen(between);
        unsigned width = words_measure(fact, words_columns_of);
        if (used != 0 && used + 5 + width > page->columns) {
            fputc('\n', page->out);
            used = 0;
        }
        put(page, "\033[2m", used == 0 ? "" : between);
        put(page, "\033[2m", fact);
        used += width + (used == 0 ? 0 : 5);
    }
    fputc('\n', page->out);
}

static int start_page(struct page *page)
{
    const struct flow *flow = page->flow;
    page->columns = page->job->columns < COLUMNS_LEAST ? COLUMNS_LEAST : page->job->columns;
    page->columns = page->columns < COLUMNS_MOST ? page->columns : COLUMNS_MOST;
    page->ladder = flow->lane_count <= LADDER_LANES;
    page->last_row = calloc(flow->lane_count + 1, sizeof *page->last_row);
    page->alive = calloc(flow->lane_count + 1, sizeof *page->alive);
    if (page->last_row == NULL || page->alive == NULL)
        return -1;
    for (size_t i = 0; i < flow->count; i++)
        if (flow->rows[i].lane != FLOW_NO_LANE)
            page->last_row[flow->rows[i].lane] = i;
    choose_unit(page);
    if (page->ladder)
        lay_out_ladder(page);
    else
        lay_out_list(page);
    return 0;
}

static void put_nothing(const struct page *page)
{
    char words[WORDS_MAX];

    describe_nothing(page->job->flow->view, words);
    fprintf(page->out, "%s\n", words);
}

int text_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    struct page page = {.job = job, .flow = job->flow, .out = out};
    if (job->stacks)
        page.stacks = stacks_read(job->view);
    int failed = job->stacks && page.stacks == NULL ? -1 : start_page(&page);
    if (failed == 0) {
        put_title(&page);
        for (size_t i = 0; i < job->flow->count; i++) {
            if (job->flow->rows[i].lane == FLOW_NO_LANE)
                put_fold_row(&page, i);
            else if (page.ladder)
                put_ladder_row(&page, i);
            else
                put_list_row(&page, i);
            fputc('\n', out);
            if (job->flow->rows[i].lane != FLOW_NO_LANE)
                put_stacks(&page, i);
        }
        if (page.stacks != NULL && !stacks_any(page.stacks))
            fputs("no stacks in this log; they come with --stacks where it is recorded\n", out);
        if (job->flow->count == 0)
            put_nothing(&page);
        put_caption(&page);
    } else {
        snprintf(error, LOG_ERROR_MAX, "lay out a page: out of memory; try a window, --from and --to");
    }
    stacks_free(page.stacks);
    free(page.last_row), free(page.alive);
    return failed;
}
