/* Plays the pthread calls of a log: who holds what, who waits for it, and since when.
 *
 *   lock-wait      the thread waits           lock-acquire   it holds, and waits no more
 *   cond-wait      it gives the mutex up      cond-wake      it has it back
 *
 * A lock is held from the event after it was got to the one before it is given back, so a cycle among holders and
 * waiters is a deadlock, unless somebody's time runs out: then the cycle opens again and is forgotten.
 * Knows no pictures.
 */
#include "tracer/render/waits.h"
#include "tracer/render/payload.h"

#include <stdlib.h>
#include <string.h>

/* ---- finding threads and objects ---- */

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 31)) * 0x9e3779b97f4a7c15u;
    return value ^ (value >> 29);
}

static size_t slot_of(const struct waits_map *map, uint64_t key)
{
    size_t slot = mix(key) & (map->slots - 1);
    while (map->keys[slot] != 0 && map->keys[slot] != key)
        slot = (slot + 1) & (map->slots - 1);
    return slot;
}

static bool grow_map(struct waits_map *map)
{
    struct waits_map larger = {.slots = map->slots == 0 ? 64 : map->slots * 2, .used = map->used};
    larger.keys = calloc(larger.slots, sizeof *larger.keys);
    larger.values = calloc(larger.slots, sizeof *larger.values);
    if (larger.keys == NULL || larger.values == NULL) {
        free(larger.keys), free(larger.values);
        return false;
    }
    for (size_t i = 0; i < map->slots; i++)
        if (map->keys[i] != 0) {
            size_t slot = slot_of(&larger, map->keys[i]);
            larger.keys[slot] = map->keys[i], larger.values[slot] = map->values[i];
        }
    free(map->keys), free(map->values);
    *map = larger;
    return true;
}

/* The place of a key's value; a new one holds WAITS_NOBODY.  NULL when memory is short. */
static size_t *find(struct waits *waits, struct waits_map *map, uint64_t key)
{
    if (map->used * 2 >= map->slots && !grow_map(map)) {
        waits->failed = true;
        return NULL;
    }
    size_t slot = slot_of(map, key + 1);
    if (map->keys[slot] == 0) {
        map->keys[slot] = key + 1, map->values[slot] = WAITS_NOBODY;
        map->used++;
    }
    return &map->values[slot];
}

static bool grow(struct waits *waits, void *array, size_t count, size_t *room, size_t size)
{
    void **start = array;
    if (count < *room)
        return true;
    size_t more = *room == 0 ? 16 : *room * 2;
    void *grown = realloc(*start, more * size);
    waits->failed |= grown == NULL;
    if (grown == NULL)
        return false;
    *start = grown, *room = more;
    return true;
}

static struct waits_thread *thread_of(struct waits *waits, const struct event *event)
{
    size_t *place = find(waits, &waits->by_lane, event->lane);
    if (place == NULL)
        return NULL;
    if (*place == WAITS_NOBODY) {
        size_t *by_tid = find(waits, &waits->by_tid, event->tid);
        if (by_tid == NULL ||
            !grow(waits, &waits->threads, waits->thread_count, &waits->thread_room, sizeof *waits->threads))
            return NULL;
        waits->threads[waits->thread_count] = (struct waits_thread){
            .lane = event->lane, .tid = event->tid, .object = WAITS_NOBODY, .joined = WAITS_NOBODY};
        *by_tid = *place = waits->thread_count++;
    }
    return &waits->threads[*place];
}

static enum object_kind whole_kind(unsigned kind)
{
    bool reader_writer = kind == OBJECT_RWLOCK_READ || kind == OBJECT_RWLOCK_WRITE;
    return reader_writer ? OBJECT_RWLOCK : kind < OBJECT_KIND_END ? (enum object_kind)kind : OBJECT_NOTHING;
}

