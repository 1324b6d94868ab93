/* A ladder with few lanes: every text stands beside its mark, on the side where no arrow comes or goes, and
 * the cost of a crossing stands on its arrow.  Knows nothing of headers, captions and output formats.
 */
#include "tracer/render/sheet.h"

#include <math.h>

static const double MARK_ROOM = 8; /* between a mark and its text */
static const double GAP_LEAST = 150, GAP_MOST = 230, SIDE_MOST = 330, ONE_LANE_MOST = 470;
static const double TEXT_DROP = 15; /* below the level where an arrow passes */

/* −1, 0 or 1: does the arrow into this row come from the left, from nowhere else, or from the right? */
static int comes_from(const struct sheet *sheet, size_t row)
{
    size_t cause = sheet->rows[row].cause;
    if (cause == FLOW_NOTHING)
        return 0;
    double from = sheet->x[sheet_flow_row(sheet, cause)->lane], to = sheet->x[sheet_flow_row(sheet, row)->lane];
    return (from > to) - (from < to);
}

/* The same for the arrow that leaves it, to the next row. */
static int goes_to(const struct sheet *sheet, size_t row)
{
    if (row + 1 >= sheet->count || sheet_flow_row(sheet, row + 1)->lane == FLOW_NO_LANE ||
        sheet->rows[row + 1].cause != row)
        return 0;
    return -comes_from(sheet, row + 1);
}

static void choose_side(struct sheet *sheet, size_t row)
{
    struct sheet_row *here = &sheet->rows[row];
    uint32_t lane = sheet_flow_row(sheet, row)->lane;
    if (lane == FLOW_NO_LANE)
        return;
    int in = comes_from(sheet, row), out = goes_to(sheet, row);
    if (lane == sheet->order[sheet->lanes - 1])
        here->side = 1;
    else if (lane == sheet->order[0] || (in != -1 && out != -1))
        here->side = -1;
    else if (in != 1 && out != 1)
        here->side = 1;
    else {
        /* Arrows on both sides: under the incoming one there is room, for the outgoing one goes down. */
        here->side = in;
        here->drop = TEXT_DROP * sheet->text;
    }
}

static double text_width(const struct sheet *sheet, size_t row)
{
    const struct description *said = &sheet->rows[row].said;
    double label = canvas_text_width(said->label, SHEET_LABEL_SIZE * sheet->text, false);
    double detail = sheet->flow->control ? canvas_text_width(said->detail, SHEET_DETAIL_SIZE * sheet->text, false) : 0;
    return fmax(label, detail) + 1;
}

/* The widest text on one side of a lane, but at most `limit`, unless it says what is wrong; a folded row has none. */
static double widest(const struct sheet *sheet, uint32_t lane, int side, double limit)
{
    double most = 0;
    for (size_t i = 0; i < sheet->count; i++)
        if (sheet_flow_row(sheet, i)->lane == lane && sheet->rows[i].side == side)
            most = fmax(most, flow_is_wrong(sheet->flow, i) ? text_width(sheet, i) : fmin(text_width(sheet, i), limit));
    return most;
}

static double widest_hop(const struct sheet *sheet)
{
    double most = 0;
    for (size_t i = 0; i < sheet->count; i++) {
        char words[WORDS_MAX];
        if (comes_from(sheet, i) == 0)
            continue;
        describe_hop(sheet->flow, i, words);
        most = fmax(most, canvas_text_width(words, SHEET_HOP_SIZE * sheet->text, false));
    }
    return most;
}

void sheet_lay_out_wide(struct sheet *sheet)
{
    if (sheet->lanes == 0) {
        sheet->canvas->width = 2 * SHEET_MARGIN + 320;
        return;
    }
    for (size_t i = 0; i < sheet->lanes; i++) /* any ascending order will do to choose sides by */
        sheet->x[sheet->order[i]] = (double)i;
    for (size_t i = 0; i < sheet->count; i++)
        choose_side(sheet, i);
    double room = sheet->mark_size / 2 + MARK_ROOM, gap = fmax(GAP_LEAST, widest_hop(sheet) + 2 * room + 16);
    for (size_t i = 1; i + 1 < sheet->lanes; i++)
        gap =
            fmax(gap, fmax(widest(sheet, sheet->order[i], -1, GAP_MOST), widest(sheet, sheet->order[i], 1, GAP_MOST)) +
                          2 * room + 4);
    gap = fmin(fmax(gap, 2 * 66 * sheet->text + 16), GAP_MOST * sheet->text);
    double times = sheet->flow->control ? 0 : SHEET_TIME_WIDTH * sheet->text + 8;
    double left = sheet->lanes > 1 ? widest(sheet, sheet->order[0], -1, SIDE_MOST) : 0;
    double right = widest(sheet, sheet->order[sheet->lanes - 1], 1, sheet->lanes > 1 ? SIDE_MOST : ONE_LANE_MOST);
    double header = 66 * sheet->text; /* half a header stands over the outer lanes */
    double first = sheet->left + times + fmax(left + room, header);
    for (size_t i = 0; i < sheet->lanes; i++)
        sheet->x[sheet->order[i]] = first + gap * (double)i;
    sheet->canvas->width = first + gap * (double)(sheet->lanes - 1) + fmax(right + room, header) + SHEET_MARGIN;
}

