/* Diagrams on their way to a canvas: boxes and arcs get their sizes from their words, their places from Graphviz,
 * and the caption and the legend that every picture has.  Knows nothing of what a box stands for.
 */
#include "tracer/render/diagram.h"
#include "tracer/render/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TITLE_SIZE = 11, WORDS_SIZE = 8, LEADING = 12, BOX_MARGIN = 12, KEY_ROOM = 48;

void diagram_free(struct diagram *diagram)
{
    for (size_t i = 0; i < diagram->box_count; i++)
        free(diagram->boxes[i].words), free(diagram->boxes[i].tip);
    for (size_t i = 0; i < diagram->arc_count; i++)
        free(diagram->arcs[i].words), free(diagram->arcs[i].curve);
    free(diagram->boxes), free(diagram->arcs);
    *diagram = (struct diagram){0};
}

/* Room for one more; false when memory is short. */
static bool grow(struct diagram *diagram, void *array, size_t count, size_t *room, size_t size)
{
    void **start = array;
    if (count < *room)
        return true;
    size_t more = *room == 0 ? 16 : *room * 2;
    void *grown = realloc(*start, more * size);
    diagram->failed |= grown == NULL;
    if (grown == NULL)
        return false;
    *start = grown, *room = more;
    return true;
}

static char *copy(struct diagram *diagram, const char *words)
{
    char *copied = words != NULL ? strdup(words) : NULL;
    diagram->failed |= words != NULL && copied == NULL;
    return copied;
}

/* How much room lines of words take; the first of a box is larger and bold. */
static void measure(const char *words, bool titled, double *width, double *height)
{
    unsigned lines = 0;
    *width = 0;
    for (const char *line = words, *end; line != NULL; line = *end != '\0' ? end + 1 : NULL, lines++) {
        char text[WORDS_MAX];
        bool title = titled && lines == 0;
        end = line + strcspn(line, "\n");
        snprintf(text, sizeof text, "%.*s", (int)(end - line), line);
        *width = fmax(*width, canvas_text_width(text, title ? TITLE_SIZE : WORDS_SIZE, title));
    }
    *height = lines * LEADING;
}

int diagram_box(struct diagram *diagram, struct diagram_box box, const char *words, const char *tip)
{
    if (!grow(diagram, &diagram->boxes, diagram->box_count, &diagram->box_room, sizeof box))
        return CANVAS_NONE;
    measure(words, true, &box.width, &box.height);
    box.width += BOX_MARGIN, box.height += BOX_MARGIN;
    box.words = copy(diagram, words);
    box.tip = copy(diagram, tip);
    diagram->boxes[diagram->box_count] = box;
    return (int)diagram->box_count++;
}

int diagram_arc(struct diagram *diagram, struct diagram_arc arc, const char *words)
{
    if (!grow(diagram, &diagram->arcs, diagram->arc_count, &diagram->arc_room, sizeof arc))
        return CANVAS_NONE;
    if (words != NULL)
        measure(words, false, &arc.width, &arc.height);
    arc.words = copy(diagram, words);
    arc.curve = NULL;
    diagram->arcs[diagram->arc_count] = arc;
    return (int)diagram->arc_count++;
}

static void put_words(struct canvas *canvas, const char *words, double x, double y, double height, bool in_box)
{
    double at = y - height / 2 + LEADING / 2;
    bool first = true;
    for (const char *line = words, *end; line != NULL; line = *end != '\0' ? end + 1 : NULL, at += LEADING) {
        char text[WORDS_MAX];
        bool title = in_box && first;
        end = line + strcspn(line, "\n");
        snprintf(text, sizeof text, "%.*s", (int)(end - line), line);
        int number = canvas_text(canvas, x, at, ALIGN_CENTRE, title ? TITLE_SIZE : WORDS_SIZE,
                                 title ? INK_BLACK : INK_GREY, title, 0, text, NULL);
        if (number != CANVAS_NONE)
            canvas->texts[number].on_colour = in_box;
        first = false;
    }
}