/* An object of this process: the same address may be another object in another. */
static struct waits_object *object_at(struct waits *waits, size_t entry, uint64_t address, enum object_kind kind)
{
    const struct event *event = waits->view->entries[entry].event;
    size_t *pid = find(waits, &waits->pids, event->tid);
    uint64_t key = address ^ mix(pid != NULL && *pid != WAITS_NOBODY ? *pid : 0);
    size_t *place = pid != NULL ? find(waits, &waits->by_object, key) : NULL;
    if (place == NULL)
        return NULL;
    if (*place == WAITS_NOBODY) {
        if (!grow(waits, &waits->objects, waits->object_count, &waits->object_room, sizeof *waits->objects))
            return NULL;
        waits->objects[waits->object_count] =
            (struct waits_object){.entry = entry, .kind = kind, .address = address, .is_thread = WAITS_NOBODY};
        *place = waits->object_count++;
    }
    struct waits_object *object = &waits->objects[*place];
    if (!names_any(waits->names, object->entry) && names_any(waits->names, entry))
        object->entry = entry;
    return object;
}

/* ---- holding ---- */

/* Who gets a lock for itself alone is its only holder, whatever we thought before. */
static void hold(struct waits_object *object, size_t thread, size_t entry, bool reads)
{
    object->seen_held = true;
    for (unsigned i = 0; i < object->holder_count; i++)
        if (object->holders[i].thread == thread) {
            object->holders[i].times++;
            return;
        }
    if (!reads)
        object->holder_count = 0;
    if (object->holder_count < WAITS_HOLDERS_MOST)
        object->holders[object->holder_count++] =
            (struct waits_holder){.thread = thread, .entry = entry, .reads = reads, .times = 1};
}

/* Whoever gives a lock back that it does not hold gives back the only holder's. */
static void give_back(struct waits_object *object, size_t thread)
{
    unsigned at = 0;
    while (at < object->holder_count && object->holders[at].thread != thread)
        at++;
    if (at == object->holder_count) {
        if (object->holder_count != 1)
            return;
        at = 0;
    }
    if (--object->holders[at].times == 0)
        object->holders[at] = object->holders[--object->holder_count];
}

/* ---- waiting ---- */

bool waits_is_blocked_by(const struct waits *waits, size_t thread, const struct waits_holder *holder)
{
    const struct event *event = waits->view->entries[waits->threads[thread].wait_entry].event;
    return !(holder->reads && EVENT_PAYLOAD(event, sync)->object_kind == OBJECT_RWLOCK_READ);
}

static bool is_news(const struct waits *waits, size_t thread)
{
    bool news = waits->threads[thread].asked != waits->question;
    waits->threads[thread].asked = waits->question;
    return news;
}

/* Is `goal` among those that `thread` waits for, at any remove?  Each thread is asked once. */
static bool leads_to(const struct waits *waits, size_t thread, size_t goal)
{
    const struct waits_thread *here = &waits->threads[thread];
    if (!here->waits)
        return false;
    if (here->joined != WAITS_NOBODY) {
        if (here->joined == goal)
            return true;
        return is_news(waits, here->joined) && leads_to(waits, here->joined, goal);
    }
    if (here->object == WAITS_NOBODY)
        return false;
    const struct waits_object *object = &waits->objects[here->object];
    for (unsigned i = 0; i < object->holder_count; i++) {
        size_t next = object->holders[i].thread;
        if (!waits_is_blocked_by(waits, thread, &object->holders[i]))
            continue;
        if (next == goal || (is_news(waits, next) && leads_to(waits, next, goal)))
            return true;
    }
    return false;
}

static bool is_in_cycle(struct waits *waits, size_t thread)
{
    waits->question++;
    return leads_to(waits, thread, thread);
}

size_t waits_mark_cycles(struct waits *waits)
{
    size_t count = 0;
    for (size_t i = 0; i < waits->thread_count; i++)
        count += waits->threads[i].in_cycle = waits->threads[i].waits && is_in_cycle(waits, i);
    return count;
}

