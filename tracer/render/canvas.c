/* A picture before any format: what is added keeps its place and its measured size.  Knows fonts by their
 * widths and shapes by their outlines; refuses to know what a mark stands for or how it will be drawn.
 */
#include "tracer/render/canvas.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Advance widths of DejaVu Sans, in thousandths of the font size, from ' ' to '~'. */
static const uint16_t widths[95] = {
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361,  318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635,  611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352,  635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592,  525, 636, 337, 636, 838,
};
static const double BOLD_IS_WIDER = 1.11; /* on average; no bold text here is set to a hair */
static const double LINE_HEIGHT = 1.2, TEXT_ROOM = 4,
                    TEXT_SLACK = 1.03; /* other renderers of the font are not as exact */

static unsigned width_of(uint32_t character)
{
    if (character >= ' ' && character <= '~')
        return widths[character - ' '];
    switch (character) {
    case 0xb7:   /* · */
    case 0x2019: /* ’ */
        return 318;
    case 0xb5: /* µ */
        return 636;
    case 0xd7:   /* × */
    case 0x2190: /* ← */
    case 0x2192: /* → */
        return 838;
    case 0x2026: /* … */
        return 1000;
    default:
        return words_columns_of(character) == 1 ? 680 : words_columns_of(character) * 520;
    }
}

double canvas_measure(const char *words, double size, bool bold)
{
    return words_measure(words, width_of) * size / 1000 * (bold ? BOLD_IS_WIDER : 1);
}

double canvas_text_width(const char *words, double size, bool bold)
{
    return ceil(canvas_measure(words, size, bold) * TEXT_SLACK + TEXT_ROOM);
}

void canvas_free(struct canvas *canvas)
{
    for (size_t i = 0; i < canvas->mark_count; i++)
        free(canvas->marks[i].tip);
    for (size_t i = 0; i < canvas->text_count; i++)
        free(canvas->texts[i].words), free(canvas->texts[i].tip);
    for (size_t i = 0; i < canvas->line_count; i++)
        free(canvas->lines[i].curve);
    free(canvas->marks), free(canvas->texts), free(canvas->lines);
    *canvas = (struct canvas){0};
}

/* Room for one more of `size` bytes; false when memory is short. */
static bool grow(struct canvas *canvas, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t wanted = *room == 0 ? 64 : *room * 2;
    void **at = array, *grown = realloc(*at, wanted * size);
    if (grown == NULL) {
        canvas->failed = true;
        return false;
    }
    *at = grown;
    *room = wanted;
    return true;
}

static char *copy(struct canvas *canvas, const char *words)
{
    char *copied = words != NULL ? strdup(words) : NULL;
    canvas->failed |= words != NULL && copied == NULL;
    return copied;
}

int canvas_mark(struct canvas *canvas, struct canvas_mark mark, const char *tip)
{
    if (!grow(canvas, &canvas->marks, canvas->mark_count, &canvas->mark_room, sizeof mark))
        return CANVAS_NONE;
    mark.tip = copy(canvas, tip);
    canvas->marks[canvas->mark_count] = mark;
    return (int)canvas->mark_count++;
}

int canvas_line(struct canvas *canvas, struct canvas_line line)
{
    if (!grow(canvas, &canvas->lines, canvas->line_count, &canvas->line_room, sizeof line))
        return CANVAS_NONE;
    canvas->lines[canvas->line_count] = line;
    return (int)canvas->line_count++;
}

int canvas_curve(struct canvas *canvas, struct canvas_line line, const double *points, size_t count)
{
    line.curve = count >= 2 ? malloc(2 * count * sizeof *points) : NULL;
    canvas->failed |= line.curve == NULL;
    if (line.curve == NULL)
        return CANVAS_NONE;
    memcpy(line.curve, points, 2 * count * sizeof *points);
    line.points = count;
    line.x1 = points[0], line.y1 = points[1];
    line.x2 = points[2 * count - 2], line.y2 = points[2 * count - 1];
    int number = canvas_line(canvas, line);
    if (number == CANVAS_NONE)
        free(line.curve);
    return number;
}

int canvas_text(struct canvas *canvas, double x, double y, enum canvas_align align, double size, enum canvas_ink ink,
                bool bold, double limit, const char *words, const char *tip)
{
    char shown[WORDS_MAX];
    if (!grow(canvas, &canvas->texts, canvas->text_count, &canvas->text_room, sizeof *canvas->texts))
        return CANVAS_NONE;
    snprintf(shown, sizeof shown, "%s", words);
    if (limit > 0)
        words_shorten(shown, sizeof shown,
                      (unsigned)((limit - TEXT_ROOM) / TEXT_SLACK * 1000 / size / (bold ? BOLD_IS_WIDER : 1)),
                      width_of);
    double width = canvas_text_width(shown, size, bold);
    double centre = align == ALIGN_LEFT ? x + width / 2 : align == ALIGN_RIGHT ? x - width / 2 : x;
    canvas->texts[canvas->text_count] = (struct canvas_text){.x = centre,
                                                             .y = y,
                                                             .width = width,
                                                             .height = ceil(size * LINE_HEIGHT),
                                                             .align = align,
                                                             .size = size,
                                                             .ink = ink,
                                                             .bold = bold,
                                                             .words = copy(canvas, shown),
                                                             .tip = copy(canvas, tip)};
    return (int)canvas->text_count++;
}

