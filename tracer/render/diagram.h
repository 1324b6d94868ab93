/* A diagram: boxes with words, arcs between them, each perhaps with words of its own.
 *
 * Who makes one says what is in it; Graphviz says where (diagram_place, in graphviz.c); then it is put on a canvas
 * like the ladder, so that what stands around it and what is checked of it are the same.
 */
#ifndef TRACER_RENDER_DIAGRAM_H
#define TRACER_RENDER_DIAGRAM_H

#include "tracer/render/canvas.h"
#include "tracer/render/flow.h"

enum { DIAGRAM_FREE = -1 }; /* a level: Graphviz chooses */

struct diagram_box {
    enum canvas_shape shape; /* SHAPE_HEADER or SHAPE_OBJECT */
    enum canvas_ink ink;
    int level;   /* rows from the top, or DIAGRAM_FREE */
    char *words; /* lines; the first is the title */
    char *tip;   /* may be NULL */
    double x, y, width, height;
};

struct diagram_arc {
    unsigned from, to; /* boxes */
    enum canvas_line_kind kind;
    enum canvas_ink ink;
    double thick;               /* of its line in points; 0: as the kind says */
    char *words;                /* lines, may be NULL */
    double x, y, width, height; /* of the words */
    double *curve;              /* `points` pairs: a Bezier curve's, then the tip of the arrow */
    size_t points;
};

struct diagram {
    struct diagram_box *boxes;
    struct diagram_arc *arcs;
    size_t box_count, arc_count, box_room, arc_room;
    double width, height; /* once placed */
    bool failed;          /* memory was short */
};

/* A word of the legend: what a line or a box stands for. */
struct diagram_key {
    bool is_line;
    enum canvas_line_kind kind;
    struct canvas_mark mark;
    enum canvas_ink ink;
    const char *words;
};

void diagram_free(struct diagram *diagram);

/* Each copies the words and returns the number of what it added, CANVAS_NONE when memory is short. */
int diagram_box(struct diagram *diagram, struct diagram_box box, const char *words, const char *tip);
int diagram_arc(struct diagram *diagram, struct diagram_arc arc, const char *words);

/* Fills in where everything stands, y downwards from the top left.  Returns 0, or −1 with one line in `error`.
 * In graphviz.c. */
int diagram_place(struct diagram *diagram, char error[LOG_ERROR_MAX]);

/* Places it and puts it on a canvas: title and facts above; below, `moment` (a sentence, may be NULL) and the legend,
 * `keys` of them.  Free the canvas in any case.  Returns 0, or −1 with one line in `error`. */
int diagram_draw(struct canvas *canvas, struct diagram *diagram, const struct flow *flow, const char *title,
                 const char *moment, const struct diagram_key *keys, size_t key_count, char error[LOG_ERROR_MAX]);

/* The pictures that are diagrams.  As diagram_draw. */
int graph_draw(struct canvas *canvas, const struct flow *flow, const struct flow_window *window, const char *title,
               char error[LOG_ERROR_MAX]);
int waits_draw(struct canvas *canvas, const struct flow *flow, const struct flow_window *window, const char *title,
               char error[LOG_ERROR_MAX]);

#endif
