/* A canvas on paper: svg, png, pdf and dot, by Graphviz, in this process; and the places of a diagram's boxes.
 *
 * On paper every node's position is pinned and every edge brings its own route, so "nop2" has nothing to lay out and
 * the time is linear in what is drawn.  The only file that knows Graphviz; it refuses to know what it draws.
 */
#include "tracer/render/diagram.h"
#include "tracer/render/picture.h"
#include "tracer/render/render.h"

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char FONT[] = "DejaVu Sans,Verdana,sans-serif";
static const double POINTS_AN_INCH = 72, PAD = 12;

struct ink {
    const char *line, *fill; /* `fill`: the pale one, of headers */
};
static const struct ink inks[INK_END] = {
    [INK_USER] = {"#2f6fb2", "#e8f1fb"},       [INK_GUEST_KERNEL] = {"#c77700", "#fdf1dd"},
    [INK_HYPERVISOR] = {"#7a2e8e", "#f3e8f7"}, [INK_HOST] = {"#4a574b", "#eceeea"},
    [INK_BLACK] = {"#1a1a1a", "#ffffff"},      [INK_GREY] = {"#666666", "#f2f2f2"},
    [INK_FAINT] = {"#bbbbbb", "#f7f7f7"},      [INK_WHITE] = {"#ffffff", "#ffffff"},
    [INK_RED] = {"#c8102e", "#fdeaec"},
};

static const char *const shapes[SHAPE_END] = {
    [SHAPE_CIRCLE] = "circle",   [SHAPE_SQUARE] = "box", [SHAPE_HEXAGON] = "octagon",
    [SHAPE_DIAMOND] = "diamond", [SHAPE_HEADER] = "box", [SHAPE_OBJECT] = "box",
};

struct line_style {
    const char *width, *style;
    double arrow; /* size of the head, 0 for none */
};
static const struct line_style line_styles[LINE_KIND_END] = {
    [LINE_ARROW] = {"1.4", "solid", 0.7}, [LINE_ARROW_THICK] = {"3", "solid", 0.8},
    [LINE_LIFE] = {"1.6", "solid", 0},    [LINE_BLOCKED] = {"1.2", "dashed", 0},
    [LINE_COLUMN] = {"1", "dotted", 0},   [LINE_LEADER] = {"0.6", "solid", 0},
    [LINE_BRACKET] = {"1.5", "solid", 0}, [LINE_WAITS] = {"1.4", "dashed", 0.7},
};

struct drawing {
    const struct canvas *canvas;
    Agraph_t *graph;
};

static void set(void *object, const char *name, const char *value)
{
    agsafeset(object, (char *)name, (char *)value, (char *)"");
}

__attribute__((format(printf, 3, 4))) static void set_number(void *object, const char *name, const char *format, ...)
{
    char value[160];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    set(object, name, value);
}

/* Words as Graphviz takes them: it reads backslashes and entities, also inside the tips.  With `markup` for a
 * label in its HTML-like language.  Free it; NULL when memory is short. */
static char *escape(const char *words, const char *end, bool markup)
{
    char *out = malloc(strlen(words) * 6 + strlen(end) + 1), *at = out;
    if (out == NULL)
        return NULL;
    for (; *words != '\0'; words++) {
        const char *entity = *words == '&' ? "&amp;" : NULL;
        if (markup && entity == NULL)
            entity = *words == '<' ? "&lt;" : *words == '>' ? "&gt;" : *words == '"' ? "&quot;" : NULL;
        if (entity != NULL)
            at = stpcpy(at, entity);
        else if (*words == '\\' && !markup)
            *at++ = '\\', *at++ = '\\';
        else
            *at++ = *words;
    }
    strcpy(at, end);
    return out;
}

static void set_words(void *object, const char *name, const char *words, const char *end)
{
    char *escaped = escape(words, end, false);
    if (escaped != NULL)
        set(object, name, escaped);
    free(escaped);
}

static void set_bold(struct drawing *drawing, void *object, const char *words)
{
    char *escaped = escape(words, "", true), *markup = NULL;
    if (escaped == NULL || asprintf(&markup, "<b>%s</b>", escaped) < 0) {
        free(escaped);
        return;
    }
    char *shared = agstrdup_html(drawing->graph, markup);
    set(object, "label", shared);
    agstrfree(drawing->graph, shared);
    free(markup), free(escaped);
}

