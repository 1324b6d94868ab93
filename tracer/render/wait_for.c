/* The wait-for graph: threads, what they wait for, who holds that; red where it is a cycle.
 *
 * Of all moments one is drawn: where a deadlock closed, or else the end of the window, or else, for a whole run that
 * ended well, the moment at which most threads waited.  Who waits is waits.c's knowledge, where it stands Graphviz's.
 */
#include "tracer/render/describe.h"
#include "tracer/render/diagram.h"
#include "tracer/render/waits.h"

#include <stdio.h>
#include <stdlib.h>

enum { CROWD = 6, NAMED_OF_CROWD = 3, BOXES_MOST = 80 };

struct wait_picture {
    struct waits *waits;
    const struct flow *flow;
    const struct flow_window *window;
    struct diagram *diagram;
    uint64_t now_ns;
    int *of_thread, *of_object; /* boxes */
    size_t left_out;            /* threads for which there was no room */
};

/* ---- boxes ---- */

static void say_thread(const struct wait_picture *picture, size_t number, struct words *words)
{
    const struct waits_thread *thread = &picture->waits->threads[number];
    uint32_t column = flow_lane_of(picture->flow, thread->lane);
    if (column != FLOW_NO_LANE)
        words_add(words, "%s", picture->flow->lanes[column].name);
    else
        words_add(words, "thread %u", (unsigned)EVENT_LANE_NUMBER(thread->lane));
}

static int thread_box(struct wait_picture *picture, size_t number)
{
    const struct waits_thread *thread = &picture->waits->threads[number];
    char text[WORDS_MAX];
    struct words words;
    if (picture->of_thread[number] != CANVAS_NONE || picture->diagram->box_count >= BOXES_MOST)
        return picture->of_thread[number];
    words_start(&words, text, sizeof text);
    say_thread(picture, number, &words);
    const char *state = thread->ended ? "has ended" : waits_is_blocked(picture->waits, number) ? "" : "runs";
    const bool numbered = picture->waits->view->header->clock == CLOCK_KIND_STEP; /* by the explorer, in its name */
    if (numbered)
        words_add(&words, "%s%s", state[0] != '\0' ? "\n" : "", state);
    else
        words_add(&words, "\ntid %u%s%s", thread->tid, state[0] != '\0' ? ", " : "", state);
    struct diagram_box box = {
        .shape = SHAPE_HEADER, .ink = thread->in_cycle ? INK_RED : INK_USER, .level = DIAGRAM_FREE};
    return picture->of_thread[number] = diagram_box(picture->diagram, box, text, NULL);
}

static void say_object(const struct wait_picture *picture, const struct waits_object *object, struct words *words)
{
    const char *kind = object_kind_name(object->kind);
    words_add(words, "%s ", kind != NULL ? kind : "object");
    const unsigned number = names_number(picture->flow->names, object->entry);
    if (number != 0)
        words_add(words, "%u", number);
    else if (!names_add(picture->flow->names, object->entry, TEXT_NAME, words, NULL))
        words_add(words, "0x%llx", (unsigned long long)object->address);
}

static int object_box(struct wait_picture *picture, size_t number, bool in_cycle)
{
    const struct waits_object *object = &picture->waits->objects[number];
    char text[WORDS_MAX];
    struct words words;
    if (picture->of_object[number] != CANVAS_NONE || picture->diagram->box_count >= BOXES_MOST)
        return picture->of_object[number];
    words_start(&words, text, sizeof text);
    say_object(picture, object, &words);
    struct diagram_box box = {.shape = SHAPE_OBJECT, .ink = in_cycle ? INK_RED : INK_GREY, .level = DIAGRAM_FREE};
    return picture->of_object[number] = diagram_box(picture->diagram, box, text, NULL);
}

/* ---- arcs ---- */