/* How far a shape reaches from its centre into a direction (a unit vector). */
static double reach(const struct canvas_mark *mark, double dx, double dy)
{
    double half_width = mark->width / 2, half_height = mark->height / 2;
    switch (mark->shape) {
    case SHAPE_SQUARE:
    case SHAPE_HEADER:
    case SHAPE_OBJECT:
        return fmin(half_width / fmax(fabs(dx), 1e-6), half_height / fmax(fabs(dy), 1e-6));
    case SHAPE_DIAMOND:
        return 1 / (fabs(dx) / half_width + fabs(dy) / half_height);
    default:
        return half_width;
    }
}

int canvas_arrow(struct canvas *canvas, int from, int to, enum canvas_line_kind kind, enum canvas_ink ink)
{
    if (from == CANVAS_NONE || to == CANVAS_NONE)
        return CANVAS_NONE;
    const struct canvas_mark *tail = &canvas->marks[from], *head = &canvas->marks[to];
    double dx = head->x - tail->x, dy = head->y - tail->y, length = hypot(dx, dy);
    if (length < 1)
        return CANVAS_NONE;
    dx /= length, dy /= length;
    double start = reach(tail, dx, dy) + 0.5, end = reach(head, -dx, -dy) + 1;
    return canvas_line(canvas, (struct canvas_line){.x1 = tail->x + dx * start,
                                                    .y1 = tail->y + dy * start,
                                                    .x2 = head->x - dx * end,
                                                    .y2 = head->y - dy * end,
                                                    .kind = kind,
                                                    .ink = ink,
                                                    .from = from,
                                                    .to = to});
}

enum { CHORDS = 16 }; /* by which a curve is checked */

static bool boxes_touch(double x1, double y1, double w1, double h1, double x2, double y2, double w2, double h2)
{
    return fabs(x1 - x2) * 2 < w1 + w2 && fabs(y1 - y2) * 2 < h1 + h2;
}

/* Does the segment from (x1, y1) to (x2, y2) enter the box?  Cuts it by the box's four sides in turn. */
static bool segment_touches(double x1, double y1, double x2, double y2, const struct canvas_text *box)
{
    double from = 0, to = 1;
    double at[2] = {x1 - box->x, y1 - box->y}, by[2] = {x2 - x1, y2 - y1};
    double half[2] = {box->width / 2, box->height / 2};
    for (unsigned axis = 0; axis < 2; axis++) {
        if (fabs(by[axis]) < 1e-9) {
            if (fabs(at[axis]) > half[axis])
                return false;
            continue;
        }
        double a = (-half[axis] - at[axis]) / by[axis], b = (half[axis] - at[axis]) / by[axis];
        from = fmax(from, fmin(a, b));
        to = fmin(to, fmax(a, b));
    }
    return from < to;
}

/* A point of the cubic curve with these four control points, at 0 <= t <= 1, in one coordinate. */
static double on_curve(const double *control, double t)
{
    double s = 1 - t;
    return s * s * s * control[0] + 3 * s * s * t * control[2] + 3 * s * t * t * control[4] + t * t * t * control[6];
}

static bool line_touches(const struct canvas_line *line, const struct canvas_text *box)
{
    if (line->curve == NULL)
        return segment_touches(line->x1, line->y1, line->x2, line->y2, box);
    double x = line->x1, y = line->y1;
    for (size_t piece = 0; piece + 4 < line->points; piece += 3)
        for (unsigned i = 1; i <= CHORDS; i++) {
            const double *control = &line->curve[2 * piece];
            double next_x = on_curve(control, (double)i / CHORDS), next_y = on_curve(control + 1, (double)i / CHORDS);
            if (segment_touches(x, y, next_x, next_y, box))
                return true;
            x = next_x, y = next_y;
        }
    return segment_touches(x, y, line->x2, line->y2, box);
}

static bool is_arrow(const struct canvas_line *line)
{
    return line->kind == LINE_ARROW || line->kind == LINE_ARROW_THICK || line->kind == LINE_BRACKET ||
           line->kind == LINE_WAITS;
}

/* What the text numbered `index` touches, in words; NULL for nothing. */
static const char *touched(const struct canvas *canvas, size_t index)
{
    const struct canvas_text *text = &canvas->texts[index];
    if (text->x - text->width / 2 < 0 || text->y - text->height / 2 < 0 || text->x + text->width / 2 > canvas->width ||
        text->y + text->height / 2 > canvas->height)
        return "the edge of the picture";
    for (size_t i = 0; i < canvas->text_count; i++) {
        const struct canvas_text *other = &canvas->texts[i];
        if (i != index &&
            boxes_touch(text->x, text->y, text->width, text->height, other->x, other->y, other->width, other->height))
            return other->words;
    }
    for (size_t i = 0; i < canvas->mark_count; i++) {
        const struct canvas_mark *mark = &canvas->marks[i];
        bool holds_words = mark->shape == SHAPE_HEADER || mark->shape == SHAPE_OBJECT;
        if (!(holds_words && text->on_colour) &&
            boxes_touch(text->x, text->y, text->width, text->height, mark->x, mark->y, mark->width, mark->height))
            return "a mark";
    }
    for (size_t i = 0; i < canvas->line_count; i++)
        if (is_arrow(&canvas->lines[i]) && line_touches(&canvas->lines[i], text))
            return "an arrow";
    return NULL;
}

size_t canvas_flaws(const struct canvas *canvas, char found[WORDS_MAX])
{
    size_t flaws = 0;
    found[0] = '\0';
    for (size_t i = 0; i < canvas->text_count; i++) {
        const char *what = touched(canvas, i);
        if (what != NULL && flaws++ == 0)
            snprintf(found, WORDS_MAX, "'%.200s' touches '%.200s'", canvas->texts[i].words, what);
    }
    return flaws;
}
