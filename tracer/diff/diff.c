/* trapflow diff: where two flows first part.
 *
 * What the model's guests and hypervisor do is one flow: they take turns.  The threads of a recorded program run side
 * by side, in an order that is the scheduler's and another every time; there each lane is a flow of its own.
 */
#include "tracer/diff/diff.h"
#include "tracer/render/flow.h"
#include "tracer/trapflow.h"
#include "tracer/usage.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTEXT = 3, DIFFERENT = 1 };

struct options {
    const char *path[2];
    bool steps, json;
};

/* Two flows part at `at` of each order, which may be its flow's end. */
struct parting {
    bool found;
    size_t at[2], start[2], end[2];
};

/* ---- the two flows ---- */

static bool by_lane;

static uint32_t lane_at(const struct side *side, size_t place)
{
    return by_lane ? side->view.entries[side->order[place]].event->lane : 0;
}

static const struct side *sorted; /* qsort hands its caller nothing */

static int compare_places(const void *left, const void *right)
{
    size_t a = *(const size_t *)left, b = *(const size_t *)right;
    uint32_t lane_a = sorted->view.entries[a].event->lane, lane_b = sorted->view.entries[b].event->lane;

    if (by_lane && lane_a != lane_b)
        return lane_a < lane_b ? -1 : 1;
    return a < b ? -1 : a > b;
}

static bool is_compared(const struct event *event, bool steps)
{
    return !flow_is_bookkeeping(event->kind) && event->kind != EVENT_LOST && (!steps || event->step != 0);
}

static int put_in_order(struct side *side, bool steps)
{
    side->order = malloc((side->view.count + 1) * sizeof *side->order);
    if (side->order == NULL)
        return -1;
    for (size_t i = 0; i < side->view.count; i++)
        if (is_compared(side->view.entries[i].event, steps))
            side->order[side->count++] = i;
    sorted = side;
    qsort(side->order, side->count, sizeof *side->order, compare_places);
    return 0;
}

/* ---- comparing ---- */

static bool is_alike(const struct side side[2], size_t a, size_t b)
{
    char words[2][ALIKE_MAX];

    alike_say(&side[0], side[0].order[a], words[0]);
    alike_say(&side[1], side[1].order[b], words[1]);
    return strcmp(words[0], words[1]) == 0;
}

/* Of two partings the earlier is wanted: the one that the first log came to sooner. */
static bool is_earlier(const struct side side[2], const struct parting *one, const struct parting *other)
{
    for (unsigned s = 0; s < 2; s++)
        if (one->at[s] < one->end[s] && other->at[s] < other->end[s])
            return side[s].order[one->at[s]] < side[s].order[other->at[s]];
    return one->at[0] < one->end[0];
}

static size_t end_of_flow(const struct side *side, size_t start, uint32_t lane)
{
    while (start < side->count && lane_at(side, start) == lane)
        start++;
    return start;
}

static struct parting find_parting(const struct side side[2])
{
    struct parting first = {.found = false};

    for (size_t next[2] = {0, 0}; next[0] < side[0].count || next[1] < side[1].count;) {
        uint32_t lane = next[0] < side[0].count ? lane_at(&side[0], next[0]) : UINT32_MAX;
        struct parting here = {.found = true};
        size_t alike = 0;

        if (next[1] < side[1].count && lane_at(&side[1], next[1]) < lane)
            lane = lane_at(&side[1], next[1]);
        for (unsigned s = 0; s < 2; s++) {
            here.start[s] = next[s];
            here.end[s] = next[s] = end_of_flow(&side[s], next[s], lane);
        }
        while (here.start[0] + alike < here.end[0] && here.start[1] + alike < here.end[1] &&
               is_alike(side, here.start[0] + alike, here.start[1] + alike))
            alike++;
        for (unsigned s = 0; s < 2; s++)
            here.at[s] = here.start[s] + alike;
        if ((here.at[0] < here.end[0] || here.at[1] < here.end[1]) && (!first.found || is_earlier(side, &here, &first)))
            first = here;
    }
    return first;
}

/* ---- telling ---- */

static void tell_event(const char *mark, const struct side *side, const struct parting *parting, unsigned which,
                       size_t place)
{
    char words[ALIKE_MAX] = "the flow ends here";

    if (place < parting->end[which])
        alike_say(side, side->order[place], words);
    printf("%s%7zu  %s\n", mark, place - parting->start[which] + 1, words);
}