static void say_since(const struct wait_picture *picture, const char *what, size_t entry, struct words *words)
{
    const struct event *event = picture->flow->view->entries[entry].event;
    char took[32];
    words_add(words, "%s", what);
    if (picture->flow->view->header->clock != CLOCK_KIND_STEP)
        words_add(words, ", %s",
                  words_duration(took, picture->now_ns > event->t_ns ? picture->now_ns - event->t_ns : 0));
    if (EVENT_PAYLOAD(event, sync)->line != 0)
        words_add(words, "\nline %u", EVENT_PAYLOAD(event, sync)->line);
}

static void put_arc(struct wait_picture *picture, int from, int to, enum canvas_line_kind kind, bool in_cycle,
                    const char *words)
{
    if (from == CANVAS_NONE || to == CANVAS_NONE)
        return;
    struct diagram_arc arc = {.from = (unsigned)from,
                              .to = (unsigned)to,
                              .kind = kind,
                              .ink = in_cycle ? INK_RED : INK_GREY,
                              .thick = in_cycle ? 3 : 0};
    diagram_arc(picture->diagram, arc, words);
}

/* Every holder of an object that somebody waits for; in a cycle, if the holder is. */
static void put_holders(struct wait_picture *picture, size_t number, bool in_cycle)
{
    const struct waits_object *object = &picture->waits->objects[number];
    bool drawn = picture->of_object[number] != CANVAS_NONE;
    int box = object_box(picture, number, in_cycle);
    for (unsigned i = 0; !drawn && box != CANVAS_NONE && i < object->holder_count; i++) {
        const struct waits_holder *holder = &object->holders[i];
        char text[WORDS_MAX];
        struct words words;
        words_start(&words, text, sizeof text);
        say_since(picture,
                  object->kind == OBJECT_ONCE ? "runs it"
                  : holder->reads             ? "held for reading"
                                              : "held",
                  holder->entry, &words);
        put_arc(picture, box, thread_box(picture, holder->thread), LINE_ARROW,
                in_cycle && picture->waits->threads[holder->thread].in_cycle, text);
    }
}

static const char *waits_words(const struct waits_object *object)
{
    switch (object->kind) {
    case OBJECT_CONDITION:
        return "waits for a signal";
    case OBJECT_SEMAPHORE:
        return "waits for a post";
    case OBJECT_BARRIER:
        return "waits for the others";
    case OBJECT_THREAD:
        return "waits for its end";
    default:
        return "waits";
    }
}

/* Does this thread's wait belong to a cycle: is somebody of the cycle what it waits for? */
static bool wait_in_cycle(const struct waits *waits, const struct waits_thread *thread)
{
    if (!thread->in_cycle)
        return false;
    if (thread->joined != WAITS_NOBODY)
        return waits->threads[thread->joined].in_cycle;
    const struct waits_object *object = &waits->objects[thread->object];
    for (unsigned i = 0; i < object->holder_count; i++)
        if (waits->threads[object->holders[i].thread].in_cycle)
            return true;
    return false;
}

static void put_wait(struct wait_picture *picture, size_t number, int box)
{
    struct waits *waits = picture->waits;
    const struct waits_thread *thread = &waits->threads[number];
    bool in_cycle = wait_in_cycle(waits, thread);
    char text[WORDS_MAX];
    struct words words;
    words_start(&words, text, sizeof text);
    say_since(picture, waits_words(&waits->objects[thread->object]), thread->wait_entry, &words);
    if (thread->joined != WAITS_NOBODY) {
        put_arc(picture, box, thread_box(picture, thread->joined), LINE_WAITS, in_cycle, text);
        return;
    }
    put_holders(picture, thread->object, in_cycle);
    put_arc(picture, box, picture->of_object[thread->object], LINE_WAITS, in_cycle, text);
}

/* ---- crowds ---- */

static bool holds_anything(const struct waits *waits, size_t thread)
{
    for (size_t i = 0; i < waits->object_count; i++)
        for (unsigned holder = 0; holder < waits->objects[i].holder_count; holder++)
            if (waits->objects[i].holders[holder].thread == thread)
                return true;
    return false;
}

