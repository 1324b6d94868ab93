/* A picture before any format: marks, texts and lines at places, in points, y downwards.
 *
 * The ladder is drawn on it; graphviz.c puts it on paper.  Because every text is measured here, "no label
 * touches another" is a property that can be computed, and a test does.
 */
#ifndef TRACER_RENDER_CANVAS_H
#define TRACER_RENDER_CANVAS_H

#include "tracer/render/words.h"

#include <stddef.h>
#include <stdint.h>

enum canvas_ink {
    INK_USER,
    INK_GUEST_KERNEL,
    INK_HYPERVISOR,
    INK_HOST, /* in the order of enum event_mode */
    INK_BLACK,
    INK_GREY,
    INK_FAINT,
    INK_WHITE,
    INK_RED, /* what is wrong; always thick as well, for those who cannot tell red from black */
    INK_END
};
enum canvas_shape { SHAPE_CIRCLE, SHAPE_SQUARE, SHAPE_HEXAGON, SHAPE_DIAMOND, SHAPE_HEADER, SHAPE_OBJECT, SHAPE_END };
enum canvas_align { ALIGN_LEFT, ALIGN_CENTRE, ALIGN_RIGHT };
enum canvas_line_kind {
    LINE_ARROW,       /* thin: control crosses, or one thread lets another go on */
    LINE_ARROW_THICK, /* the same party goes on */
    LINE_LIFE,        /* a thread between two of its events */
    LINE_BLOCKED,     /* a thread that waits */
    LINE_WAITS,       /* an arrow from who waits */
    LINE_COLUMN,      /* a lane, for the eye to follow */
    LINE_LEADER,      /* from a text to its mark */
    LINE_BRACKET,     /* what repeats */
    LINE_KIND_END
};

enum { CANVAS_NONE = -1 };

struct canvas_mark {
    double x, y, width, height; /* centre and size */
    enum canvas_shape shape;
    enum canvas_ink ink;
    bool hollow;
    char number[8]; /* inside it; may be empty */
    char *tip;      /* the whole text, for whoever points at it; may be NULL */
};

struct canvas_text {
    double x, y, width, height; /* centre and measured size, a little room included */
    enum canvas_align align;    /* inside that box */
    double size;                /* of the font */
    enum canvas_ink ink;
    bool bold;
    bool on_colour; /* stands on a mark: nothing behind it is to be cleared */
    char *words;    /* as shown, perhaps shortened */
    char *tip;      /* in full; may be NULL */
};

struct canvas_line {
    double x1, y1, x2, y2;
    enum canvas_line_kind kind;
    enum canvas_ink ink;
    int from, to;  /* marks that it connects, CANVAS_NONE where it hangs in the air */
    double thick;  /* in points; 0: as its kind has it */
    double *curve; /* `points` pairs: a Bezier curve, then the tip of its arrow; NULL: a straight line */
    size_t points;
};

struct canvas {
    double width, height;
    struct canvas_mark *marks;
    struct canvas_text *texts;
    struct canvas_line *lines;
    size_t mark_count, text_count, line_count;
    size_t mark_room, text_room, line_room;
    bool failed; /* memory was short: what is here is not all */
};

void canvas_free(struct canvas *canvas);

/* Each returns the number of what it added, CANVAS_NONE when memory is short. */
int canvas_mark(struct canvas *canvas, struct canvas_mark mark, const char *tip);
int canvas_line(struct canvas *canvas, struct canvas_line line);
/* The same along a curve, whose points are copied; x1 to y2 are taken from it. */
int canvas_curve(struct canvas *canvas, struct canvas_line line, const double *points, size_t count);
/* Shortens `words` to `limit` points (0: as they are).  x is the left edge, centre or right edge as aligned. */
int canvas_text(struct canvas *canvas, double x, double y, enum canvas_align align, double size, enum canvas_ink ink,
                bool bold, double limit, const char *words, const char *tip);
/* A line from mark to mark, clipped at their outlines. */
int canvas_arrow(struct canvas *canvas, int from, int to, enum canvas_line_kind kind, enum canvas_ink ink);

/* Width in points of words in the font that pictures are set in (DejaVu Sans; Verdana is as wide). */
double canvas_measure(const char *words, double size, bool bold);

/* The same with the room that every text gets: the width of its box on the canvas. */
double canvas_text_width(const char *words, double size, bool bold);

/* Looks for texts that touch each other, a mark or an arrow, or that leave the canvas.  Returns how many, and
 * writes the first into `found`. */
size_t canvas_flaws(const struct canvas *canvas, char found[WORDS_MAX]);

#endif
