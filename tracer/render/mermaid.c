/* A sequence diagram for Mermaid, which Markdown pages draw: a participant a lane, an arrow where control crosses, a
 * note where it stays, a loop for what repeats.
 *
 * Mermaid refuses diagrams with more than 500 edges or 50,000 characters, so a diagram stops before that and says how
 * to see the rest.  Whatever could mean something to Mermaid or to a browser is written as a numbered entity.
 */
#include "tracer/render/describe.h"
#include "tracer/render/render.h"

#include <stdlib.h>
#include <string.h>

enum { EDGES_MOST = 400, BYTES_MOST = 40000, LABEL_MOST = 90, LOOPS_MOST = 16 };

struct sequence {
    const struct flow *flow;
    FILE *body;
    bool *used;    /* by column: it has a row here */
    size_t *loops; /* by row: how many folds repeat from here on */
    size_t edges;
};

/* "#59;" for a semicolon: Mermaid takes numbers for characters, and nothing else for them. */
static void put_words(FILE *out, const char *words)
{
    static const char plain[] = " .,_-+=/'()*!?…";
    for (const char *at = words; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        bool letter = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        if (letter || byte >= 0x80 || strchr(plain, byte) != NULL)
            fputc(byte, out);
        else
            fprintf(out, "#%u;", byte);
    }
}

static void put_label(const struct sequence *sequence, size_t row)
{
    const struct row *here = &sequence->flow->rows[row];
    struct description said;
    char took[32];
    describe_row(sequence->flow, row, &said);
    words_shorten(said.label, sizeof said.label, LABEL_MOST, words_columns_of);
    if (here->step != 0)
        fprintf(sequence->body, "%u ", here->step);
    put_words(sequence->body, said.label);
    bool crosses = row > 0 && !here->apart && here[-1].lane != here->lane;
    if (sequence->flow->control && crosses && here->cost_ns != 0 &&
        sequence->flow->view->header->clock != CLOCK_KIND_STEP)
        fprintf(sequence->body, " · %s", words_duration(took, here->cost_ns));
    fputc('\n', sequence->body);
}

static void put_row(struct sequence *sequence, size_t row)
{
    const struct flow *flow = sequence->flow;
    uint32_t lane = flow->rows[row].lane;
    size_t cause = flow_cause(flow, row);
    sequence->used[lane] = true;
    if (cause != FLOW_NOTHING && flow->rows[cause].lane != lane) {
        sequence->used[flow->rows[cause].lane] = true;
        fprintf(sequence->body, "    L%u->>L%u: ", flow->rows[cause].lane, lane);
        sequence->edges++;
    } else {
        fprintf(sequence->body, "    Note over L%u: ", lane);
    }
    put_label(sequence, row);
}

/* ---- loops: a folded row stands behind what it repeats, Mermaid wants to know before ---- */

static size_t loop_start(const struct flow *flow, size_t fold)
{
    return fold > flow->rows[fold].period ? fold - flow->rows[fold].period : 0;
}

static int find_loops(struct sequence *sequence)
{
    const struct flow *flow = sequence->flow;
    sequence->loops = calloc(flow->count + 1, sizeof *sequence->loops);
    if (sequence->loops == NULL)
        return -1;
    for (size_t i = 0; i < flow->count; i++)
        if (flow->rows[i].lane == FLOW_NO_LANE)
            sequence->loops[loop_start(flow, i)]++;
    return 0;
}

/* Those that begin here, the outermost, which ends last, first. */
static unsigned open_loops(const struct sequence *sequence, size_t row)
{
    const struct flow *flow = sequence->flow;
    size_t folds[LOOPS_MOST], count = 0;
    for (size_t i = row + 1; count < sequence->loops[row] && count < LOOPS_MOST && i < flow->count; i++)
        if (flow->rows[i].lane == FLOW_NO_LANE && loop_start(flow, i) == row)
            folds[count++] = i;
    for (size_t i = count; i > 0; i--) {
        const struct row *fold = &flow->rows[folds[i - 1]];
        char times[32], took[32];
        fprintf(sequence->body, "    loop %s times%s, median %s\n", words_count(times, fold->repeats),
                fold->loose ? ", with other arguments" : "", words_duration(took, fold->length_ns));
    }
    return (unsigned)count;
}

