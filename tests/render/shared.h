/* What the pages of the renderer's suite share: the command as users type it, and its answers. */
#ifndef TESTS_RENDER_SHARED_H
#define TESTS_RENDER_SHARED_H

#include "tests/harness/check.h"
#include "tests/render/fixtures.h"
#include "tracer/render/canvas.h"
#include "tracer/render/render.h"

/* `trapflow render LOG …` on a page of 80 columns; the words end with NULL. */
struct run_result render(const char *log, const char *const *words);
#define RENDER(log, ...) render(log, (const char *const[]){__VA_ARGS__, NULL})

/* The output of a run that must go well.  Free it. */
char *good(struct run_result result);

/* The path of a log that `write` wrote just now. */
const char *log_of(void (*write)(const char *path));

/* Fails unless the text is what tests/render/golden/NAME.txt holds. */
void check_golden(const char *name, const char *text);

/* Draws a picture of the log in this process, folded as by default.  Free the canvas. */
void draw_log(struct canvas *canvas, const char *path, enum render_picture picture, bool projected);

/* Draws it, and fails if a text touches something. */
void check_flaws(const char *name, const char *log, enum render_picture picture, bool projected);

#endif
