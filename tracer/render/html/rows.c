/* The rows of a page, as columns of numbers: what stands where, when, in which mode, and which words it has.  Small
 * numbers make a small file, so times and causes are told as distances.  Finds no words itself: describe.c does.
 */
#include "tracer/render/describe.h"
#include "tracer/render/handover.h"
#include "tracer/render/html/html.h"

#include <inttypes.h>
#include <stdlib.h>

/* One row's properties, in the order of `columns`. */
enum column {
    COLUMN_LANE,   /* column of the picture; −1: a folded row */
    COLUMN_MODE,   /* enum event_mode */
    COLUMN_STEP,   /* the lecture's, 0 for none */
    COLUMN_KIND,   /* into the list of kinds */
    COLUMN_TIME,   /* ns since the row before */
    COLUMN_COST,   /* ns of the hop into it */
    COLUMN_TOOK,   /* ns of a call, from entry to result */
    COLUMN_ENDS,   /* 1: it shows its own end */
    COLUMN_WAITS,  /* 1: its thread waits until its next row */
    COLUMN_WRONG,  /* 1: what the explorer found wrong */
    COLUMN_CAUSE,  /* how many rows above stands what led to it; 0: not known */
    COLUMN_EVENT,  /* number of the event, from 1, less that of the row before */
    COLUMN_PERIOD, /* folded row: how many rows above repeat */
    COLUMN_TIMES,  /* folded row: how often in all */
    COLUMN_LABEL,
    COLUMN_DETAIL,
    COLUMN_HOP, /* words, by number */
    COLUMN_END
};
static const char *const columns[COLUMN_END] = {"lane",   "mode",  "step",  "kind",   "time",  "cost",
                                                "took",   "ends",  "waits", "wrong",  "cause", "event",
                                                "period", "times", "label", "detail", "hop"};

static void read_row(const struct flow *flow, size_t number, size_t next, struct strings *strings,
                     int64_t value[COLUMN_END])
{
    const struct row *row = &flow->rows[number], *before = number > 0 ? row - 1 : NULL;
    struct description said;
    char hop[WORDS_MAX];
    describe_row(flow, number, &said);
    size_t cause = flow_cause(flow, number);
    bool crosses = cause != FLOW_NOTHING && flow->rows[cause].lane != row->lane;
    hop[0] = '\0';
    if (crosses)
        describe_hop(flow, number, hop);
    value[COLUMN_LANE] = row->lane == FLOW_NO_LANE ? -1 : (int64_t)row->lane;
    value[COLUMN_MODE] = row->mode;
    value[COLUMN_STEP] = row->step;
    value[COLUMN_KIND] = row->kind;
    value[COLUMN_TIME] = (int64_t)(row->t_ns - (before != NULL ? before->t_ns : 0));
    value[COLUMN_COST] = (int64_t)row->cost_ns;
    value[COLUMN_TOOK] = (int64_t)row->length_ns;
    value[COLUMN_ENDS] = row->end != FLOW_NOTHING;
    value[COLUMN_WAITS] = !flow->control && row->lane != FLOW_NO_LANE && handover_waits(flow, number, next);
    value[COLUMN_WRONG] = flow_is_wrong(flow, number);
    value[COLUMN_CAUSE] = cause != FLOW_NOTHING ? (int64_t)(number - cause) : 0;
    value[COLUMN_EVENT] = (int64_t)row->entry + 1 - (before != NULL ? (int64_t)before->entry + 1 : 0);
    value[COLUMN_PERIOD] = row->period;
    value[COLUMN_TIMES] = row->repeats;
    value[COLUMN_LABEL] = strings_number(strings, said.label);
    value[COLUMN_DETAIL] = strings_number(strings, said.detail);
    value[COLUMN_HOP] = strings_number(strings, hop);
}

/* Of each row the next one of its lane, FLOW_NOTHING where there is none; NULL when memory is short.  Free it. */
static size_t *read_next(const struct flow *flow)
{
    size_t *next = malloc((flow->count + 1) * sizeof *next),
           *of_lane = malloc((flow->lane_count + 1) * sizeof *of_lane);
    if (next == NULL || of_lane == NULL) {
        free(next), free(of_lane);
        return NULL;
    }
    for (size_t i = 0; i < flow->lane_count; i++)
        of_lane[i] = FLOW_NOTHING;
    for (size_t i = flow->count; i-- > 0;) {
        uint32_t lane = flow->rows[i].lane;
        next[i] = lane != FLOW_NO_LANE ? of_lane[lane] : FLOW_NOTHING;
        if (lane != FLOW_NO_LANE)
            of_lane[lane] = i;
    }
    free(of_lane);
    return next;
}

void html_put_rows(const struct render_job *job, size_t count, struct strings *strings, FILE *out)
{
    int64_t(*values)[COLUMN_END] = calloc(count + 1, sizeof *values);
    size_t *next = read_next(job->flow);
    if (values == NULL || next == NULL) {
        free(values), free(next);
        strings->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        read_row(job->flow, i, next[i], strings, values[i]);
    fputs("\"rows\":{", out);
    for (unsigned column = 0; column < COLUMN_END; column++) {
        fprintf(out, "%s\n\"%s\":[", column == 0 ? "" : ",", columns[column]);
        for (size_t i = 0; i < count; i++)
            fprintf(out, i == 0 ? "%" PRId64 : ",%" PRId64, values[i][column]);
        fputc(']', out);
    }
    fputc('}', out);
    free(values), free(next);
}