/* A node of a fixed size at its place; Graphviz counts y upwards and sizes in inches. */
static Agnode_t *place(struct drawing *drawing, const char *prefix, size_t number, double x, double y, double width,
                       double height)
{
    char name[32];
    snprintf(name, sizeof name, "%s%zu", prefix, number);
    Agnode_t *node = agnode(drawing->graph, name, 1);
    set_number(node, "pos", "%.1f,%.1f", x, drawing->canvas->height - y);
    set_number(node, "width", "%.4f", width / POINTS_AN_INCH);
    set_number(node, "height", "%.4f", height / POINTS_AN_INCH);
    return node;
}

static void draw_mark(struct drawing *drawing, size_t number_of_mark)
{
    const struct canvas_mark *mark = &drawing->canvas->marks[number_of_mark];
    bool header = mark->shape == SHAPE_HEADER || mark->shape == SHAPE_OBJECT;
    Agnode_t *node = place(drawing, "m", number_of_mark, mark->x, mark->y, mark->width, mark->height);
    set(node, "shape", shapes[mark->shape]);
    set(node, "style", mark->shape == SHAPE_HEADER ? "rounded,filled" : "filled");
    set(node, "color", inks[mark->ink].line);
    set(node, "fillcolor", header ? inks[mark->ink].fill : mark->hollow ? "#ffffff" : inks[mark->ink].line);
    set(node, "penwidth", header ? "1.2" : mark->hollow ? "1.6" : "1");
    if (mark->number[0] != '\0') {
        /* In a node of its own, a little lower: Graphviz centres the line, not the digit. */
        Agnode_t *number = place(drawing, "n", number_of_mark, mark->x, mark->y + 1, mark->width, mark->height);
        set(number, "shape", "plaintext");
        set(number, "fontcolor", mark->hollow ? inks[mark->ink].line : "#ffffff");
        set(number, "fontsize", "11");
        set_bold(drawing, number, mark->number);
        if (mark->tip != NULL)
            set_words(number, "tooltip", mark->tip, "");
    }
    if (mark->tip != NULL)
        set_words(node, "tooltip", mark->tip, "");
}

static void draw_text(struct drawing *drawing, size_t number)
{
    static const char *const ends[] = {[ALIGN_LEFT] = "\\l", [ALIGN_CENTRE] = "", [ALIGN_RIGHT] = "\\r"};
    const struct canvas_text *text = &drawing->canvas->texts[number];
    Agnode_t *node = place(drawing, "t", number, text->x, text->y, text->width, text->height);
    set(node, "shape", "plaintext");
    if (!text->on_colour) { /* a dotted lane behind words would blur them */
        set(node, "style", "filled");
        set(node, "fillcolor", "#ffffff");
        set(node, "color", "#ffffff");
    }
    set(node, "fontcolor", inks[text->ink].line);
    set_number(node, "fontsize", "%.1f", text->size);
    if (text->bold)
        set_bold(drawing, node, text->words);
    else
        set_words(node, "label", text->words, ends[text->align]);
    if (text->tip != NULL)
        set_words(node, "tooltip", text->tip, "");
}

/* An end of a line: the mark that it is tied to, or a point that nobody sees. */
static Agnode_t *end_of(struct drawing *drawing, size_t line, int mark, const char *prefix, double x, double y)
{
    char name[32];
    if (mark != CANVAS_NONE) {
        snprintf(name, sizeof name, "m%d", mark);
        return agnode(drawing->graph, name, 1);
    }
    Agnode_t *node = place(drawing, prefix, line, x, y, 0.1, 0.1);
    set(node, "shape", "point");
    set(node, "style", "invis");
    return node;
}

