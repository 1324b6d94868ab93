/* A ladder while it is drawn: what ladder.c and the two ways of laying out its rows share. */
#ifndef TRACER_RENDER_SHEET_H
#define TRACER_RENDER_SHEET_H

#include "tracer/render/describe.h"
#include "tracer/render/ladder.h"

/* Sizes in points. */
enum {
    SHEET_MARGIN = 16,
    SHEET_LABEL_SIZE = 10,
    SHEET_DETAIL_SIZE = 8,
    SHEET_HOP_SIZE = 9,
    SHEET_TIME_WIDTH = 58,
    SHEET_BRACKET = 12, /* room for one level of brackets */
};

struct sheet_row {
    struct description said;
    char tip[WORDS_MAX];
    double y, pitch; /* centre, and room that it wants below the row before */
    int mark;        /* on the canvas */
    size_t cause;    /* row that an arrow comes from, FLOW_NOTHING for none */
    int side;        /* −1: text left of its mark, 1: right */
    double drop;     /* how far the text stands below its mark's centre */
    unsigned depth;  /* folded row: how many folds it holds, itself included */
    size_t top;      /* folded row: the first row that it repeats */
};

struct sheet {
    struct canvas *canvas;
    const struct flow *flow;
    struct sheet_row *rows;
    size_t count;       /* rows drawn */
    double *x;          /* by lane of the flow: its column; negative if it has no row here */
    uint32_t *order;    /* shown lanes, from left to right */
    size_t lanes;       /* how many */
    bool wide;          /* texts stand beside their marks */
    unsigned brackets;  /* levels of brackets at the left */
    double left;        /* where texts may begin, right of the brackets */
    double top, bottom; /* of the rows */
    double mark_size;
    double text; /* sizes of text are multiplied by it: 1, larger where the picture is to be projected */
    struct words_clock clock;
};

/* Columns and texts, each way.  The rows' y is known, canvas.width is set by them. */
void sheet_lay_out_wide(struct sheet *sheet);
void sheet_put_texts_wide(struct sheet *sheet);
void sheet_lay_out_narrow(struct sheet *sheet);
void sheet_put_texts_narrow(struct sheet *sheet);

/* The colour of a mode, and the shape of a row's mark: in a flow of control by mode, so that black and white will
 * do; among threads by kind. */
enum canvas_ink sheet_ink(unsigned mode);
enum canvas_shape sheet_shape(const struct sheet *sheet, const struct row *row);
/* A line that hangs in the air, tied to no mark. */
void sheet_put_line(struct sheet *sheet, double x1, double y1, double x2, double y2, enum canvas_line_kind kind,
                    enum canvas_ink ink);

/* In frame.c.  Where the rows may begin; then, once columns and width are known, what stands around them. */
double frame_top(const struct sheet *sheet);
void frame_put_caption(struct sheet *sheet, const char *title);
void frame_put_columns(struct sheet *sheet);
/* What the picture leaves out, from y on; returns where the next thing may stand. */
double frame_put_rest(struct sheet *sheet, double y);
void frame_put_legend(struct sheet *sheet, double y);
/* One entry of a legend, a mark or a line and what it stands for; returns where the next may begin. */
double frame_put_key(struct sheet *sheet, double x, double y, struct canvas_mark mark, const char *words);
double frame_put_line_key(struct sheet *sheet, double x, double y, enum canvas_line_kind kind, enum canvas_ink ink,
                          const char *words);

/* Puts the time of a row at the left. */
void sheet_put_time(struct sheet *sheet, size_t row, double right);

static inline const struct row *sheet_flow_row(const struct sheet *sheet, size_t row)
{
    return &sheet->flow->rows[row];
}

#endif
