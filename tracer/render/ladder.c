/* The ladder: which rows are shown, how far apart, their marks, arrows and brackets, what stands above and
 * below them.  Where the columns are and where the texts go is for wide.c or narrow.c to say; which bytes a
 * picture has, for graphviz.c.
 */
#include "tracer/render/ladder.h"
#include "tracer/render/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDE_CONTROL_LANES = 5, WIDE_THREAD_LANES = 2, BOXED_LANES = 6 };
static const double PROJECTED = 1.35; /* text of a picture for a slide, against 1 on paper and screen */
static const double TITLE_Y = 12, FACTS_Y = 30, HEADER_Y = 66, HEADER_WIDTH = 132, HEADER_WIDTH_NARROW = 78,
                    HEADER_HEIGHT = 34;

/* Where something of the caption stands: larger words want more room below them. */
static double caption_y(const struct sheet *sheet, double y)
{
    return sheet->text > 1 ? 3 + TITLE_Y + (y - TITLE_Y) * 1.18 : y;
}

static double header_height(const struct sheet *sheet)
{
    return sheet->text > 1 ? HEADER_HEIGHT * 1.25 : HEADER_HEIGHT;
}

static void say_tip(struct sheet *sheet, size_t row)
{
    struct sheet_row *here = &sheet->rows[row];
    const struct row *from = sheet_flow_row(sheet, row);
    char number[32], time[32];
    struct words tip;
    words_start(&tip, here->tip, sizeof here->tip);
    words_add(&tip, "%s", here->said.label);
    if (here->said.detail[0] != '\0')
        words_add(&tip, " — %s", here->said.detail);
    words_add(&tip, " — event %s at %s", words_count(number, from->entry + 1), words_duration(time, from->t_ns));
}

/* A folded row repeats `period` rows above it, folds included; one that holds another gets the outer bracket. */
static void measure_fold(struct sheet *sheet, size_t row)
{
    struct sheet_row *here = &sheet->rows[row];
    uint32_t period = sheet_flow_row(sheet, row)->period;
    here->depth = 1;
    here->top = row > period ? row - period : 0;
    for (size_t i = here->top; i < row; i++)
        if (sheet->rows[i].depth >= here->depth)
            here->depth = sheet->rows[i].depth + 1;
    if (here->depth > sheet->brackets)
        sheet->brackets = here->depth;
}

/* Control comes from one side and goes back to it: two arrows that open like scissors, and both have labels. */
static bool turns_back(const struct sheet *sheet, size_t row)
{
    size_t cause = sheet->rows[row].cause, before = cause != FLOW_NOTHING ? sheet->rows[cause].cause : FLOW_NOTHING;
    if (before == FLOW_NOTHING)
        return false;
    uint32_t from = sheet_flow_row(sheet, before)->lane, hinge = sheet_flow_row(sheet, cause)->lane,
             to = sheet_flow_row(sheet, row)->lane;
    return (from < hinge && to < hinge) || (from > hinge && to > hinge);
}

/* Closer where text is larger: a slide is wide, not tall. */
static double pitch_of(const struct sheet *sheet, size_t row)
{
    const struct row *here = sheet_flow_row(sheet, row);
    if (!sheet->flow->control)
        return sheet->wide || sheet->text > 1 ? 22 : 17;
    if (!sheet->wide)
        return 24;
    size_t cause = sheet->rows[row].cause;
    bool crosses = cause != FLOW_NOTHING && sheet_flow_row(sheet, cause)->lane != here->lane;
    double hinge = turns_back(sheet, row) ? 8 * sheet->text : 0;
    if (sheet->text > 1)
        return crosses ? 50 + hinge : 34;
    return crosses ? 46 + hinge : 40;
}

