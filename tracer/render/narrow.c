/* A ladder with many lanes: time, lane and text stand in columns at the left like a listing, and the lanes are
 * narrow, so that sixty-four threads are still one picture.  A thin line leads from each text to its mark.
 */
#include "tracer/render/sheet.h"

#include <math.h>

static const double NAME_MOST = 90, TEXT_MOST = 340, SPACE = 10;

struct columns {
    double name, name_width, text, text_width, lanes;
};

/* A name comes with its lane's colour; in a flow of control the hop's cost goes to the end of the text. */
static void words_of_row(const struct sheet *sheet, size_t row, char out[WORDS_MAX])
{
    struct words words;
    char hop[WORDS_MAX] = "";
    if (sheet->flow->control && sheet->rows[row].cause != FLOW_NOTHING &&
        sheet_flow_row(sheet, sheet->rows[row].cause)->lane != sheet_flow_row(sheet, row)->lane)
        describe_hop(sheet->flow, row, hop);
    words_start(&words, out, WORDS_MAX);
    words_add(&words, "%s%s%s", sheet->rows[row].said.label, hop[0] != '\0' ? "  ·  " : "", hop);
}

static struct columns columns_of(const struct sheet *sheet)
{
    struct columns columns = {.name = sheet->left + SHEET_TIME_WIDTH * sheet->text + SPACE};
    for (size_t i = 0; i < sheet->lanes; i++)
        columns.name_width = fmax(columns.name_width,
                                  canvas_text_width(sheet->flow->lanes[sheet->order[i]].name, 9 * sheet->text, true));
    columns.name_width = fmin(columns.name_width + 1, NAME_MOST);
    for (size_t i = 0; i < sheet->count; i++) {
        char words[WORDS_MAX];
        if (sheet_flow_row(sheet, i)->lane == FLOW_NO_LANE)
            continue;
        words_of_row(sheet, i, words);
        columns.text_width =
            fmax(columns.text_width, canvas_text_width(words, (SHEET_LABEL_SIZE - 1) * sheet->text, false));
    }
    columns.text_width = fmin(columns.text_width, TEXT_MOST) + 1;
    for (size_t i = 0; i < sheet->count; i++) /* what is wrong is said in full */
        if (flow_is_wrong(sheet->flow, i))
            columns.text_width =
                fmax(columns.text_width,
                     canvas_text_width(sheet->rows[i].said.label, (SHEET_LABEL_SIZE - 1) * sheet->text, false) + 1);
    columns.text = columns.name + columns.name_width + SPACE;
    columns.lanes = columns.text + columns.text_width + 2 * SPACE;
    return columns;
}

static double pitch_of(size_t lanes)
{
    return lanes <= 6 ? 84 : lanes <= 12 ? 44 : lanes <= 32 ? 24 : 15;
}

void sheet_lay_out_narrow(struct sheet *sheet)
{
    struct columns columns = columns_of(sheet);
    double pitch = pitch_of(sheet->lanes);
    for (size_t i = 0; i < sheet->lanes; i++)
        sheet->x[sheet->order[i]] = columns.lanes + pitch / 2 + pitch * (double)i;
    sheet->canvas->width = columns.lanes + pitch * (double)sheet->lanes + SHEET_MARGIN;
}

static void put_leader(struct sheet *sheet, size_t row, double from)
{
    int mark = sheet->rows[row].mark;
    double to = sheet->x[sheet_flow_row(sheet, row)->lane] - sheet->mark_size / 2 - 2, y = sheet->rows[row].y;
    if (mark != CANVAS_NONE && to > from)
        sheet_put_line(sheet, from, y, to, y, LINE_LEADER, INK_FAINT);
}

void sheet_put_texts_narrow(struct sheet *sheet)
{
    struct columns columns = columns_of(sheet);
    for (size_t i = 0; i < sheet->count; i++) {
        const struct row *row = sheet_flow_row(sheet, i);
        char words[WORDS_MAX];
        if (row->lane == FLOW_NO_LANE)
            continue;
        const struct flow_lane *lane = &sheet->flow->lanes[row->lane];
        words_of_row(sheet, i, words);
        sheet_put_time(sheet, i, sheet->left + SHEET_TIME_WIDTH * sheet->text);
        canvas_text(sheet->canvas, columns.name, sheet->rows[i].y, ALIGN_LEFT, 9 * sheet->text,
                    (enum canvas_ink)lane->mode, false, columns.name_width, lane->name, lane->name);
        int text =
            canvas_text(sheet->canvas, columns.text, sheet->rows[i].y, ALIGN_LEFT, (SHEET_LABEL_SIZE - 1) * sheet->text,
                        INK_BLACK, false, columns.text_width, words, sheet->rows[i].tip);
        if (text != CANVAS_NONE)
            put_leader(sheet, i, columns.text + sheet->canvas->texts[text].width + 3);
    }
}
