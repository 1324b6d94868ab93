/* The renderer's command as users type it, and the pictures that it would draw, for all pages of its suite. */
#include "tests/render/shared.h"
#include "tracer/render/picture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct run_result render(const char *log, const char *const *words)
{
    static const char *const environment[] = {"COLUMNS=80", "LC_ALL=C", NULL};
    const char *argv[16] = {check_built("trapflow"), "render", log};
    for (unsigned i = 0; words[i] != NULL && i < 12; i++)
        argv[3 + i] = words[i];
    struct run_options options = {.argv = argv, .environment = environment, .output_limit = 256 * 1024 * 1024};
    struct run_result result;
    int error = run_command(&options, &result);
    cr_assert(error == 0, "cannot run %s: %s", argv[0], strerror(error));
    return result;
}

char *good(struct run_result result)
{
    cr_assert(run_exit_code(&result) == 0, "status %d: %s", run_exit_code(&result), result.err);
    cr_assert(result.err_size == 0, "it complained: %s", result.err);
    char *out = result.out;
    result.out = NULL;
    run_free(&result);
    return out;
}

const char *log_of(void (*write)(const char *path))
{
    const char *path = check_path("log.trap");
    write(path);
    return path;
}

void check_golden(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "tests/render/golden/%s.txt", name);
    char *wanted = check_read(path, NULL);
    cr_assert(wanted != NULL, "no %s; saw\n%s", path, text);
    cr_assert(strcmp(wanted, text) == 0, "%s differs; saw\n%s\nwanted\n%s", path, text, wanted);
    free(wanted);
}

void draw_log(struct canvas *canvas, const char *path, enum render_picture picture, bool projected)
{
    struct log_view view;
    struct flow flow;
    struct flow_window everything = {0};
    char error[LOG_ERROR_MAX] = "";
    cr_assert(log_view_open(&view, path, error) == LOG_OK, "cannot %s", error);
    struct names *names = names_read(&view);
    cr_assert(names != NULL && flow_read(&flow, &view, names, &everything) == 0);
    cr_assert(picture != PICTURE_LADDER || fold_rows(&flow, 3) == 0);
    struct render_job job = {.view = &view,
                             .names = names,
                             .window = &everything,
                             .flow = &flow,
                             .picture = picture,
                             .projected = projected};
    cr_assert(picture_draw(canvas, &job, error) == 0, "cannot %s", error);
    flow_free(&flow);
    names_free(names);
    log_view_free(&view);
}

void check_flaws(const char *name, const char *log, enum render_picture picture, bool projected)
{
    struct canvas canvas;
    char found[WORDS_MAX];
    draw_log(&canvas, log, picture, projected);
    size_t flaws = canvas_flaws(&canvas, found);
    cr_expect(flaws == 0, "%s as %s%s: %zu flaws, the first: %s", name, picture_names[picture],
              projected ? ", slide" : "", flaws, found);
    canvas_free(&canvas);
}