static int read_rows(struct sheet *sheet)
{
    const struct flow *flow = sheet->flow;
    sheet->count = flow->count < LADDER_ROWS_MOST ? flow->count : LADDER_ROWS_MOST;
    sheet->rows = calloc(sheet->count + 1, sizeof *sheet->rows);
    sheet->x = calloc(flow->lane_count + 1, sizeof *sheet->x);
    sheet->order = calloc(flow->lane_count + 1, sizeof *sheet->order);
    if (sheet->rows == NULL || sheet->x == NULL || sheet->order == NULL)
        return -1;
    for (size_t i = 0; i < flow->lane_count; i++)
        sheet->x[i] = -1;
    for (size_t i = 0; i < sheet->count; i++) {
        describe_row(flow, i, &sheet->rows[i].said);
        say_tip(sheet, i);
        sheet->rows[i].mark = CANVAS_NONE;
        sheet->rows[i].cause = flow_cause(flow, i);
        if (flow->rows[i].lane == FLOW_NO_LANE)
            measure_fold(sheet, i);
        else
            sheet->x[flow->rows[i].lane] = 0;
    }
    for (uint32_t i = 0; i < flow->lane_count; i++)
        if (sheet->x[i] >= 0)
            sheet->order[sheet->lanes++] = i;
    sheet->wide = sheet->lanes <= (flow->control ? WIDE_CONTROL_LANES : WIDE_THREAD_LANES);
    sheet->mark_size = flow->control ? (sheet->wide ? 22 : 14) : sheet->wide ? 10 : 8;
    sheet->left = SHEET_MARGIN + SHEET_BRACKET * sheet->brackets;
    sheet->clock = words_clock_for(flow_latest(flow, sheet->count), flow->view->header->clock == CLOCK_KIND_STEP);
    return 0;
}

static void place_rows(struct sheet *sheet)
{
    double y = sheet->count != 0 ? caption_y(sheet, HEADER_Y) + header_height(sheet) / 2 : caption_y(sheet, FACTS_Y);
    sheet->top = y;
    for (size_t i = 0; i < sheet->count; i++) {
        y += i == 0 ? 32 : pitch_of(sheet, i);
        sheet->rows[i].y = y;
    }
    sheet->bottom = y + 26;
}

void sheet_put_time(struct sheet *sheet, size_t row, double right)
{
    char words[32];
    snprintf(words, sizeof words, "%.*f %s", sheet->clock.decimals,
             (double)sheet_flow_row(sheet, row)->t_ns / sheet->clock.scale, sheet->clock.unit);
    canvas_text(sheet->canvas, right, sheet->rows[row].y, ALIGN_RIGHT, SHEET_DETAIL_SIZE * sheet->text, INK_GREY, false,
                0, words, NULL);
}

/* In a flow of control the shape says the mode, so that black and white will do; among threads, the kind. */
static enum canvas_shape shape_of(const struct sheet *sheet, const struct row *row)
{
    static const enum canvas_shape by_mode[MODE_END] = {
        [MODE_USER] = SHAPE_CIRCLE,
        [MODE_GUEST_KERNEL] = SHAPE_SQUARE,
        [MODE_HYPERVISOR] = SHAPE_HEXAGON,
        [MODE_HOST] = SHAPE_DIAMOND,
    };
    if (sheet->flow->control)
        return row->mode < MODE_END ? by_mode[row->mode] : SHAPE_CIRCLE;
    switch (row->kind) {
    case EVENT_SIGNAL:
    case EVENT_STOPPED:
    case EVENT_CONTINUED:
        return SHAPE_DIAMOND;
    case EVENT_START:
    case EVENT_THREAD_START:
    case EVENT_EXIT:
        return SHAPE_SQUARE;
    default:
        return SHAPE_CIRCLE;
    }
}

static enum canvas_ink ink_of(unsigned mode)
{
    return mode < MODE_END ? (enum canvas_ink)mode : INK_GREY;
}

static void put_mark(struct sheet *sheet, size_t i)
{
    const struct row *row = sheet_flow_row(sheet, i);
    struct canvas_mark mark = {.x = sheet->x[row->lane],
                               .y = sheet->rows[i].y,
                               .width = sheet->mark_size,
                               .height = sheet->mark_size,
                               .shape = shape_of(sheet, row)};
    mark.ink = sheet->flow->control ? ink_of(row->mode) : ink_of(sheet->flow->lanes[row->lane].mode);
    mark.hollow = sheet->flow->control ? row->step == 0 : row->kind == EVENT_SYSCALL_ENTER && row->end == FLOW_NOTHING;
    if (mark.shape == SHAPE_SQUARE && sheet->flow->control)
        mark.width -= 2, mark.height -= 2;
    if (mark.shape == SHAPE_DIAMOND)
        mark.width += 4, mark.height += 4;
    if (row->step != 0 && sheet->wide)
        snprintf(mark.number, sizeof mark.number, "%u", row->step % 10u);
    sheet->rows[i].mark = canvas_mark(sheet->canvas, mark, sheet->rows[i].tip);
}

