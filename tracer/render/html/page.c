/* The page: one HTML file that needs nothing but a browser.  Its frame, style and script are the files beside this one,
 * put into the program when it is built; the log's rows go into it as data, which no browser takes for anything
 * else.  Draws nothing: the page's own script does.
 */
#include "tracer/render/describe.h"
#include "tracer/render/html/html.h"

#include <inttypes.h>
#include <string.h>

/* page_top, page_middle, page_bottom: what stands before the title, before the data and after it. */
#include "tracer/render/html/page.inc"

static void put_title(FILE *out, const char *title)
{
    for (; *title != '\0'; title++)
        if (strchr("<>&\"'", *title) != NULL)
            fprintf(out, "&#%d;", *title);
        else
            fputc(*title, out);
}

static void put_name(FILE *out, const char *name, const char *text)
{
    fprintf(out, "\"%s\":", name);
    html_put_json(out, text);
    fputs(",\n", out);
}

static void put_lanes(const struct flow *flow, FILE *out)
{
    char id[32];
    fputs("\"lanes\":[", out);
    for (size_t i = 0; i < flow->lane_count; i++) {
        const struct flow_lane *lane = &flow->lanes[i];
        fputs(i == 0 ? "{" : ",\n{", out);
        put_name(out, "id", event_lane_text(lane->lane, id));
        put_name(out, "name", lane->name);
        put_name(out, "note", lane->note);
        fprintf(out, "\"number\":%u,\"vm\":%u,\"mode\":%u}", (unsigned)EVENT_LANE_NUMBER(lane->lane),
                (unsigned)lane->vm, (unsigned)lane->mode);
    }
    fputs("],\n", out);
}

static void put_kinds(FILE *out)
{
    fputs("\"kinds\":[\"\"", out);
    for (unsigned kind = 1; kind < EVENT_KIND_END; kind++)
        fprintf(out, ",\"%s\"", event_kind_name(kind));
    fputs("],\n", out);
}

/* What was recorded and how, and which rows of it are here. */
static void put_recording(const struct render_job *job, const struct description *said, size_t count, FILE *out)
{
    const struct log_header *header = job->view->header;
    put_name(out, "title", said->label);
    put_name(out, "facts", said->detail);
    put_name(out, "clock", event_clock_name(header->clock));
    fprintf(out,
            "\"machine\":%" PRIu32 ",\"by\":%" PRIu32 ",\"control\":%s,\"lost\":%" PRIu64 ",\"overhead_ns\":%" PRIu64,
            header->machine, header->producer_kind, job->flow->control ? "true" : "false", job->view->lost,
            header->overhead_ns);
    fprintf(out, ",\"repeatable\":%s,\"ended_early\":%s,\n\"events\":%zu,\"of_rows\":%zu,\"next_event\":%zu,\n",
            header->clock == CLOCK_KIND_VIRTUAL && header->repeatable == 0 ? "false" : "true",
            job->view->cut_short || header->closed == 0 ? "true" : "false", job->flow->events, job->flow->count,
            count < job->flow->count ? job->flow->rows[count].entry + 1 : 0);
}

int html_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    size_t count = job->flow->count < HTML_ROWS_MOST ? job->flow->count : HTML_ROWS_MOST;
    struct strings strings = {0};
    struct description said;
    describe_recording(job->flow, job->title, &said);
    fwrite(page_top, 1, sizeof page_top, out);
    put_title(out, said.label);
    fwrite(page_middle, 1, sizeof page_middle, out);
    fputc('{', out);
    put_recording(job, &said, count, out);
    put_lanes(job->flow, out);
    put_kinds(out);
    html_put_rows(job, count, &strings, out);
    fputs(",\n", out);
    html_put_facts(job, count, out);
    fputs(",\n", out);
    html_put_about(job, count, &strings, out);
    fputs(",\n\"strings\":", out);
    strings_write(&strings, out);
    fputc('}', out);
    fwrite(page_bottom, 1, sizeof page_bottom, out);
    bool failed = strings.failed;
    strings_free(&strings);
    if (failed)
        snprintf(error, LOG_ERROR_MAX, "write the page: out of memory; try a window, --from and --to");
    return failed ? -1 : 0;
}
