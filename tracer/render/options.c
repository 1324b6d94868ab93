/* The options of trapflow render: words to numbers, and one clear line for what is not understood.  Knows the
 * names of outputs, kinds and lanes, and nothing of what they hold.
 */
#include "tracer/render/options.h"
#include "tracer/render/picture.h"
#include "tracer/trapflow.h"
#include "tracer/usage.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_FOLD = 256, KEY_FROM, KEY_TO, KEY_LANE, KEY_KIND, KEY_TITLE, KEY_SLIDE, KEY_STACKS };

_Static_assert(EVENT_KIND_END <= 128, "flow_window.kinds has a bit for every kind");

struct reading {
    struct render_options *options;
    const char *format; /* after -f */
};

/* "12us", "3ms", "1.5s": ns.  "213": an event's number, and *is_event is set.  False if it is neither. */
static bool read_place(const char *text, uint64_t *place, bool *is_event)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = {{"", 0}, {"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    char *end;
    errno = 0;
    if (text[0] < '0' || text[0] > '9')
        return false;
    double value = strtod(text, &end);
    for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(end, units[i].name) != 0)
            continue;
        *is_event = i == 0;
        if (*is_event) {
            *place = strtoull(text, &end, 10);
            return errno == 0 && *end == '\0' && *place != 0;
        }
        *place = (uint64_t)(value * units[i].ns + 0.5);
        return value * units[i].ns < 9e18;
    }
    return false;
}

static void read_edge(struct reading *reading, const char *text, bool from)
{
    struct flow_window *window = &reading->options->window;
    uint64_t place;
    bool is_event;
    if (!read_place(text, &place, &is_event))
        usage_refuse("cannot read %s '%s': not an event number from 1, nor a time; try 213, 12us or 3ms",
                     from ? "--from" : "--to", text);
    if (from && is_event)
        window->first = (size_t)place - 1;
    else if (from)
        window->from_ns = place;
    else if (is_event)
        window->last = (size_t)place;
    else
        window->to_ns = place + 1; /* the edge itself is shown */
}

static void read_lane(struct reading *reading, const char *text)
{
    struct flow_window *window = &reading->options->window;
    if (window->lane_count == FLOW_FILTERS_MAX)
        usage_refuse("cannot read --lane %s: at most %d lanes", text, FLOW_FILTERS_MAX);
    size_t length = strcspn(text, ":");
    for (unsigned i = 0; i < LANE_CLASS_END; i++) {
        const char *name = event_lane_class_name(i);
        if (strlen(name) != length || strncmp(name, text, length) != 0)
            continue;
        char *end = (char *)text + length;
        unsigned long number = text[length] == ':' ? strtoul(text + length + 1, &end, 10) : 0;
        if (*end != '\0' || number > 0xffffff || (text[length] == ':' && end == text + length + 1))
            break;
        window->lanes[window->lane_count++] =
            (struct flow_lane_filter){.lane = EVENT_LANE(i, number), .whole_class = text[length] == '\0'};
        return;
    }
    usage_refuse("cannot read --lane '%s': no such lane; try thread:1, process:2, guest-os:1, os, hypervisor or host",
                 text);
}

static void read_picture(const struct reading *reading, const char *text)
{
    for (unsigned i = 0; i < PICTURE_END; i++)
        if (strcmp(picture_names[i], text) == 0) {
            reading->options->picture = (enum render_picture)i;
            return;
        }
    usage_refuse("cannot draw a picture '%s': no such picture; try ladder, graph or waits", text);
}

/* One kind, or several with commas between. */
static void read_kinds(struct reading *reading, const char *text)
{
    struct flow_window *window = &reading->options->window;
    while (*text != '\0') {
        char name[64];
        size_t length = strcspn(text, ",");
        snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63), text);
        enum event_kind kind = event_kind_named(name);
        if (kind == EVENT_NONE)
            usage_refuse("cannot read --kind '%s': no such kind; trapflow stat FILE lists those in a log", name);
        window->kinds[kind / 64] |= (uint64_t)1 << kind % 64;
        text += length + (text[length] == ',');
    }
}

static void read_fold(struct reading *reading, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number > 1000000)
        usage_refuse("cannot read --fold '%s': not a count from 2 to 1000000, nor 0 for no folding", text);
    reading->options->fold = (unsigned)number;
}

