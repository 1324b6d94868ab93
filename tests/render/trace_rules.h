/* The rules of the JSON trace event format that Perfetto's viewer imports, as far as our traces use it. */
#ifndef TESTS_RENDER_TRACE_RULES_H
#define TESTS_RENDER_TRACE_RULES_H

#include <jansson.h>

struct trace_counts {
    size_t slices, moments, arrows, tracks;
    size_t depth; /* of the deepest nesting */
};

/* NULL if the document keeps the rules, and `counts` is filled in; otherwise what is wrong, in static storage:
 *   - an object with traceEvents, each with a known phase, a pid, and but for metadata a tid and a time that is not
 *     negative and, on one track, never less than before;
 *   - on each track slices nest perfectly: each E closes the latest open B, none is left open at the end;
 *   - arrows come in pairs of s and f with one id, name and category, f not before s, each inside a slice of its track;
 *   - every track has a name. */
const char *trace_fault(const json_t *document, struct trace_counts *counts);

#endif
