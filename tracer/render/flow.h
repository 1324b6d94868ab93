/* The flow of control that a log shows: rows in time order and the lanes that they stand in.
 *
 * It is what every picture is drawn from.  A row is one event, or a call with its result, or (after
 * folding) the sentence "the same 3,999 more times".  Knows no output format and no positions.
 */
#ifndef TRACER_RENDER_FLOW_H
#define TRACER_RENDER_FLOW_H

#include "tracer/render/names.h"

enum { FLOW_FILTERS_MAX = 32, FLOW_LANE_NAME = 48 };
#define FLOW_NO_LANE UINT32_MAX
#define FLOW_NOTHING SIZE_MAX

/* What part of the log is asked for.  Zeroed: all of it. */
struct flow_window {
    size_t first, last;      /* entries by number from 0; `last` is exclusive, 0 for no limit */
    uint64_t from_ns, to_ns; /* times of the log; `to_ns` is exclusive, 0 for no limit */
    uint64_t kinds[2];       /* bit set of event kinds; none: all */
    struct flow_lane_filter {
        uint32_t lane;    /* EVENT_LANE(class, number) */
        bool whole_class; /* any number of that class */
    } lanes[FLOW_FILTERS_MAX];
    unsigned lane_count; /* 0: every lane */
};

struct row {
    size_t entry;        /* the event shown; in a folded row the last event that it stands for */
    size_t end;          /* the event that ends it (a call's result), FLOW_NOTHING if it ends by itself */
    uint64_t t_ns;       /* when it began */
    uint64_t cost_ns;    /* since the row before; the median where rows are folded */
    uint64_t length_ns;  /* of a call, from entry to result */
    uint64_t shape;      /* equal for rows that differ in arguments only */
    uint64_t exact;      /* equal for rows that read the same */
    uint32_t lane;       /* number in flow.lanes; FLOW_NO_LANE for a folded row */
    uint32_t repeats;    /* folded row: how often the rows above it came in all; 0: an ordinary row */
    uint32_t period;     /* folded row: how many rows above it repeat */
    uint32_t fold_ahead; /* how many rows below the outermost fold stands that speaks of this row; 0: none */
    uint16_t kind;       /* EVENT_NONE for a folded row */
    uint8_t mode, step;
    bool apart; /* rows before it are hidden, or of another thread: no control flows into it from there */
    bool loose; /* folded row: the arguments differ */
};

struct flow_lane {
    uint32_t lane; /* EVENT_LANE(class, number) */
    uint32_t tid;
    uint16_t vm;
    uint8_t mode; /* of most of its events */
    bool named;
    size_t rows; /* before folding */
    size_t modes[MODE_END];
    char name[FLOW_LANE_NAME]; /* clean words */
    char note[FLOW_LANE_NAME]; /* a second line: what this lane is */
};

struct flow {
    const struct log_view *view;
    const struct names *names;
    struct row *rows;
    size_t count;
    struct flow_lane *lanes; /* in the order of the columns; only lanes that have rows */
    size_t lane_count;
    size_t first, last; /* entries of the window, [first, last) */
    size_t events;      /* in the window, filters applied, bookkeeping left out */
    bool control;       /* one CPU's flow of control; false: threads that run side by side */
};

/* Reads the rows of a window.  Returns 0, or −1 when memory is short. */
int flow_read(struct flow *flow, const struct log_view *view, const struct names *names,
              const struct flow_window *window);
void flow_free(struct flow *flow);

/* True if this entry is inside the window and passes its filters. */
bool flow_window_shows(const struct flow_window *window, const struct log_view *view, size_t entry);

/* True if this lane passes its filters. */
bool flow_window_wants(const struct flow_window *window, uint32_t lane);

/* The row that led to this one: the step before, the parent's clone, the release of the lock.
 * FLOW_NOTHING if it is not known or not shown. */
size_t flow_cause(const struct flow *flow, size_t row);

/* The time of the latest of the first `count` rows, folded ones left out. */
uint64_t flow_latest(const struct flow *flow, size_t count);

/* The column of a lane or of a thread, FLOW_NO_LANE if it has none. */
uint32_t flow_lane_of(const struct flow *flow, uint32_t lane);
uint32_t flow_lane_of_tid(const struct flow *flow, uint32_t tid);

/* True if `begin` begins what `end` ends: a call and its result, a wait and what was waited for. */
bool flow_ends(unsigned begin, unsigned end);

/* Records that say something about other records, and are no rows. */
bool flow_is_bookkeeping(unsigned kind);

/* True if this row is what the explorer found wrong: an access that races, or the verdict of a schedule that failed. */
bool flow_is_wrong(const struct flow *flow, size_t row);

/* Folds what repeats at least `least` times (rows whose arguments differ: four times that), in place.
 * Returns 0, or −1 when memory is short.  In fold.c. */
int fold_rows(struct flow *flow, unsigned least);

#endif
