/* What stands around the rows of a ladder: title and facts above, a header over every lane, below them what was
 * left out and the legend.  Knows no rows but their lanes and modes.
 */
#include "tracer/render/sheet.h"

#include <math.h>
#include <stdio.h>

enum { BOXED_LANES = 6 };
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

/* Too many lanes for boxes: each has its number, above and again below. */
static void put_numbers(struct sheet *sheet, double y)
{
    for (size_t i = 0; i < sheet->lanes; i++) {
        const struct flow_lane *lane = &sheet->flow->lanes[sheet->order[i]];
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)EVENT_LANE_NUMBER(lane->lane));
        canvas_text(sheet->canvas, sheet->x[sheet->order[i]], y, ALIGN_CENTRE, sheet->lanes > 32 ? 7 : 9,
                    sheet_ink(lane->mode), false, 0, number, lane->name);
    }
}

static void put_header(struct sheet *sheet, uint32_t column)
{
    const struct flow_lane *lane = &sheet->flow->lanes[column];
    double x = sheet->x[column], width = sheet->wide ? HEADER_WIDTH * sheet->text : HEADER_WIDTH_NARROW;
    enum canvas_ink ink = sheet_ink(lane->mode);
    struct canvas_mark box = {.x = x,
                              .y = caption_y(sheet, HEADER_Y),
                              .width = width,
                              .height = header_height(sheet),
                              .shape = SHAPE_HEADER,
                              .ink = ink};
    canvas_mark(sheet->canvas, box, lane->name);
    double size = (sheet->wide ? 11 : 8.5) * sheet->text, needed = canvas_text_width(lane->name, size, true);
    if (needed > width - 10) /* rather smaller than cut */
        size = fmax(size * (width - 10) / needed, 6.5 * sheet->text);
    double rise = lane->note[0] != '\0' ? 6 * sheet->text : 0;
    int name = canvas_text(sheet->canvas, x, caption_y(sheet, HEADER_Y) - rise, ALIGN_CENTRE, size, INK_BLACK, true,
                           width - 10, lane->name, NULL);
    int note = lane->note[0] == '\0'
                   ? CANVAS_NONE
                   : canvas_text(sheet->canvas, x, caption_y(sheet, HEADER_Y) + 8.5 * sheet->text, ALIGN_CENTRE,
                                 7 * sheet->text, INK_GREY, false, width - 6, lane->note, NULL);
    if (name != CANVAS_NONE)
        sheet->canvas->texts[name].on_colour = true;
    if (note != CANVAS_NONE)
        sheet->canvas->texts[note].on_colour = true;
}

void frame_put_columns(struct sheet *sheet)
{
    bool boxes = sheet->wide || sheet->lanes <= BOXED_LANES;
    for (size_t i = 0; i < sheet->lanes; i++) {
        if (boxes)
            put_header(sheet, sheet->order[i]);
        double x = sheet->x[sheet->order[i]];
        sheet_put_line(sheet, x, sheet->top, x, sheet->bottom, LINE_COLUMN, INK_FAINT);
    }
    if (boxes)
        return;
    put_numbers(sheet, caption_y(sheet, HEADER_Y) + 8);
    put_numbers(sheet, sheet->bottom + 4);
    canvas_text(sheet->canvas, sheet->x[sheet->order[0]], caption_y(sheet, HEADER_Y) - 8, ALIGN_LEFT, 8, INK_GREY,
                false, 0, sheet->flow->control ? "lanes, by number" : "threads, by number", NULL);
}

/* One word of the legend; returns where the next may begin. */
double frame_put_key(struct sheet *sheet, double x, double y, struct canvas_mark mark, const char *words)
{
    mark.x = x + 6, mark.y = y, mark.width = mark.height = 10;
    canvas_mark(sheet->canvas, mark, NULL);
    canvas_text(sheet->canvas, x + 16, y, ALIGN_LEFT, 8 * sheet->text, INK_GREY, false, 0, words, NULL);
    return x + 16 + canvas_measure(words, 8 * sheet->text, false) + 18;
}

double frame_put_line_key(struct sheet *sheet, double x, double y, enum canvas_line_kind kind, enum canvas_ink ink,
                          const char *words)
{
    sheet_put_line(sheet, x, y, x + 20, y, kind, ink);
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

static bool any_wrong(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->count; i++)
        if (flow_is_wrong(sheet->flow, i))
            return true;
    return false;
}

void frame_put_legend(struct sheet *sheet, double y)
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
                x = frame_put_key(sheet, x, y,
                                  (struct canvas_mark){.shape = sheet_shape(sheet, &like), .ink = sheet_ink(mode)},
                                  mode_words(sheet, mode));
        }
        x = frame_put_line_key(sheet, x, y, LINE_ARROW, INK_GREY, "control crosses");
        x = frame_put_line_key(sheet, x, y, LINE_ARROW_THICK, INK_GREY, "same party");
    } else {
        x = frame_put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_SQUARE, .ink = INK_USER}, "starts, ends");
        x = frame_put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_CIRCLE, .ink = INK_USER}, "call");
        x = frame_put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_DIAMOND, .ink = INK_USER}, "signal");
        if (any_wrong(sheet))
            x = frame_put_key(sheet, x, y, (struct canvas_mark){.shape = SHAPE_HEXAGON, .ink = INK_RED},
                              "what is wrong");
        x = frame_put_line_key(sheet, x, y, LINE_BLOCKED, INK_GREY, "waits");
        x = frame_put_line_key(sheet, x, y, LINE_ARROW, INK_GREY, "lets it go on");
    }
    sheet->canvas->width = fmax(sheet->canvas->width, x);
}

void frame_put_caption(struct sheet *sheet, const char *title)
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
double frame_put_rest(struct sheet *sheet, double y)
{
    char words[WORDS_MAX], rest[32];
    if (sheet->count == sheet->flow->count && sheet->count != 0)
        return y;
    if (sheet->count == 0)
        describe_nothing(sheet->flow->view, words);
    else
        snprintf(words, sizeof words, "… %s more rows; to see them: --from %zu%s",
                 words_count(rest, sheet->flow->count - sheet->count), sheet->flow->rows[sheet->count].entry + 1,
                 sheet->flow->control ? "" : "; to see less of each: --kind clone,start,exit");
    double size = SHEET_LABEL_SIZE * sheet->text;
    sheet->canvas->width = fmax(sheet->canvas->width, canvas_text_width(words, size, false) + 2 * SHEET_MARGIN);
    canvas_text(sheet->canvas, SHEET_MARGIN, y, ALIGN_LEFT, size, INK_BLACK, false, 0, words, NULL);
    return y + 22;
}

double frame_top(const struct sheet *sheet)
{
    return sheet->count != 0 ? caption_y(sheet, HEADER_Y) + header_height(sheet) / 2 : caption_y(sheet, FACTS_Y);
}
