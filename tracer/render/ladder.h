/* The ladder: a flow of control on a canvas.  Lanes are columns, time runs downwards. */
#ifndef TRACER_RENDER_LADDER_H
#define TRACER_RENDER_LADDER_H

#include "tracer/render/canvas.h"
#include "tracer/render/flow.h"

enum { LADDER_ROWS_MOST = 400 }; /* rows of one picture; the rest is told, and shown by a window */

/* Draws the flow, at most LADDER_ROWS_MOST rows of it.  `title` may be NULL.  `projected`: for the last row of a
 * lecture hall, in larger text and closer rows.  Returns 0, or −1 when memory is
 * short.  Free the canvas in either case. */
int ladder_draw(struct canvas *canvas, const struct flow *flow, const char *title, bool projected);

#endif