/* Can the thread not have it at once, as far as the log tells? */
static bool must_wait(const struct waits *waits, const struct waits_object *object)
{
    switch (object->kind) {
    case OBJECT_MUTEX:
    case OBJECT_RWLOCK:
    case OBJECT_SPIN:
        return object->holder_count != 0;
    case OBJECT_THREAD:
        return object->is_thread == WAITS_NOBODY || !waits->threads[object->is_thread].ended;
    default:
        return true;
    }
}

bool waits_is_blocked(const struct waits *waits, size_t thread)
{
    const struct waits_thread *here = &waits->threads[thread];
    return here->waits && must_wait(waits, &waits->objects[here->object]);
}

static void stop_waiting(struct waits *waits, struct waits_thread *thread)
{
    waits->waiting -= thread->counted;
    if (thread->in_cycle) { /* somebody's time ran out */
        for (size_t i = 0; i < waits->thread_count; i++)
            waits->threads[i].in_cycle = false;
        waits->cycle = WAITS_NOBODY;
    }
    thread->waits = thread->counted = false;
    thread->object = thread->joined = WAITS_NOBODY;
}

static void start_waiting(struct waits *waits, struct waits_thread *thread, struct waits_object *object, size_t entry)
{
    thread->waits = true;
    thread->wait_entry = entry;
    thread->object = (size_t)(object - waits->objects);
    thread->joined = object->is_thread;
    thread->counted = must_wait(waits, object);
    waits->waiting += thread->counted;
    if (waits->waiting > waits->most)
        waits->most = waits->waiting, waits->most_at = entry;
    if (waits->cycle == WAITS_NOBODY && (object->holder_count != 0 || thread->joined != WAITS_NOBODY) &&
        is_in_cycle(waits, (size_t)(thread - waits->threads)) && waits_mark_cycles(waits) != 0)
        waits->cycle = entry;
}

/* ---- events ---- */

static size_t thread_with_tid(struct waits *waits, uint32_t tid)
{
    size_t *place = tid != 0 ? find(waits, &waits->by_tid, tid) : NULL;
    return place != NULL ? *place : WAITS_NOBODY;
}

static void play_mutex_of_wait(struct waits *waits, size_t thread, size_t entry, bool waits_now)
{
    const struct event *event = waits->view->entries[entry].event;
    uint64_t address = EVENT_PAYLOAD(event, sync)->object2;
    struct waits_object *mutex = address != 0 ? object_at(waits, entry, address, OBJECT_MUTEX) : NULL;
    if (mutex == NULL)
        return;
    if (waits_now)
        give_back(mutex, thread);
    else
        hold(mutex, thread, entry, false);
}

