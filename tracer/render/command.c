/* trapflow render: reads the options, the log and the window, and hands them to one of the outputs.
 *
 *   options → log view → names → flow (rows, folded) → output → a file that is whole or not there
 *
 * Knows every output by its row in the table below, and draws nothing itself.
 */
#include "tracer/render/options.h"
#include "tracer/render/render.h"
#include "tracer/trapflow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

const struct render_output render_outputs[] = {
    {.name = "text", .summary = "the ladder in a terminal (the default)", .write = text_write},
    {.name = "svg", .summary = "a picture", .pictures = true, .write = graphviz_write},
    {.name = "png", .summary = "the same in pixels", .pictures = true, .binary = true, .write = graphviz_write},
    {.name = "pdf", .summary = "the same on a page", .pictures = true, .binary = true, .write = graphviz_write},
    {.name = "dot",
     .summary = "the same for Graphviz, positions pinned (neato -n2)",
     .pictures = true,
     .write = graphviz_write},
    {.name = "html",
     .summary = "a page for the browser: step, play, search, predict; one file, works from disk",
     .write = html_write},
    {.name = "jsonl", .summary = "every event as a JSON object a line", .events = true, .write = jsonl_write},
    {.name = "perfetto",
     .summary = "a trace for ui.perfetto.dev: a track a lane",
     .unfolded = true,
     .write = perfetto_write},
    {.name = "mermaid", .summary = "a sequence diagram for a Markdown page", .write = mermaid_write},
    {.name = NULL},
};

/* In the words of all the subcommands. */
static int fail(const char *error)
{
    fprintf(stderr, "trapflow: cannot %s\n", error);
    return TRAPFLOW_BAD_INPUT;
}

static int fail_with(int number, const char *tried, const char *on, const char *remedy)
{
    fprintf(stderr, "trapflow: cannot %s %s: %s (%s); %s\n", tried, on, strerror(number), strerrorname_np(number),
            remedy);
    return TRAPFLOW_BAD_INPUT;
}

/* Where the output goes: the standard output, or a new file beside the one asked for, which it replaces only
 * once it is complete.  What is not a regular file (a pipe, /dev/null) is written as it is. */
struct target {
    const char *path; /* NULL: standard output */
    char *temporary;  /* NULL: `path` is written as it is */
    FILE *file;
};

static int target_open(struct target *target, const char *path)
{
    struct stat status;
    *target = (struct target){.path = path, .file = stdout};
    if (path == NULL)
        return 0;
    bool in_place = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
    if (in_place) {
        target->file = fopen(path, "we");
        return target->file != NULL ? 0 : -1;
    }
    if (asprintf(&target->temporary, "%s.XXXXXX", path) < 0)
        return -1;
    int fd = mkostemp(target->temporary, O_CLOEXEC);
    if (fd < 0) {
        free(target->temporary);
        target->temporary = NULL;
        return -1;
    }
    /* mkostemp makes private files; a picture is as public as any other file of its owner. */
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    target->file = fdopen(fd, "w");
    return target->file != NULL ? 0 : -1;
}

/* Closes; keeps the file only if `good` and every byte has reached it.  Returns 0 or −1 with errno. */
static int target_close(struct target *target, bool good)
{
    int number = 0;
    if (target->file != NULL && (fflush(target->file) != 0 || ferror(target->file)))
        number = errno != 0 ? errno : EIO;
    if (target->file != NULL && target->file != stdout && fclose(target->file) != 0 && number == 0)
        number = errno;
    if (target->temporary != NULL) {
        if (good && number == 0 && rename(target->temporary, target->path) != 0)
            number = errno;
        if (!good || number != 0)
            unlink(target->temporary);
        free(target->temporary);
    }
    errno = number;
    return number == 0 ? 0 : -1;
}

static unsigned terminal_columns(void)
{
    const char *said = getenv("COLUMNS");
    struct winsize size;
    if (said != NULL && atoi(said) > 0)
        return (unsigned)atoi(said);
    if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

static bool terminal_colour(const struct render_options *options)
{
    const char *no = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return options->out == NULL && isatty(STDOUT_FILENO) && (no == NULL || no[0] == '\0') && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

/* A damaged log may still be good where we look: its entries up to the damage are in the view. */
static bool window_is_good(const struct log_view *view, const struct flow_window *window)
{
    if (window->last != 0)
        return window->last <= view->count;
    return window->to_ns != 0 && view->count != 0 && window->to_ns <= view->entries[view->count - 1].event->t_ns;
}

/* The flow is read into `flow` unless the output wants bare events. */
static int write_output(const struct render_options *options, struct render_job *job, struct flow *flow, FILE *out,
                        char error[LOG_ERROR_MAX])
{
    if (!options->output->events) {
        bool folds = job->picture == PICTURE_LADDER && !options->output->unfolded;
        if (flow_read(flow, job->view, job->names, job->window) < 0 || (folds && fold_rows(flow, options->fold) < 0)) {
            snprintf(error, LOG_ERROR_MAX, "lay out %s: out of memory; try a window, --from and --to", options->log);
            return -1;
        }
        job->flow = flow;
    }
    return options->output->write(job, out, error);
}

static int render_view(const struct render_options *options, const struct log_view *view)
{
    char error[LOG_ERROR_MAX] = "";
    struct target target;
    struct flow flow = {0};
    if (options->out == NULL && options->output->binary && isatty(STDOUT_FILENO))
        return fail("write to this terminal: it would be garbled; give a file: -o FILE");
    struct names *names = names_read(view);
    if (names == NULL)
        return fail("read names: out of memory; try a smaller log");
    struct render_job job = {.view = view,
                             .names = names,
                             .window = &options->window,
                             .title = options->title,
                             .format = options->output->name,
                             .picture = options->picture,
                             .stacks = options->stacks,
                             .projected = options->projected,
                             .columns = terminal_columns(),
                             .colour = terminal_colour(options)};
    int status = 0;
    if (target_open(&target, options->out) < 0) {
        status = fail_with(errno, "write", options->out, "is its folder there, and yours?");
        target_close(&target, false);
    } else {
        bool good = write_output(options, &job, &flow, target.file, error) == 0;
        bool kept = target_close(&target, good) == 0;
        if (!good)
            status = fail(error);
        else if (!kept)
            status = fail_with(errno, "write", options->out != NULL ? options->out : "standard output",
                               "is there room, and do you own the place?");
    }
    flow_free(&flow);
    names_free(names);
    return status;
}

int trapflow_render(int argc, char **argv)
{
    struct render_options options;
    struct log_view view;
    char error[LOG_ERROR_MAX] = "";
    options_read(&options, argc, argv);
    enum log_status read = log_view_open(&view, options.log, error);
    bool damaged = read == LOG_CUT_SHORT || read == LOG_CORRUPT;
    int status;
    if (read == LOG_OK || (damaged && window_is_good(&view, &options.window)))
        status = render_view(&options, &view);
    else
        status = fail(error);
    log_view_free(&view);
    return status;
}