/* Waits, and nobody can wait for it: many of those at one object are drawn as one box. */
static bool is_plain(const struct waits *waits, size_t thread, size_t object)
{
    const struct waits_thread *here = &waits->threads[thread];
    if (!here->waits || here->object != object || !waits_is_blocked(waits, thread) || here->joined != WAITS_NOBODY ||
        here->in_cycle)
        return false;
    for (size_t i = 0; i < waits->thread_count; i++)
        if (waits->threads[i].joined == thread)
            return false;
    return !holds_anything(waits, thread);
}

/* "12 threads: a, b, c, …" as one box, if so many wait there; they are marked as drawn by `drawn`. */
static void put_crowd(struct wait_picture *picture, size_t object, bool *drawn)
{
    struct waits *waits = picture->waits;
    size_t count = 0, first = WAITS_NOBODY;
    char text[WORDS_MAX];
    struct words words;
    for (size_t i = 0; i < waits->thread_count; i++)
        if (is_plain(waits, i, object)) {
            count++;
            if (first == WAITS_NOBODY || waits->threads[i].wait_entry < waits->threads[first].wait_entry)
                first = i; /* who waits longest speaks for all */
        }
    if (count <= CROWD)
        return;
    words_start(&words, text, sizeof text);
    words_add(&words, "%zu threads\n", count);
    size_t named = 0;
    for (size_t i = 0; i < waits->thread_count; i++)
        if (is_plain(waits, i, object)) {
            drawn[i] = true;
            if (named++ < NAMED_OF_CROWD) {
                words_add(&words, named > 1 ? ", " : "");
                say_thread(picture, i, &words);
            }
        }
    words_add(&words, ", …");
    struct diagram_box box = {.shape = SHAPE_HEADER, .ink = INK_USER, .level = DIAGRAM_FREE};
    put_wait(picture, first, diagram_box(picture->diagram, box, text, NULL));
}

static void put_all(struct wait_picture *picture)
{
    struct waits *waits = picture->waits;
    bool *drawn = calloc(waits->thread_count + 1, sizeof *drawn);
    if (drawn == NULL) {
        picture->diagram->failed = true;
        return;
    }
    for (size_t i = 0; picture->window->lane_count == 0 && i < waits->object_count; i++)
        put_crowd(picture, i, drawn);
    for (size_t i = 0; i < waits->thread_count; i++)
        if (waits_is_blocked(waits, i) && !drawn[i] && flow_window_wants(picture->window, waits->threads[i].lane)) {
            int box = thread_box(picture, i);
            if (box == CANVAS_NONE)
                picture->left_out++;
            else
                put_wait(picture, i, box);
        }
    free(drawn);
}

/* ---- which moment ---- */

static size_t waiting(const struct waits *waits, const struct flow_window *window)
{
    size_t count = 0;
    for (size_t i = 0; i < waits->thread_count; i++)
        count += waits_is_blocked(waits, i) && flow_window_wants(window, waits->threads[i].lane);
    return count;
}

static void play_to(struct waits *waits, const struct flow *flow, const struct flow_window *window, size_t end)
{
    waits_free(waits);
    waits_play(waits, flow, window, end);
    waits_mark_cycles(waits);
}

