/* Inside of `trapflow diff`: alike.c says an event without what changes from run to run, diff.c compares. */
#ifndef TRACER_DIFF_DIFF_H
#define TRACER_DIFF_DIFF_H

#include "tracer/render/names.h"

enum { ALIKE_MAX = 640 };

/* One of the two logs. */
struct side {
    const char *path;
    struct log_view view;
    struct names *names;
    size_t *order; /* the entries compared, as they are compared */
    size_t count;
};

/* Writes event number `entry` in words that are the same in every run that does the same: its lane, step, kind and
 * arguments; no time, no address, no number of a process or thread. */
void alike_say(const struct side *side, size_t entry, char out[ALIKE_MAX]);

#endif