static void put_arrow(struct sheet *sheet, size_t i)
{
    size_t cause = sheet->rows[i].cause;
    const struct row *row = sheet_flow_row(sheet, i);
    if (cause == FLOW_NOTHING)
        return;
    bool crosses = sheet_flow_row(sheet, cause)->lane != row->lane;
    canvas_arrow(sheet->canvas, sheet->rows[cause].mark, sheet->rows[i].mark, crosses ? LINE_ARROW : LINE_ARROW_THICK,
                 sheet->flow->control ? ink_of(row->mode) : INK_GREY);
}

static void put_line(struct sheet *sheet, double x1, double y1, double x2, double y2, enum canvas_line_kind kind,
                     enum canvas_ink ink)
{
    canvas_line(
        sheet->canvas,
        (struct canvas_line){
            .x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2, .kind = kind, .ink = ink, .from = CANVAS_NONE, .to = CANVAS_NONE});
}

/* The words of a folded row, "× 20  … these 3 rows 19 more times", into `text`. */
static void say_fold(const struct sheet_row *fold, char text[WORDS_MAX])
{
    struct words words;
    words_start(&words, text, WORDS_MAX);
    words_add(&words, "%s  %s", fold->said.detail, fold->said.label);
}

/* A folded row's words cross all lanes; a picture is at least as wide as they are. */
static void make_room_for_folds(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        char text[WORDS_MAX];
        if (sheet_flow_row(sheet, i)->lane != FLOW_NO_LANE)
            continue;
        say_fold(&sheet->rows[i], text);
        sheet->canvas->width =
            fmax(sheet->canvas->width,
                 sheet->left + SHEET_MARGIN + 1 + canvas_text_width(text, SHEET_LABEL_SIZE * sheet->text, false));
    }
}

static void put_bracket(struct sheet *sheet, size_t i)
{
    const struct sheet_row *fold = &sheet->rows[i];
    double x = sheet->left - SHEET_BRACKET * (double)fold->depth + 4, top = sheet->rows[fold->top].y - 8,
           end = fold->y + 7;
    put_line(sheet, x, top, x, end, LINE_BRACKET, INK_GREY);
    put_line(sheet, x, top, x + 4, top, LINE_BRACKET, INK_GREY);
    put_line(sheet, x, end, x + 4, end, LINE_BRACKET, INK_GREY);
    char text[WORDS_MAX];
    say_fold(fold, text);
    canvas_text(sheet->canvas, sheet->left, fold->y, ALIGN_LEFT, SHEET_LABEL_SIZE * sheet->text, INK_GREY, false,
                sheet->canvas->width - sheet->left - SHEET_MARGIN, text, fold->tip);
}

/* What a thread does from one of its rows to the next: it runs, or waits for the call to come back. */
static enum canvas_line_kind life_after(const struct row *row)
{
    if (row->end != FLOW_NOTHING)
        return LINE_LIFE;
    switch (row->kind) {
    case EVENT_SYSCALL_ENTER:
    case EVENT_JOIN_WAIT:
    case EVENT_LOCK_WAIT:
    case EVENT_COND_WAIT:
    case EVENT_SEM_WAIT:
    case EVENT_BARRIER_WAIT:
        return LINE_BLOCKED;
    default:
        return LINE_LIFE;
    }
}

static void put_lives(struct sheet *sheet)
{
    size_t *before = malloc((sheet->flow->lane_count + 1) * sizeof *before);
    if (before == NULL) {
        sheet->canvas->failed = true;
        return;
    }
    for (size_t i = 0; i < sheet->flow->lane_count; i++)
        before[i] = FLOW_NOTHING;
    for (size_t i = 0; i < sheet->count; i++) {
        const struct row *row = sheet_flow_row(sheet, i);
        if (row->lane == FLOW_NO_LANE)
            continue;
        double x = sheet->x[row->lane];
        size_t last = before[row->lane];
        if (last != FLOW_NOTHING)
            put_line(sheet, x, sheet->rows[last].y, x, sheet->rows[i].y, life_after(sheet_flow_row(sheet, last)),
                     ink_of(sheet->flow->lanes[row->lane].mode));
        before[row->lane] = i;
    }
    free(before);
}

