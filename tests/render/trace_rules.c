/* Holds a trace against the published rules of its format.  Knows nothing of the log that it was made from. */
#include "tests/render/trace_rules.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRACKS_MOST = 4096 };

struct track {
    json_int_t pid, tid;
    double last;
    size_t depth;
    bool named;
};

struct arrow {
    json_int_t id;
    double started;
    const char *name, *category;
    bool ended;
};

struct trace {
    struct track tracks[TRACKS_MOST];
    size_t track_count;
    struct arrow *arrows;
    size_t arrow_count, arrow_room;
    struct trace_counts counts;
};

static const char *wrong(size_t number, const char *what)
{
    static char fault[300];
    snprintf(fault, sizeof fault, "event %zu: %s", number, what);
    return fault;
}

static struct track *track_of(struct trace *trace, const json_t *event)
{
    json_int_t pid = json_integer_value(json_object_get(event, "pid")),
               tid = json_integer_value(json_object_get(event, "tid"));
    for (size_t i = 0; i < trace->track_count; i++)
        if (trace->tracks[i].pid == pid && trace->tracks[i].tid == tid)
            return &trace->tracks[i];
    if (trace->track_count == TRACKS_MOST)
        return NULL;
    trace->tracks[trace->track_count] = (struct track){.pid = pid, .tid = tid};
    return &trace->tracks[trace->track_count++];
}

static struct arrow *arrow_of(struct trace *trace, json_int_t id)
{
    for (size_t i = trace->arrow_count; i > 0; i--)
        if (trace->arrows[i - 1].id == id)
            return &trace->arrows[i - 1];
    return NULL;
}

static const char *add_arrow(struct trace *trace, size_t number, const json_t *event, double time)
{
    const char *name = json_string_value(json_object_get(event, "name")),
               *category = json_string_value(json_object_get(event, "cat"));
    const json_t *id = json_object_get(event, "id");
    if (!json_is_integer(id) || name == NULL || category == NULL)
        return wrong(number, "an arrow without id, name or cat");
    if (arrow_of(trace, json_integer_value(id)) != NULL)
        return wrong(number, "an arrow starts twice");
    if (trace->arrow_count == trace->arrow_room) {
        trace->arrow_room = trace->arrow_room * 2 + 64;
        trace->arrows = realloc(trace->arrows, trace->arrow_room * sizeof *trace->arrows);
        if (trace->arrows == NULL)
            abort();
    }
    trace->arrows[trace->arrow_count++] =
        (struct arrow){.id = json_integer_value(id), .started = time, .name = name, .category = category};
    return NULL;
}

static const char *end_arrow(struct trace *trace, size_t number, const json_t *event, double time)
{
    struct arrow *arrow = arrow_of(trace, json_integer_value(json_object_get(event, "id")));
    const char *name = json_string_value(json_object_get(event, "name")),
               *category = json_string_value(json_object_get(event, "cat")),
               *binding = json_string_value(json_object_get(event, "bp"));
    if (arrow == NULL || arrow->ended)
        return wrong(number, "an arrow ends that has not started, or twice");
    if (name == NULL || category == NULL || strcmp(name, arrow->name) != 0 || strcmp(category, arrow->category) != 0)
        return wrong(number, "an arrow ends under another name");
    if (binding == NULL || strcmp(binding, "e") != 0)
        return wrong(number, "an arrow that would bind to the next slice");
    if (time < arrow->started)
        return wrong(number, "an arrow ends before it starts");
    arrow->ended = true;
    trace->counts.arrows++;
    return NULL;
}

static const char *add_metadata(struct trace *trace, size_t number, const json_t *event)
{
    const char *name = json_string_value(json_object_get(event, "name"));
    if (name == NULL || !json_is_object(json_object_get(event, "args")))
        return wrong(number, "metadata without name or args");
    if (strcmp(name, "thread_name") != 0)
        return NULL;
    if (!json_is_string(json_object_get(json_object_get(event, "args"), "name")))
        return wrong(number, "a track's name is no string");
    struct track *track = track_of(trace, event);
    if (track != NULL)
        track->named = true;
    return NULL;
}

static const char *add_timed(struct trace *trace, size_t number, const json_t *event, char phase)
{
    const json_t *time = json_object_get(event, "ts");
    struct track *track = track_of(trace, event);
    if (!json_is_number(time) || !json_is_integer(json_object_get(event, "tid")) || track == NULL)
        return wrong(number, "no ts or no tid");
    double now = json_number_value(time);
    if (now < 0 || now < track->last)
        return wrong(number, "time runs backwards");
    track->last = now;
    if (phase != 'E' && !json_is_string(json_object_get(event, "name")))
        return wrong(number, "no name");
    switch (phase) {
    case 'B':
        if (++track->depth > trace->counts.depth)
            trace->counts.depth = track->depth;
        trace->counts.slices++;
        return NULL;
    case 'E':
        return track->depth-- > 0 ? NULL : wrong(number, "a slice ends that has not begun");
    case 'i':
        trace->counts.moments++;
        return json_is_string(json_object_get(event, "s")) ? NULL : wrong(number, "a moment without scope");
    default:
        if (track->depth == 0)
            return wrong(number, "an arrow outside of every slice");
        return phase == 's' ? add_arrow(trace, number, event, now) : end_arrow(trace, number, event, now);
    }
}

static const char *check_end(struct trace *trace)
{
    for (size_t i = 0; i < trace->track_count; i++)
        if (trace->tracks[i].depth != 0)
            return wrong(i, "a track with a slice that never ends");
        else if (!trace->tracks[i].named)
            return wrong(i, "a track without a name");
    for (size_t i = 0; i < trace->arrow_count; i++)
        if (!trace->arrows[i].ended)
            return wrong(i, "an arrow that never ends");
    trace->counts.tracks = trace->track_count;
    return NULL;
}

const char *trace_fault(const json_t *document, struct trace_counts *counts)
{
    struct trace *trace = calloc(1, sizeof *trace);
    const json_t *events = json_object_get(document, "traceEvents"), *event;
    const char *unit = json_string_value(json_object_get(document, "displayTimeUnit")), *fault = NULL;
    size_t number;
    if (trace == NULL || !json_is_array(events) || unit == NULL || (strcmp(unit, "ns") != 0 && strcmp(unit, "ms") != 0))
        fault = "no list of events, or no unit";
    json_array_foreach (events, number, event) {
        const char *phase = json_string_value(json_object_get(event, "ph"));
        if (fault != NULL)
            break;
        if (phase == NULL || strlen(phase) != 1 || strchr("MBEisf", phase[0]) == NULL ||
            !json_is_integer(json_object_get(event, "pid")))
            fault = wrong(number, "no phase that we write, or no pid");
        else
            fault = phase[0] == 'M' ? add_metadata(trace, number, event) : add_timed(trace, number, event, phase[0]);
    }
    if (fault == NULL)
        fault = check_end(trace);
    if (trace != NULL) {
        *counts = trace->counts;
        free(trace->arrows);
    }
    free(trace);
    return fault;
}