static error_t read_option(int key, char *argument, struct argp_state *state)
{
    struct reading *reading = state->input;
    switch (key) {
    case 'f':
        reading->format = argument;
        return 0;
    case 'o':
        reading->options->out = argument;
        return 0;
    case KEY_FOLD:
        read_fold(reading, argument);
        return 0;
    case KEY_FROM:
        read_edge(reading, argument, true);
        return 0;
    case KEY_TO:
        read_edge(reading, argument, false);
        return 0;
    case KEY_LANE:
        read_lane(reading, argument);
        return 0;
    case KEY_KIND:
        read_kinds(reading, argument);
        return 0;
    case KEY_TITLE:
        reading->options->title = argument;
        return 0;
    case 'p':
        read_picture(reading, argument);
        return 0;
    case KEY_STACKS:
        reading->options->stacks = true;
        return 0;
    case KEY_SLIDE:
        reading->options->projected = true;
        return 0;
    case ARGP_KEY_ARG:
        if (reading->options->log != NULL)
            usage_refuse("one log at a time, not '%s' and '%s'; try: trapflow render --help", reading->options->log,
                         argument);
        reading->options->log = argument;
        return 0;
    case ARGP_KEY_NO_ARGS:
        usage_refuse("no log given; try: trapflow render FILE -f text");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_option option_table[] = {
    {"format", 'f', "FORMAT", 0, "one of those below; by default what OUT ends in, or text", 1},
    {"output", 'o', "OUT", 0, "write this file instead of the standard output", 1},
    {"picture", 'p', "NAME", 0,
     "ladder (the default); graph: states, how often and how long; waits: who waits for whom", 1},
    {"fold", KEY_FOLD, "N", 0, "show once what repeats at least N times (3); 0 shows everything", 2},
    {"from", KEY_FROM, "PLACE", 0, "begin at an event number (213) or a time (12us, 3ms)", 2},
    {"to", KEY_TO, "PLACE", 0, "end there, that event or instant included", 2},
    {"lane", KEY_LANE, "LANE", 0, "only process:2, thread:1, hypervisor, …; may be repeated", 2},
    {"kind", KEY_KIND, "KIND[,…]", 0, "only syscall, trap, signal, …; may be repeated", 2},
    {"stacks", KEY_STACKS, 0, 0, "text: below each row who called, where that was recorded", 2},
    {"title", KEY_TITLE, "TEXT", 0, "what the picture is called", 2},
    {"slide", KEY_SLIDE, 0, 0, "larger text and closer rows, for a picture that is projected", 2},
    {0},
};

/* --help ends with the table of outputs, so that a new one is in the help at once. */
static char *add_outputs(int key, const char *text, void *input)
{
    (void)input;
    if (key != ARGP_KEY_HELP_POST_DOC || text == NULL)
        return (char *)text;
    char *help = NULL;
    size_t size;
    FILE *to = open_memstream(&help, &size);
    if (to == NULL)
        return (char *)text;
    fputs("Formats:\n", to);
    for (const struct render_output *output = render_outputs; output->name != NULL; output++)
        fprintf(to, "  %-8s %s\n", output->name, output->summary);
    fclose(to);
    return help;
}

static const struct render_output *output_named(const char *name)
{
    for (const struct render_output *output = render_outputs; output->name != NULL; output++)
        if (strcmp(output->name, name) == 0)
            return output;
    return NULL;
}

static void choose_output(const struct reading *reading)
{
    struct render_options *options = reading->options;
    const char *ending = options->out != NULL ? strrchr(options->out, '.') : NULL;
    const char *name = reading->format;
    options->output = name != NULL ? output_named(name) : ending != NULL ? output_named(ending + 1) : NULL;
    if (name != NULL && options->output == NULL)
        usage_refuse("cannot draw as '%s': no such format; trapflow render --help lists them", name);
    if (options->output == NULL)
        options->output = output_named("text");
}

void options_read(struct render_options *options, int argc, char **argv)
{
    static const struct argp parser = {
        .options = option_table,
        .parser = read_option,
        .args_doc = "FILE",
        .doc = "Draws a log: who was in control, when, and what the crossing cost.\v",
        .help_filter = add_outputs,
    };
    struct reading reading = {.options = options};
    *options = (struct render_options){.fold = FOLD_DEFAULT};
    usage_read(&parser, argc, argv, 0, TRAPFLOW_BAD_INPUT, &reading);
    choose_output(&reading);
    if (options->stacks && strcmp(options->output->name, "text") != 0)
        usage_refuse("cannot show stacks in %s: --stacks is for text; jsonl and html show them anyway",
                     options->output->name);
    if (options->picture != PICTURE_LADDER && !options->output->pictures)
        usage_refuse("cannot draw the %s as %s: no such picture in that format; try: -p %s -f svg",
                     picture_names[options->picture], options->output->name, picture_names[options->picture]);
}