static void tell_people(const struct side side[2], const struct parting *parting)
{
    size_t alike = parting->at[0] - parting->start[0];

    if (!parting->found) {
        printf("the same: %zu events\n", side[0].count);
        return;
    }
    printf("- %s\n+ %s\n", side[0].path, side[1].path);
    for (size_t before = alike < CONTEXT ? alike : CONTEXT; before > 0; before--)
        tell_event("  ", &side[0], parting, 0, parting->at[0] - before);
    for (unsigned s = 0; s < 2; s++)
        for (size_t place = parting->at[s];
             place == parting->at[s] || (place < parting->end[s] && place < parting->at[s] + CONTEXT); place++)
            tell_event(s == 0 ? "- " : "+ ", &side[s], parting, s, place);
}

static void tell_json(const struct side side[2], const struct parting *parting)
{
    json_t *root = json_pack("{s:b}", "same", (int)!parting->found);
    static const char *const names[] = {"a", "b"};
    char words[ALIKE_MAX];

    if (parting->found)
        json_object_set_new(root, "alike", json_integer((json_int_t)(parting->at[0] - parting->start[0])));
    for (unsigned s = 0; s < 2 && parting->found; s++) {
        bool ended = parting->at[s] == parting->end[s];
        if (!ended)
            alike_say(&side[s], side[s].order[parting->at[s]], words);
        json_object_set_new(root, names[s], ended ? json_null() : json_string(words));
    }
    json_dumpf(root, stdout, JSON_COMPACT);
    printf("\n");
    json_decref(root);
}

/* ---- the command ---- */

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct options *options = state->input;

    if (key == 'j')
        options->json = true;
    else if (key == 's')
        options->steps = true;
    else if (key == ARGP_KEY_ARG && state->arg_num < 2)
        options->path[state->arg_num] = value;
    else if (key == ARGP_KEY_ARG)
        usage_refuse("two logs at a time, '%s' is too many", value);
    else if (key == ARGP_KEY_END && state->arg_num < 2)
        usage_refuse("two logs are wanted; try: trapflow diff A B");
    else
        return ARGP_ERR_UNKNOWN;
    return 0;
}

static int open_side(struct side *side, const char *path)
{
    char error[LOG_ERROR_MAX];

    side->path = path;
    if (log_view_open(&side->view, path, error) != LOG_OK) {
        fprintf(stderr, "trapflow: cannot %s\n", error);
        return -1;
    }
    side->names = names_read(&side->view);
    return side->names != NULL ? 0 : -1;
}

static void close_side(struct side *side)
{
    names_free(side->names);
    free(side->order);
    log_view_free(&side->view);
}

static int compare(struct side side[2], const struct options *options)
{
    struct parting parting;

    for (unsigned s = 0; s < 2; s++)
        by_lane |= side[s].view.header->producer_kind == LOG_BY_RECORDER;
    if (put_in_order(&side[0], options->steps) != 0 || put_in_order(&side[1], options->steps) != 0) {
        fputs("trapflow: cannot compare the logs: Cannot allocate memory (ENOMEM)\n", stderr);
        return TRAPFLOW_BAD_INPUT;
    }
    parting = find_parting(side);
    (options->json ? tell_json : tell_people)(side, &parting);
    return usage_told(parting.found ? DIFFERENT : 0, TRAPFLOW_BAD_INPUT);
}

int trapflow_diff(int argc, char **argv)
{
    static const struct argp_option choices[] = {{"steps", 's', 0, 0, "compare only the lecture's numbered steps", 0},
                                                 {"json", 'j', 0, 0, "one line of JSON", 0},
                                                 {0}};
    static const struct argp argp = {choices,
                                     parse,
                                     "A B",
                                     "Shows where two flows first part: by kinds, lanes, steps and arguments, never by "
                                     "times, addresses or process numbers.\v"
                                     "Exits 0 if they are the same, 1 if they differ, 2 if one cannot be read.",
                                     NULL,
                                     NULL,
                                     NULL};
    struct options options = {.json = false};
    struct side side[2] = {{.path = NULL}, {.path = NULL}};
    int status = TRAPFLOW_BAD_INPUT;

    usage_read(&argp, argc, argv, 0, TRAPFLOW_BAD_INPUT, &options);
    if (open_side(&side[0], options.path[0]) == 0 && open_side(&side[1], options.path[1]) == 0)
        status = compare(side, &options);
    close_side(&side[0]);
    close_side(&side[1]);
    return status;
}