/* Plays to the moment that is worth a picture, and says in words which that is. */
static size_t choose_moment(struct waits *waits, const struct flow *flow, const struct flow_window *window,
                            struct words *words)
{
    size_t end = flow->last;
    char count[32], time[32];
    bool asked = window->last != 0 || window->to_ns != 0;
    waits_play(waits, flow, window, end);
    size_t cycle = waits->cycle, killed_at = waits->killed_at, most_at = waits->most_at, most = waits->most;
    if (cycle != WAITS_NOBODY)
        end = killed_at != WAITS_NOBODY ? killed_at : end; /* as it was before somebody ended the program */
    else if (waiting(waits, window) == 0 && !asked && most != 0)
        end = most_at + 1;
    play_to(waits, flow, window, end);
    size_t at = end != 0 ? end - 1 : 0;
    if (waits->calls == 0) {
        words_add(words, "no pthread calls in this window: record threads, or trapflow explore --trace");
    } else if (waiting(waits, window) == 0) {
        words_add(words, "nobody waits");
    } else {
        size_t shown = cycle != WAITS_NOBODY ? cycle : at;
        words_add(words, "%s event %s", cycle != WAITS_NOBODY ? "a deadlock since" : "at",
                  words_count(count, shown + 1));
        if (flow->view->header->clock != CLOCK_KIND_STEP)
            words_add(words, ", %s", words_duration(time, flow->view->entries[shown].event->t_ns));
        words_add(words, ": %s thread%s wait%s", words_count(count, waiting(waits, window)),
                  waiting(waits, window) == 1 ? "" : "s", waiting(waits, window) == 1 ? "s" : "");
        if (cycle == WAITS_NOBODY && end == most_at + 1 && !asked)
            words_add(words, ", never more; another moment: --to EVENT");
    }
    return at;
}

static int draw_waits(struct canvas *canvas, struct wait_picture *picture, size_t at, struct words *moment,
                      const char *title, char error[LOG_ERROR_MAX])
{
    static const struct diagram_key keys[] = {
        {.mark = {.shape = SHAPE_HEADER, .ink = INK_USER}, .words = "thread"},
        {.mark = {.shape = SHAPE_OBJECT, .ink = INK_GREY}, .words = "lock, condition, …"},
        {.is_line = true, .kind = LINE_WAITS, .ink = INK_GREY, .words = "waits for"},
        {.is_line = true, .kind = LINE_ARROW, .ink = INK_GREY, .words = "is held by"},
        {.is_line = true, .kind = LINE_ARROW_THICK, .ink = INK_RED, .words = "part of a cycle: nobody in it can go on"},
    };
    const struct flow *flow = picture->flow;
    picture->now_ns = flow->view->count != 0 ? flow->view->entries[at].event->t_ns : 0;
    put_all(picture);
    if (picture->left_out != 0)
        words_add(moment, "; %zu of them are not drawn", picture->left_out);
    picture->diagram->failed |= picture->waits->failed;
    return diagram_draw(canvas, picture->diagram, flow, title, moment->text, keys, sizeof keys / sizeof *keys, error);
}

int waits_draw(struct canvas *canvas, const struct flow *flow, const struct flow_window *window, const char *title,
               char error[LOG_ERROR_MAX])
{
    struct waits waits = {0};
    struct diagram diagram = {0};
    struct wait_picture picture = {.waits = &waits, .flow = flow, .window = window, .diagram = &diagram};
    char text[WORDS_MAX];
    struct words moment;
    int result = -1;
    *canvas = (struct canvas){0};
    words_start(&moment, text, sizeof text);
    size_t at = choose_moment(&waits, flow, window, &moment);
    picture.of_thread = malloc((waits.thread_count + 1) * sizeof *picture.of_thread);
    picture.of_object = malloc((waits.object_count + 1) * sizeof *picture.of_object);
    if (picture.of_thread == NULL || picture.of_object == NULL) {
        snprintf(error, LOG_ERROR_MAX, "draw who waits: out of memory; try a window, --from and --to");
    } else {
        for (size_t i = 0; i < waits.thread_count; i++)
            picture.of_thread[i] = CANVAS_NONE;
        for (size_t i = 0; i < waits.object_count; i++)
            picture.of_object[i] = CANVAS_NONE;
        result = draw_waits(canvas, &picture, at, &moment, title, error);
    }
    free(picture.of_thread), free(picture.of_object);
    diagram_free(&diagram);
    waits_free(&waits);
    return result;
}
