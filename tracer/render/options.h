/* The options of trapflow render. */
#ifndef TRACER_RENDER_OPTIONS_H
#define TRACER_RENDER_OPTIONS_H

#include "tracer/render/render.h"

enum { FOLD_DEFAULT = 3 };

struct render_options {
    const char *log;   /* path */
    const char *out;   /* path; NULL: standard output */
    const char *title; /* NULL: what was recorded */
    const struct render_output *output;
    enum render_picture picture;
    struct flow_window window;
    bool stacks;    /* text: the callers of each row */
    bool projected; /* a picture for a slide */
    unsigned fold;  /* repeats worth folding; 0: never */
};

/* Reads the command line.  What is wrong with it, and --help, end the process. */
void options_read(struct render_options *options, int argc, char **argv);

/* The table of outputs, ended by a NULL name.  In command.c. */
extern const struct render_output render_outputs[];

#endif