/* Marks are numbered as the boxes are: they come first on the canvas. */
static void put_diagram(struct canvas *canvas, const struct diagram *diagram, double left, double top)
{
    for (size_t i = 0; i < diagram->box_count; i++) {
        const struct diagram_box *box = &diagram->boxes[i];
        struct canvas_mark mark = {.x = left + box->x,
                                   .y = top + box->y,
                                   .width = box->width,
                                   .height = box->height,
                                   .shape = box->shape,
                                   .ink = box->ink};
        canvas_mark(canvas, mark, box->tip);
        put_words(canvas, box->words, mark.x, mark.y, box->height - BOX_MARGIN, true);
    }
    for (size_t i = 0; i < diagram->arc_count; i++) {
        struct diagram_arc *arc = &diagram->arcs[i];
        for (size_t point = 0; point < arc->points; point++)
            arc->curve[2 * point] += left, arc->curve[2 * point + 1] += top;
        struct canvas_line line = {
            .kind = arc->kind, .ink = arc->ink, .from = (int)arc->from, .to = (int)arc->to, .thick = arc->thick};
        canvas_curve(canvas, line, arc->curve, arc->points);
        if (arc->words != NULL)
            put_words(canvas, arc->words, left + arc->x, top + arc->y, arc->height, false);
    }
}

static double keys_width(const struct diagram_key *keys, size_t count)
{
    double width = SHEET_MARGIN;
    for (size_t i = 0; i < count; i++)
        width += KEY_ROOM + canvas_measure(keys[i].words, WORDS_SIZE, false);
    return width;
}

static void put_keys(struct sheet *sheet, double y, const struct diagram_key *keys, size_t count)
{
    double x = SHEET_MARGIN;
    for (size_t i = 0; i < count; i++)
        if (keys[i].is_line)
            x = frame_put_line_key(sheet, x, y, keys[i].kind, keys[i].ink, keys[i].words);
        else
            x = frame_put_key(sheet, x, y, keys[i].mark, keys[i].words);
    sheet->canvas->width = fmax(sheet->canvas->width, x);
}

int diagram_draw(struct canvas *canvas, struct diagram *diagram, const struct flow *flow, const char *title,
                 const char *moment, const struct diagram_key *keys, size_t key_count, char error[LOG_ERROR_MAX])
{
    struct sheet sheet = {.canvas = canvas, .flow = flow, .text = 1};
    *canvas = (struct canvas){0};
    if (!diagram->failed && diagram->box_count != 0 && diagram_place(diagram, error) < 0)
        return -1;
    canvas->width = fmax(diagram->width + 2 * SHEET_MARGIN, keys_width(keys, key_count));
    if (moment != NULL)
        canvas->width = fmax(canvas->width, canvas_text_width(moment, SHEET_LABEL_SIZE, false) + 2 * SHEET_MARGIN);
    frame_put_caption(&sheet, title);
    double top = frame_top(&sheet) + 22, y = top + diagram->height + (diagram->box_count != 0 ? 24 : 0);
    /* First the boxes, for their numbers; keys are marks, too. */
    put_diagram(canvas, diagram, fmax(SHEET_MARGIN, (canvas->width - diagram->width) / 2), top);
    if (moment != NULL) {
        canvas_text(canvas, SHEET_MARGIN, y, ALIGN_LEFT, SHEET_LABEL_SIZE, INK_BLACK, false, 0, moment, NULL);
        y += 20;
    }
    if (diagram->box_count != 0)
        put_keys(&sheet, y, keys, key_count);
    canvas->height = y + 14;
    if (diagram->failed || canvas->failed)
        snprintf(error, LOG_ERROR_MAX, "draw the diagram: out of memory; try a window, --from and --to");
    return diagram->failed || canvas->failed ? -1 : 0;
}