/* A curve keeps its route: all its points, the tip of the arrow first. */
static void route_curve(const struct drawing *drawing, Agedge_t *edge, const struct canvas_line *line)
{
    double height = drawing->canvas->height;
    char *route = NULL;
    size_t size;
    FILE *to = open_memstream(&route, &size);
    if (to == NULL)
        return;
    fprintf(to, "e,%.1f,%.1f", line->x2, height - line->y2);
    for (size_t i = 0; i + 1 < line->points; i++)
        fprintf(to, " %.1f,%.1f", line->curve[2 * i], height - line->curve[2 * i + 1]);
    if (fclose(to) == 0)
        set(edge, "pos", route);
    free(route);
}

static void route_straight(const struct drawing *drawing, Agedge_t *edge, const struct canvas_line *line)
{
    double y1 = drawing->canvas->height - line->y1, y2 = drawing->canvas->height - line->y2;
    double arrow = line_styles[line->kind].arrow;
    double dx = line->x2 - line->x1, dy = y2 - y1, length = hypot(dx, dy), head_length = 10 * arrow;
    /* The line ends where the arrow's head begins. */
    double shaft = length > head_length ? (length - head_length) / length : 0;
    double ex = line->x1 + dx * shaft, ey = y1 + dy * shaft;
    char tip[64] = "";
    if (arrow > 0)
        snprintf(tip, sizeof tip, "e,%.1f,%.1f ", line->x2, y2);
    set_number(edge, "pos", "%s%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f", tip, line->x1, y1,
               line->x1 + (ex - line->x1) / 3, y1 + (ey - y1) / 3, line->x1 + (ex - line->x1) * 2 / 3,
               y1 + (ey - y1) * 2 / 3, ex, ey);
}

static void draw_line(struct drawing *drawing, size_t number)
{
    const struct canvas_line *line = &drawing->canvas->lines[number];
    const struct line_style *style = &line_styles[line->kind];
    Agnode_t *tail = end_of(drawing, number, line->from, "a", line->x1, line->y1);
    Agnode_t *head = end_of(drawing, number, line->to, "b", line->x2, line->y2);
    Agedge_t *edge = agedge(drawing->graph, tail, head, NULL, 1);
    (line->curve != NULL ? route_curve : route_straight)(drawing, edge, line);
    set(edge, "color", inks[line->ink].line);
    set(edge, "penwidth", style->width);
    if (line->thick > 0)
        set_number(edge, "penwidth", "%.1f", line->thick);
    set(edge, "style", style->style);
    set_number(edge, "arrowsize", "%.1f", style->arrow);
    set(edge, "arrowhead", style->arrow > 0 ? "normal" : "none");
}

/* Two points in opposite corners, so that the picture has the canvas's size whatever is on it. */
static void draw_corners(struct drawing *drawing)
{
    const double corners[2][2] = {{0, 0}, {drawing->canvas->width, drawing->canvas->height}};
    for (size_t i = 0; i < 2; i++) {
        Agnode_t *node = place(drawing, "corner", i, corners[i][0], corners[i][1], 0.1, 0.1);
        set(node, "shape", "point");
        set(node, "style", "invis");
    }
}

static Agraph_t *draw(const struct canvas *canvas, enum render_picture picture)
{
    struct drawing drawing = {.canvas = canvas, .graph = agopen((char *)picture_names[picture], Agdirected, NULL)};
    if (drawing.graph == NULL)
        return NULL;
    agattr(drawing.graph, AGRAPH, (char *)"bgcolor", (char *)"white");
    agattr(drawing.graph, AGRAPH, (char *)"outputorder", (char *)"edgesfirst");
    agattr(drawing.graph, AGRAPH, (char *)"splines", (char *)"line");
    set_number(drawing.graph, "pad", "%.4f", PAD / POINTS_AN_INCH);
    set_words(drawing.graph, "tooltip", picture_titles[picture], "");
    agattr(drawing.graph, AGNODE, (char *)"fontname", (char *)FONT);
    agattr(drawing.graph, AGNODE, (char *)"fixedsize", (char *)"true");
    agattr(drawing.graph, AGNODE, (char *)"margin", (char *)"0");
    agattr(drawing.graph, AGNODE, (char *)"label", (char *)"");
    draw_corners(&drawing);
    /* Graphviz draws lines in the order of the nodes that they start from: first those in the background. */
    for (size_t i = 0; i < canvas->line_count; i++)
        if (canvas->lines[i].from == CANVAS_NONE)
            draw_line(&drawing, i);
    for (size_t i = 0; i < canvas->mark_count; i++)
        draw_mark(&drawing, i);
    for (size_t i = 0; i < canvas->text_count; i++)
        draw_text(&drawing, i);
    for (size_t i = 0; i < canvas->line_count; i++)
        if (canvas->lines[i].from != CANVAS_NONE)
            draw_line(&drawing, i);
    return drawing.graph;
}