/* Too many lanes for boxes: each has its number, above and again below. */
static void put_numbers(struct sheet *sheet, double y)
{
    for (size_t i = 0; i < sheet->lanes; i++) {
        const struct flow_lane *lane = &sheet->flow->lanes[sheet->order[i]];
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)EVENT_LANE_NUMBER(lane->lane));
        canvas_text(sheet->canvas, sheet->x[sheet->order[i]], y, ALIGN_CENTRE, sheet->lanes > 32 ? 7 : 9,
                    ink_of(lane->mode), false, 0, number, lane->name);
    }
}

static void put_header(struct sheet *sheet, uint32_t column)
{
    const struct flow_lane *lane = &sheet->flow->lanes[column];
    double x = sheet->x[column], width = sheet->wide ? HEADER_WIDTH * sheet->text : HEADER_WIDTH_NARROW;
    enum canvas_ink ink = ink_of(lane->mode);
    struct canvas_mark box = {.x = x,
                              .y = caption_y(sheet, HEADER_Y),
                              .width = width,
                              .height = header_height(sheet),
                              .shape = SHAPE_HEADER,
                              .ink = ink};
    canvas_mark(sheet->canvas, box, lane->name);
    double size = (sheet->wide ? 11 : 8.5) * sheet->text;
    int name = canvas_text(sheet->canvas, x, caption_y(sheet, HEADER_Y) - 6 * sheet->text, ALIGN_CENTRE, size,
                           INK_BLACK, true, width - 10, lane->name, NULL);
    int note = canvas_text(sheet->canvas, x, caption_y(sheet, HEADER_Y) + 8.5 * sheet->text, ALIGN_CENTRE,
                           7 * sheet->text, INK_GREY, false, width - 6, lane->note, NULL);
    if (name != CANVAS_NONE)
        sheet->canvas->texts[name].on_colour = true;
    if (note != CANVAS_NONE)
        sheet->canvas->texts[note].on_colour = true;
}

static void put_columns(struct sheet *sheet)
{
    bool boxes = sheet->wide || sheet->lanes <= BOXED_LANES;
    for (size_t i = 0; i < sheet->lanes; i++) {
        if (boxes)
            put_header(sheet, sheet->order[i]);
        double x = sheet->x[sheet->order[i]];
        put_line(sheet, x, sheet->top, x, sheet->bottom, LINE_COLUMN, INK_FAINT);
    }
    if (boxes)
        return;
    put_numbers(sheet, caption_y(sheet, HEADER_Y) + 8);
    put_numbers(sheet, sheet->bottom + 4);
    canvas_text(sheet->canvas, sheet->x[sheet->order[0]], caption_y(sheet, HEADER_Y) - 8, ALIGN_LEFT, 8, INK_GREY,
                false, 0, sheet->flow->control ? "lanes, by number" : "threads, by number", NULL);
}

/* One word of the legend; returns where the next may begin. */
static double put_key(struct sheet *sheet, double x, double y, struct canvas_mark mark, const char *words)
{
    mark.x = x + 6, mark.y = y, mark.width = mark.height = 10;
    canvas_mark(sheet->canvas, mark, NULL);
    canvas_text(sheet->canvas, x + 16, y, ALIGN_LEFT, 8 * sheet->text, INK_GREY, false, 0, words, NULL);
    return x + 16 + canvas_measure(words, 8 * sheet->text, false) + 18;
}

static double put_line_key(struct sheet *sheet, double x, double y, enum canvas_line_kind kind, const char *words)
{
    put_line(sheet, x, y, x + 20, y, kind, INK_GREY);
    canvas_text(sheet->canvas, x + 27, y, ALIGN_LEFT, 8 * sheet->text, INK_GREY, false, 0, words, NULL);
    return x + 27 + canvas_measure(words, 8 * sheet->text, false) + 18;
}

/* Guest kernels are deprivileged; the one OS of a bare machine is not. */
static const char *mode_words(const struct sheet *sheet, unsigned mode)
{
    static const char *const words[MODE_END] = {"user mode", "kernel mode", "kernel mode", "host OS"};
    if (mode == MODE_GUEST_KERNEL)
        for (size_t i = 0; i < sheet->lanes; i++)
            if (EVENT_LANE_CLASS(sheet->flow->lanes[sheet->order[i]].lane) == LANE_GUEST_OS)
                return "guest kernel, deprivileged";
    return words[mode];
}

