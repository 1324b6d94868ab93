/* Which picture of a log goes on the canvas: the ladder, the trap graph, or who waits for whom.  Knows no format. */
#include "tracer/render/picture.h"
#include "tracer/render/diagram.h"
#include "tracer/render/ladder.h"

const char *const picture_names[PICTURE_END] = {
    [PICTURE_LADDER] = "ladder", [PICTURE_GRAPH] = "graph", [PICTURE_WAITS] = "waits"};
const char *const picture_titles[PICTURE_END] = {
    [PICTURE_LADDER] = "trap-flow ladder", [PICTURE_GRAPH] = "trap graph", [PICTURE_WAITS] = "wait-for graph"};

int picture_draw(struct canvas *canvas, const struct render_job *job, char error[LOG_ERROR_MAX])
{
    switch (job->picture) {
    case PICTURE_GRAPH:
        return graph_draw(canvas, job->flow, job->window, job->title, error);
    case PICTURE_WAITS:
        return waits_draw(canvas, job->flow, job->window, job->title, error);
    default:
        if (ladder_draw(canvas, job->flow, job->title, job->projected) == 0)
            return 0;
        snprintf(error, LOG_ERROR_MAX, "draw the ladder: out of memory; try a window, --from and --to");
        return -1;
    }
}