/* Graphviz talks to stderr about fonts that it would have liked; the last line is kept for our own error. */
static char last_complaint[200];
static int keep_complaint(char *text)
{
    snprintf(last_complaint, sizeof last_complaint, "%.*s", (int)strcspn(text, "\n"), text);
    return 0;
}

static int print(Agraph_t *graph, const char *format, FILE *out, char error[LOG_ERROR_MAX])
{
    char *data = NULL;
    unsigned length = 0;
    GVC_t *context = gvContext();
    bool good = context != NULL && gvLayout(context, graph, "nop2") == 0;
    if (good) {
        good = gvRenderData(context, graph, format, &data, &length) == 0 && data != NULL;
        if (good)
            fwrite(data, 1, length, out);
        gvFreeRenderData(data);
        gvFreeLayout(context, graph);
    }
    if (context != NULL)
        gvFreeContext(context);
    if (!good)
        snprintf(error, LOG_ERROR_MAX, "draw %s with Graphviz: %s; try -f dot, or: dot -c (as root)", format,
                 last_complaint[0] != '\0' ? last_complaint : "it gave no reason");
    return good ? 0 : -1;
}

/* ---- diagrams: here Graphviz lays out, too ---- */

/* A label of exactly that size, with nothing in it: the canvas writes the words. */
static void set_room(Agraph_t *graph, Agedge_t *edge, const struct diagram_arc *arc)
{
    char markup[160];
    if (arc->words == NULL)
        return;
    snprintf(markup, sizeof markup,
             "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" fixedsize=\"true\" width=\"%.0f\" "
             "height=\"%.0f\"><tr><td></td></tr></table>",
             ceil(arc->width) + 6, ceil(arc->height) + 4);
    char *shared = agstrdup_html(graph, markup);
    set(edge, "label", shared);
    agstrfree(graph, shared);
}

/* All boxes of a level stand side by side; a chain that nobody sees keeps the levels in order. */
static void keep_levels(Agraph_t *graph, const struct diagram *diagram, Agnode_t *const *nodes)
{
    char name[32];
    for (size_t i = 0; i < diagram->box_count; i++) {
        if (diagram->boxes[i].level == DIAGRAM_FREE)
            continue;
        snprintf(name, sizeof name, "level%d", diagram->boxes[i].level);
        Agraph_t *level = agsubg(graph, name, 1);
        set(level, "rank", "same");
        agsubnode(level, nodes[i], 1);
        for (size_t below = 0; below < diagram->box_count; below++)
            if (diagram->boxes[below].level > diagram->boxes[i].level)
                set(agedge(graph, nodes[i], nodes[below], NULL, 1), "style", "invis");
    }
}

static void place_arc(struct diagram_arc *arc, Agedge_t *edge, double height)
{
    if (ED_label(edge) != NULL)
        arc->x = ED_label(edge)->pos.x, arc->y = height - ED_label(edge)->pos.y;
    if (ED_spl(edge) == NULL || ED_spl(edge)->size == 0)
        return;
    const bezier *route = &ED_spl(edge)->list[0];
    size_t size = (size_t)route->size;
    arc->curve = calloc(size + 1, 2 * sizeof *arc->curve);
    if (arc->curve == NULL)
        return;
    /* An arc upwards was laid out downwards: its points come backwards. */
    for (size_t i = 0; i < size; i++) {
        const pointf point = route->list[route->sflag ? size - 1 - i : i];
        arc->curve[2 * i] = point.x, arc->curve[2 * i + 1] = height - point.y;
    }
    const pointf tip = route->sflag ? route->sp : route->eflag ? route->ep : route->list[size - 1];
    arc->points = size + 1;
    arc->curve[2 * size] = tip.x, arc->curve[2 * size + 1] = height - tip.y;
}