static void put_legend(struct sheet *sheet, double y)
{
    double x = SHEET_MARGIN;
    if (sheet->count == 0)
        return;
    if (sheet->flow->control) {
        for (unsigned mode = 0; mode < MODE_END; mode++) {
            bool seen = false;
            for (size_t i = 0; i < sheet->lanes; i++)
                seen |= sheet->flow->lanes[sheet->order[i]].modes[mode] != 0;
            struct row like = {.mode = (uint8_t)mode};
            if (seen)
                x = put_key(sheet, x, y, (struct canvas_mark){.shape = shape_of(sheet, &like), .ink = ink_of(mode)},
                            mode_words(sheet, mode));
        }
        x = put_line_key(sheet, x, y, LINE_ARROW, "control crosses");
        x = put_line_key(sheet, x, y, LINE_ARROW_THICK, "same party");
    } else {
        x = put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_SQUARE, .ink = INK_USER}, "starts, ends");
        x = put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_CIRCLE, .ink = INK_USER}, "call");
        x = put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_DIAMOND, .ink = INK_USER}, "signal");
        x = put_line_key(sheet, x, y, LINE_BLOCKED, "waits");
        x = put_line_key(sheet, x, y, LINE_ARROW, "lets it go on");
    }
    sheet->canvas->width = fmax(sheet->canvas->width, x);
}

static void put_caption(struct sheet *sheet, const char *title)
{
    struct description said;
    describe_recording(sheet->flow, title, &said);
    double facts = canvas_text_width(said.detail, 9 * sheet->text, false) + 2 * SHEET_MARGIN;
    sheet->canvas->width = fmax(sheet->canvas->width, facts);
    canvas_text(sheet->canvas, SHEET_MARGIN, caption_y(sheet, TITLE_Y), ALIGN_LEFT, 13 * sheet->text, INK_BLACK, false,
                sheet->canvas->width - 2 * SHEET_MARGIN, said.label, said.label);
    canvas_text(sheet->canvas, SHEET_MARGIN, caption_y(sheet, FACTS_Y), ALIGN_LEFT, 9 * sheet->text, INK_GREY, false, 0,
                said.detail, NULL);
}

/* What the picture leaves out, and how to see it. */
static double put_rest(struct sheet *sheet, double y)
{
    char words[WORDS_MAX], rest[32];
    if (sheet->count == sheet->flow->count && sheet->count != 0)
        return y;
    if (sheet->count == 0)
        snprintf(words, sizeof words, "nothing to show: no event lies in this window");
    else
        snprintf(words, sizeof words, "… %s more rows; to see them: --from %zu",
                 words_count(rest, sheet->flow->count - sheet->count), sheet->flow->rows[sheet->count].entry + 1);
    canvas_text(sheet->canvas, SHEET_MARGIN, y, ALIGN_LEFT, SHEET_LABEL_SIZE * sheet->text, INK_BLACK, false, 0, words,
                NULL);
    return y + 22;
}

static void put_rows(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet_flow_row(sheet, i)->lane != FLOW_NO_LANE)
            put_mark(sheet, i);
        else
            put_bracket(sheet, i);
    if (!sheet->flow->control)
        put_lives(sheet);
    for (size_t i = 0; i < sheet->count; i++)
        put_arrow(sheet, i);
}

int ladder_draw(struct canvas *canvas, const struct flow *flow, const char *title, bool projected)
{
    struct sheet sheet = {.canvas = canvas, .flow = flow, .text = projected ? PROJECTED : 1};
    *canvas = (struct canvas){0};
    if (read_rows(&sheet) == 0) {
        place_rows(&sheet);
        (sheet.wide ? sheet_lay_out_wide : sheet_lay_out_narrow)(&sheet);
        make_room_for_folds(&sheet);
        put_caption(&sheet, title);
        put_columns(&sheet);
        put_rows(&sheet);
        (sheet.wide ? sheet_put_texts_wide : sheet_put_texts_narrow)(&sheet);
        double y = put_rest(&sheet, sheet.bottom + 12);
        put_legend(&sheet, y + 4);
        canvas->height = y + 18;
    } else {
        canvas->failed = true;
    }
    free(sheet.rows), free(sheet.x), free(sheet.order);
    return canvas->failed ? -1 : 0;
}
