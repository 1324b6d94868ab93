/* Rendering: what every output is given, and what an output is.
 *
 * To add one: write a file with a function of the type `write` below, and a row in the table of outputs in
 * command.c.  Nothing that records or reads a log changes.
 */
#ifndef TRACER_RENDER_RENDER_H
#define TRACER_RENDER_RENDER_H

#include "tracer/render/flow.h"

#include <stdio.h>

enum render_picture { PICTURE_LADDER, PICTURE_GRAPH, PICTURE_WAITS, PICTURE_END };

struct render_job {
    const struct log_view *view;
    const struct names *names;
    const struct flow_window *window;
    const struct flow *flow; /* folded as asked, but for diagrams; NULL for an output with `events` set */
    const char *title;       /* NULL: what was recorded */
    const char *format;      /* the output's name */
    enum render_picture picture;
    bool stacks;      /* below each row who called */
    unsigned columns; /* of the terminal, or 80 */
    bool projected;   /* a picture for a slide: larger text, closer rows */
    bool colour;      /* the terminal takes escape sequences, and nobody said NO_COLOR */
};

/* One row of the table of outputs: all that the command knows about a format. */
struct render_output {
    const char *name;    /* after -f, and the ending by which -o FILE chooses it */
    const char *summary; /* one line for --help */
    bool events;         /* wants the log's events as they are: no rows are made, nothing is folded */
    bool binary;         /* would harm a terminal: needs -o or a pipe */
    bool pictures;       /* draws any picture; the others have the ladder only */
    bool unfolded;       /* wants every row */
    /* Writes the whole output to `out`.  Returns 0, or −1 with one line in `error` (no newline, no program
     * name).  Need not check `out` for errors: the command does when it closes it. */
    int (*write)(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
};

int text_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
int jsonl_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
int perfetto_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
int mermaid_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
/* svg, png, pdf and dot. */
int graphviz_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);
int html_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX]);

/* `trapflow render …`: 0, or 2 after one line on stderr. */
int trapflow_render(int argc, char **argv);

#endif