static Agraph_t *lay_out(const struct diagram *diagram, Agnode_t **nodes, Agedge_t **edges)
{
    struct drawing drawing = {.canvas = &(struct canvas){.height = 0},
                              .graph = agopen((char *)"diagram", Agdirected, NULL)};
    if (drawing.graph == NULL)
        return NULL;
    agattr(drawing.graph, AGRAPH, (char *)"nodesep", (char *)"0.5");
    agattr(drawing.graph, AGRAPH, (char *)"ranksep", (char *)"0.35");
    agattr(drawing.graph, AGNODE, (char *)"shape", (char *)"box");
    agattr(drawing.graph, AGNODE, (char *)"fixedsize", (char *)"true");
    agattr(drawing.graph, AGNODE, (char *)"label", (char *)"");
    for (size_t i = 0; i < diagram->box_count; i++)
        nodes[i] = place(&drawing, "m", i, 0, 0, diagram->boxes[i].width, diagram->boxes[i].height);
    keep_levels(drawing.graph, diagram, nodes);
    for (size_t i = 0; i < diagram->arc_count; i++) {
        const struct diagram_arc *arc = &diagram->arcs[i];
        int from = diagram->boxes[arc->from].level, to = diagram->boxes[arc->to].level;
        bool up = from != DIAGRAM_FREE && from > to; /* laid out downwards, with its head at the start */
        edges[i] = agedge(drawing.graph, nodes[up ? arc->to : arc->from], nodes[up ? arc->from : arc->to], NULL, 1);
        if (up)
            set(edges[i], "dir", "back");
        set_room(drawing.graph, edges[i], arc);
        set_number(edges[i], "arrowsize", "%.1f", line_styles[arc->kind].arrow);
        if (from != DIAGRAM_FREE && from == to)
            set(edges[i], "constraint", "false");
    }
    return drawing.graph;
}

int diagram_place(struct diagram *diagram, char error[LOG_ERROR_MAX])
{
    Agnode_t **nodes = calloc(diagram->box_count + 1, sizeof *nodes);
    Agedge_t **edges = calloc(diagram->arc_count + 1, sizeof *edges);
    agseterrf(keep_complaint);
    GVC_t *context = gvContext();
    Agraph_t *graph = nodes != NULL && edges != NULL ? lay_out(diagram, nodes, edges) : NULL;
    bool good = context != NULL && graph != NULL && gvLayout(context, graph, "dot") == 0;
    if (good) {
        boxf bounds = GD_bb(graph);
        diagram->width = bounds.UR.x, diagram->height = bounds.UR.y;
        for (size_t i = 0; i < diagram->box_count; i++)
            diagram->boxes[i].x = ND_coord(nodes[i]).x, diagram->boxes[i].y = bounds.UR.y - ND_coord(nodes[i]).y;
        for (size_t i = 0; i < diagram->arc_count; i++)
            place_arc(&diagram->arcs[i], edges[i], bounds.UR.y);
        gvFreeLayout(context, graph);
    } else {
        snprintf(error, LOG_ERROR_MAX, "lay the diagram out with Graphviz: %s; try: dot -c (as root)",
                 last_complaint[0] != '\0' ? last_complaint : "it gave no reason");
    }
    if (graph != NULL)
        agclose(graph);
    if (context != NULL)
        gvFreeContext(context);
    free(nodes), free(edges);
    return good ? 0 : -1;
}

int graphviz_write(const struct render_job *job, FILE *out, char error[LOG_ERROR_MAX])
{
    struct canvas canvas;
    int result = -1;
    agseterrf(keep_complaint);
    if (picture_draw(&canvas, job, error) == 0) {
        Agraph_t *graph = draw(&canvas, job->picture);
        if (graph == NULL)
            snprintf(error, LOG_ERROR_MAX, "draw the %s: out of memory; try a window, --from and --to",
                     picture_names[job->picture]);
        else if (strcmp(job->format, "dot") == 0)
            result = agwrite(graph, out);
        else
            result = print(graph, job->format, out, error);
        if (graph != NULL)
            agclose(graph);
    }
    canvas_free(&canvas);
    return result < 0 ? -1 : 0;
}
