/* The pictures that a log can be drawn as, on a canvas. */
#ifndef TRACER_RENDER_PICTURE_H
#define TRACER_RENDER_PICTURE_H

#include "tracer/render/canvas.h"
#include "tracer/render/render.h"

/* What --picture calls them, and what they are. */
extern const char *const picture_names[PICTURE_END], *const picture_titles[PICTURE_END];

/* Draws the picture that the job asks for.  Returns 0, or −1 with one line in `error`.  Free the canvas in any case. */
int picture_draw(struct canvas *canvas, const struct render_job *job, char error[LOG_ERROR_MAX]);

#endif
