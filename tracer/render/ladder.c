/* The ladder: which rows are shown, how far apart, their marks, arrows and brackets.  Where the columns are and
 * where the texts go is for wide.c or narrow.c to say, what stands around them for frame.c; which bytes a picture
 * has, for graphviz.c.
 */
#include "tracer/render/ladder.h"
#include "tracer/render/handover.h"
#include "tracer/render/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDE_CONTROL_LANES = 5, WIDE_THREAD_LANES = 2 };
static const double PROJECTED = 1.35; /* text of a picture for a slide, against 1 on paper and screen */

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
    double y = frame_top(sheet);
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
enum canvas_shape sheet_shape(const struct sheet *sheet, const struct row *row)
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
    case EVENT_SIGNAL_SEND:
    case EVENT_SIGNAL_TAKEN:
    case EVENT_STOPPED:
    case EVENT_CONTINUED:
        return SHAPE_DIAMOND;
    case EVENT_START:
    case EVENT_THREAD_START:
    case EVENT_THREAD_EXIT:
    case EVENT_EXIT:
        return SHAPE_SQUARE;
    case EVENT_RACE:
    case EVENT_VERDICT:
        return SHAPE_HEXAGON;
    default:
        return SHAPE_CIRCLE;
    }
}

enum canvas_ink sheet_ink(unsigned mode)
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
                               .shape = sheet_shape(sheet, row)};
    mark.ink = sheet->flow->control ? sheet_ink(row->mode) : sheet_ink(sheet->flow->lanes[row->lane].mode);
    if (flow_is_wrong(sheet->flow, i))
        mark.ink = INK_RED, mark.width += 4, mark.height += 4;
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
                 sheet->flow->control ? sheet_ink(row->mode) : INK_GREY);
}

void sheet_put_line(struct sheet *sheet, double x1, double y1, double x2, double y2, enum canvas_line_kind kind,
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
    sheet_put_line(sheet, x, top, x, end, LINE_BRACKET, INK_GREY);
    sheet_put_line(sheet, x, top, x + 4, top, LINE_BRACKET, INK_GREY);
    sheet_put_line(sheet, x, end, x + 4, end, LINE_BRACKET, INK_GREY);
    char text[WORDS_MAX];
    say_fold(fold, text);
    canvas_text(sheet->canvas, sheet->left, fold->y, ALIGN_LEFT, SHEET_LABEL_SIZE * sheet->text, INK_GREY, false,
                sheet->canvas->width - sheet->left - SHEET_MARGIN, text, fold->tip);
}

/* What a thread does from one of its rows to the next: it runs, or waits. */
static void put_life(struct sheet *sheet, size_t row, size_t next)
{
    const struct row *here = sheet_flow_row(sheet, row);
    const bool waits = handover_waits(sheet->flow, row, next);
    const double x = sheet->x[here->lane], end = next != FLOW_NOTHING ? sheet->rows[next].y : sheet->bottom;
    if (next != FLOW_NOTHING || (waits && sheet->count == sheet->flow->count)) /* then nobody ended the wait */
        sheet_put_line(sheet, x, sheet->rows[row].y, x, end, waits ? LINE_BLOCKED : LINE_LIFE,
                       sheet_ink(sheet->flow->lanes[here->lane].mode));
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
        if (before[row->lane] != FLOW_NOTHING)
            put_life(sheet, before[row->lane], i);
        before[row->lane] = i;
    }
    for (size_t i = 0; i < sheet->flow->lane_count; i++)
        if (before[i] != FLOW_NOTHING)
            put_life(sheet, before[i], FLOW_NOTHING);
    free(before);
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
        frame_put_caption(&sheet, title);
        frame_put_columns(&sheet);
        put_rows(&sheet);
        (sheet.wide ? sheet_put_texts_wide : sheet_put_texts_narrow)(&sheet);
        double y = frame_put_rest(&sheet, sheet.bottom + 6 + 14 * sheet.text);
        frame_put_legend(&sheet, y + 4);
        canvas->height = y + 18;
    } else {
        canvas->failed = true;
    }
    free(sheet.rows), free(sheet.x), free(sheet.order);
    return canvas->failed ? -1 : 0;
}