/* ---- the whole ---- */

/* Writes rows until the diagram is large enough; returns how many. */
static size_t put_rows(struct sequence *sequence)
{
    const struct flow *flow = sequence->flow;
    unsigned open = 0;
    size_t row = 0;
    for (; row < flow->count && sequence->edges < EDGES_MOST && ftell(sequence->body) < BYTES_MOST; row++) {
        if (flow->rows[row].lane != FLOW_NO_LANE) {
            open += open_loops(sequence, row);
            put_row(sequence, row);
        } else if (open > 0) {
            fputs("    end\n", sequence->body);
            open--;
        }
    }
    for (; open > 0; open--)
        fputs("    end\n", sequence->body);
    return row;
}

static void put_participants(const struct sequence *sequence, FILE *out)
{
    for (size_t i = 0; i < sequence->flow->lane_count; i++) {
        const struct flow_lane *lane = &sequence->flow->lanes[i];
        if (!sequence->used[i])
            continue;
        fprintf(out, "    participant L%zu as ", i);
        put_words(out, lane->name);
        if (lane->note[0] != '\0') {
            fputs("<br/>", out);
            put_words(out, lane->note);
        }
        fputc('\n', out);
    }
}

static void put_nothing(const struct log_view *view, FILE *out)
{
    char words[WORDS_MAX];

    describe_nothing(view, words);
    fputs("    participant nobody\n    Note over nobody: ", out);
    put_words(out, words);
    fputc('\n', out);
}

/* Below the rows, across all lanes: what is left out, the facts, the legend. */
static void put_notes(const struct sequence *sequence, size_t shown, FILE *out)
{
    const struct flow *flow = sequence->flow;
    struct description said;
    size_t first = 0, last = flow->lane_count;
    char over[64] = "nobody", rest[32];
    while (first < last && !sequence->used[first])
        first++;
    while (last > first && !sequence->used[last - 1])
        last--;
    if (first + 1 < last)
        snprintf(over, sizeof over, "L%zu,L%zu", first, last - 1);
    else if (first < last)
        snprintf(over, sizeof over, "L%zu", first);
    else
        put_nothing(flow->view, out);
    if (shown < flow->count)
        fprintf(out, "    Note over %s: … %s more rows#59; to see them#58; --from %zu\n", over,
                words_count(rest, flow->count - shown), flow->rows[shown].entry + 1);
    describe_recording(flow, NULL, &said);
    fprintf(out, "    Note over %s: ", over);
    put_words(out, said.detail);
    fprintf(out, "\n    Note over %s: an arrow#58; %s#59; a note#58; %s\n", over,
            flow->control ? "control crosses, after so long" : "one thread lets another go on",
            flow->control ? "the same party goes on" : "what a thread does");
}

static int write_sequence(struct sequence *sequence, const char *title, FILE *out)
{
    char *body = NULL;
    size_t size;
    struct description said;
    sequence->body = open_memstream(&body, &size);
    if (sequence->body == NULL)
        return -1;
    size_t shown = put_rows(sequence);
    int failed = fclose(sequence->body);
    describe_recording(sequence->flow, title, &said);
    fputs("sequenceDiagram\n    title: ", out);
    put_words(out, said.label);
    fputc('\n', out);
    put_participants(sequence, out);
    if (failed == 0)
        fwrite(body, 1, size, out);
    put_notes(sequence, shown, out);
    free(body);
    return failed;
}

int mermaid_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    struct sequence sequence = {.flow = job->flow};
    sequence.used = calloc(job->flow->lane_count + 1, sizeof *sequence.used);
    int failed = sequence.used == NULL || find_loops(&sequence) < 0 ? -1 : write_sequence(&sequence, job->title, out);
    free(sequence.used), free(sequence.loops);
    if (failed != 0)
        snprintf(error, LOG_ERROR_MAX, "lay out the diagram: out of memory; try a window, --from and --to");
    return failed == 0 ? 0 : -1;
}
