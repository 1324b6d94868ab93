/* The page's parts: what page.c puts together, rows.c and facts.c fill in, and strings.c keeps once. */
#ifndef TRACER_RENDER_HTML_HTML_H
#define TRACER_RENDER_HTML_HTML_H

#include "tracer/render/render.h"

enum { HTML_ROWS_MOST = 100000 }; /* rows of one page; the rest is told, and shown by a window */

/* Strings of a page, each kept once and known by its number. */
struct strings {
    char **texts;
    uint32_t *slots; /* open addressing: number + 1, 0 for an empty slot */
    size_t count, slot_count;
    bool failed; /* memory was short: some number is wrong */
};

/* The number of a string, from 0. */
uint32_t strings_number(struct strings *strings, const char *text);
/* Writes all of them as a JSON array. */
void strings_write(const struct strings *strings, FILE *out);
void strings_free(struct strings *strings);

/* A JSON string that may stand inside a script element: nothing in it can end the element or begin a comment. */
void html_put_json(FILE *out, const char *text);
/* A number of 64 bits: JavaScript's own numbers are exact up to 2^53, what is larger becomes a string in hex. */
void html_put_number(FILE *out, uint64_t value, bool negative);

/* `"rows":{…}`: a column for each property of the first `count` rows. */
void html_put_rows(const struct render_job *job, size_t count, struct strings *strings, FILE *out);
/* `"forms":[…],"form":[…],"values":[…]`: each row's own fields, under the names of their form. */
void html_put_facts(const struct render_job *job, size_t count, FILE *out);
/* `"stacks":[…],"registers":[…],"texts":[…]`: what the log holds about a row beyond its own record. */
void html_put_about(const struct render_job *job, size_t count, struct strings *strings, FILE *out);

#endif