/* How much room a row's text has before it would reach the next lane or the edge. */
static double room_for(const struct sheet *sheet, size_t row)
{
    const struct sheet_row *here = &sheet->rows[row];
    double x = sheet->x[sheet_flow_row(sheet, row)->lane], edge;
    double times = sheet->flow->control ? 0 : SHEET_TIME_WIDTH * sheet->text + 8;
    edge = here->side < 0 ? sheet->left + times : sheet->canvas->width - SHEET_MARGIN;
    for (size_t i = 0; i < sheet->lanes; i++) {
        double other = sheet->x[sheet->order[i]];
        if (here->side < 0 && other < x)
            edge = fmax(edge, other + sheet->mark_size / 2);
        if (here->side > 0 && other > x)
            edge = fmin(edge, other - sheet->mark_size / 2);
    }
    return fabs(edge - x) - sheet->mark_size / 2 - MARK_ROOM;
}

static void put_row_text(struct sheet *sheet, size_t row)
{
    const struct sheet_row *here = &sheet->rows[row];
    double room = sheet->mark_size / 2 + MARK_ROOM, limit = room_for(sheet, row);
    double x = sheet->x[sheet_flow_row(sheet, row)->lane] + here->side * room, y = here->y + here->drop;
    enum canvas_align align = here->side < 0 ? ALIGN_RIGHT : ALIGN_LEFT;
    bool detailed = sheet->flow->control && here->said.detail[0] != '\0';
    double rise = detailed ? 5.5 * sheet->text : 0;
    canvas_text(sheet->canvas, x, y - rise, align, SHEET_LABEL_SIZE * sheet->text, INK_BLACK, false, limit,
                here->said.label, here->tip);
    if (detailed)
        canvas_text(sheet->canvas, x, y + 6.5 * sheet->text, align, SHEET_DETAIL_SIZE * sheet->text, INK_GREY, false,
                    limit, here->said.detail, here->tip);
}

/* The cost, on the arrow: in the gap between two lanes where it begins, and as far above the line as its slope
 * asks for.  Where the arrow before comes in from the same side, the two open like a pair of scissors: there the
 * label moves away from the hinge. */
static void put_hop(struct sheet *sheet, size_t row)
{
    char words[WORDS_MAX];
    int from = comes_from(sheet, row);
    if (from == 0)
        return;
    describe_hop(sheet->flow, row, words);
    if (words[0] == '\0')
        return;
    size_t cause = sheet->rows[row].cause;
    double x1 = sheet->x[sheet_flow_row(sheet, cause)->lane], x2 = sheet->x[sheet_flow_row(sheet, row)->lane];
    double y1 = sheet->rows[cause].y, y2 = sheet->rows[row].y, gap = fabs(x2 - x1);
    for (size_t i = 0; i < sheet->lanes; i++) {
        double between = fabs(sheet->x[sheet->order[i]] - x1);
        if ((sheet->x[sheet->order[i]] - x1) * (x2 - x1) > 0)
            gap = fmin(gap, between);
    }
    double slope = fabs((y2 - y1) / (x2 - x1)), height = SHEET_HOP_SIZE * sheet->text * 1.2;
    double width = canvas_text_width(words, SHEET_HOP_SIZE * sheet->text, false);
    bool scissors = comes_from(sheet, cause) != 0 && comes_from(sheet, cause) == goes_to(sheet, cause);
    double along = (scissors ? gap - sheet->mark_size / 2 - width / 2 - 4 : gap / 2) / fabs(x2 - x1);
    double y = y1 + (y2 - y1) * along - slope * width / 2 - height / 2 - 3;
    enum canvas_ink ink = (enum canvas_ink)sheet_flow_row(sheet, row)->mode;
    canvas_text(sheet->canvas, x1 + (x2 - x1) * along, y, ALIGN_CENTRE, SHEET_HOP_SIZE * sheet->text, ink, false,
                gap - 8, words, sheet->rows[row].tip);
}

void sheet_put_texts_wide(struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++) {
        if (sheet_flow_row(sheet, i)->lane == FLOW_NO_LANE)
            continue;
        put_row_text(sheet, i);
        if (sheet->flow->control)
            put_hop(sheet, i);
        else
            sheet_put_time(sheet, i, sheet->left + SHEET_TIME_WIDTH * sheet->text);
    }
}