static void play_sync(struct waits *waits, size_t entry)
{
    const struct event *event = waits->view->entries[entry].event;
    const struct event_sync *sync = EVENT_PAYLOAD(event, sync);
    struct waits_thread *thread = thread_of(waits, event);
    struct waits_object *object =
        sync->object != 0 ? object_at(waits, entry, sync->object, whole_kind(sync->object_kind)) : NULL;
    if (thread == NULL || object == NULL)
        return;
    size_t number = (size_t)(thread - waits->threads), place = (size_t)(object - waits->objects);
    waits->calls++;
    switch ((unsigned)event->kind) {
    case EVENT_THREAD_START:
        object->is_thread = number;
        break;
    case EVENT_THREAD_EXIT:
        stop_waiting(waits, thread);
        thread->ended = true;
        break;
    case EVENT_JOIN_WAIT:
        if (object->is_thread == WAITS_NOBODY)
            object->is_thread = thread_with_tid(waits, sync->other_tid);
        start_waiting(waits, thread, object, entry);
        break;
    case EVENT_COND_WAIT:
        play_mutex_of_wait(waits, number, entry, true);
        start_waiting(waits, thread, &waits->objects[place], entry);
        break;
    case EVENT_COND_WAKE:
        stop_waiting(waits, thread);
        play_mutex_of_wait(waits, number, entry, false);
        break;
    case EVENT_LOCK_WAIT:
        if (!object->seen_held && thread_with_tid(waits, sync->other_tid) != WAITS_NOBODY)
            hold(object, thread_with_tid(waits, sync->other_tid), entry, false); /* got it before we looked */
        start_waiting(waits, thread, object, entry);
        break;
    case EVENT_SEM_WAIT:
    case EVENT_BARRIER_WAIT:
        start_waiting(waits, thread, object, entry);
        break;
    case EVENT_LOCK_ACQUIRE:
        stop_waiting(waits, thread);
        hold(object, number, entry, sync->object_kind == OBJECT_RWLOCK_READ);
        break;
    case EVENT_LOCK_RELEASE:
        give_back(object, number);
        break;
    case EVENT_ONCE_ENTER: /* the first one runs it, the others wait for that */
        if (object->holder_count != 0)
            start_waiting(waits, thread, object, entry);
        else
            hold(object, number, entry, false);
        break;
    case EVENT_ONCE_LEAVE:
        stop_waiting(waits, thread);
        give_back(object, number);
        break;
    case EVENT_OBJECT_INIT:
    case EVENT_OBJECT_DESTROY:
        object->holder_count = 0;
        object->kind = whole_kind(sync->object_kind);
        break;
    case EVENT_JOIN_DONE:
    case EVENT_LOCK_TRY_FAIL:
    case EVENT_SEM_ACQUIRE:
    case EVENT_SEM_TRY_FAIL:
    case EVENT_BARRIER_LEAVE:
        stop_waiting(waits, thread);
        break;
    default:
        break;
    }
}

static void play_life(struct waits *waits, size_t entry)
{
    const struct event *event = waits->view->entries[entry].event;
    struct waits_thread *thread = thread_of(waits, event);
    size_t *pid = find(waits, &waits->pids, event->tid);
    if (thread == NULL || pid == NULL)
        return;
    if (event->kind == EVENT_START)
        *pid = EVENT_PAYLOAD(event, life)->pid;
    if (event->kind == EVENT_EXIT) {
        if (thread->waits && waits->cycle != WAITS_NOBODY && waits->killed_at == WAITS_NOBODY)
            waits->killed_at = entry;
        bool was_in_cycle = thread->in_cycle;
        thread->in_cycle = false; /* its end does not open the cycle: it closed for good */
        stop_waiting(waits, thread);
        thread->in_cycle = was_in_cycle;
        thread->ended = true;
    }
}

void waits_play(struct waits *waits, const struct flow *flow, const struct flow_window *window, size_t end)
{
    struct flow_window from_the_start = *window;
    *waits = (struct waits){.view = flow->view, .names = flow->names, .cycle = WAITS_NOBODY, .killed_at = WAITS_NOBODY};
    /* Who holds a lock may have got it before the window, and may be one who is not to be shown. */
    from_the_start.first = 0, from_the_start.from_ns = 0, from_the_start.lane_count = 0;
    for (size_t i = 0; i < end && i < flow->view->count && !waits->failed; i++) {
        const struct event *event = flow->view->entries[i].event;
        if (!flow_window_shows(&from_the_start, flow->view, i))
            continue;
        if (payload_kind(event->kind) == PAYLOAD_sync)
            play_sync(waits, i);
        else if (event->kind == EVENT_START || event->kind == EVENT_EXIT)
            play_life(waits, i);
    }
}

void waits_free(struct waits *waits)
{
    struct waits_map *maps[] = {&waits->by_lane, &waits->by_tid, &waits->by_object, &waits->pids};
    for (unsigned i = 0; i < sizeof maps / sizeof *maps; i++)
        free(maps[i]->keys), free(maps[i]->values);
    free(waits->threads), free(waits->objects);
    *waits = (struct waits){0};
}
