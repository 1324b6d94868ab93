/* Fuzzes all that reads logs: the reader itself, and through their own command lines the outputs, stat and diff.
 *
 * A log that is refused has been read well, too; what must not happen is a crash, a hang, or memory lost.
 */
#include "tests/fuzz/packed.h"
#include "tracer/render/options.h"
#include "tracer/trapflow.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { FILES = 2, PATH_SIZE = 32 };

/* A file without a folder, opened by its descriptor's name. */
static int file_for(unsigned number, char path[PATH_SIZE])
{
    static int files[FILES] = {-1, -1};

    if (files[number] < 0)
        files[number] = memfd_create("fuzz.trap", MFD_CLOEXEC);
    if (files[number] < 0)
        abort();
    snprintf(path, PATH_SIZE, "/proc/self/fd/%d", files[number]);
    return files[number];
}

/* The reader, and what it says of how far the log is good. */
static size_t read_alone(const char *path)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    enum log_status status = log_view_open(&view, path, error);
    size_t good = view.count;

    if ((status == LOG_OK) != (error[0] == '\0'))
        abort(); /* a refusal has its line, and nothing else has */
    log_view_free(&view);
    return good;
}

/* ---- consumers ---- */

static void stat_one(char *path, bool json)
{
    trapflow_stat(json ? 3 : 2, (char *[]){"trapflow stat", path, json ? "--json" : NULL, NULL});
}

/* Against itself with something at its end changed. */
static void diff(const uint8_t *bytes, size_t size, char *path)
{
    uint8_t *changed = malloc(size + 1);
    char other[PATH_SIZE];

    if (changed == NULL)
        abort();
    for (size_t i = 0; i < size; i++)
        changed[i] = (uint8_t)(i + 40 < size || i < sizeof(struct packed_lead) ? bytes[i] : ~bytes[i]);
    packed_write(file_for(1, other), changed, size);
    free(changed);
    trapflow_diff(3, (char *[]){"trapflow diff", path, other, NULL});
}

/* Graphviz's own drawing keeps pointers into graphs that are gone, once a process: so dot stands for svg and png. */
static bool is_drawn_by_graphviz(const struct render_output *output)
{
    return strcmp(output->name, "svg") == 0 || strcmp(output->name, "png") == 0 || strcmp(output->name, "pdf") == 0;
}

static void render(char *path, unsigned choice, size_t good)
{
    unsigned count = 0, output = 0;
    char last[24];

    while (render_outputs[count].name != NULL)
        count++;
    output = choice % count;
    while (is_drawn_by_graphviz(&render_outputs[output]))
        output = (output + 1) % count;
    snprintf(last, sizeof last, "%zu", good > 0 ? good : 1);
    trapflow_render(8, (char *[]){"trapflow render", path, "-f", (char *)render_outputs[output].name, "-o", "/dev/null",
                                  "--to", last, NULL});
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char path[PATH_SIZE];
    unsigned consumer = size > 0 ? bytes[0] : 0;
    size_t good;

    if (packed_write(file_for(0, path), bytes, size) != 0)
        return 0;
    good = read_alone(path);
    if (consumer % 8 < 2)
        stat_one(path, consumer % 8 == 1);
    else if (consumer % 8 == 2)
        diff(bytes, size, path);
    else if (consumer % 8 > 3) /* 3: the reader alone */
        render(path, consumer / 8, good);
    return 0;
}
