/* Names of synchronisation objects: an address in a program's image is looked up once, in the files that the program
 * was made of, and kept.  What is on a stack or was allocated gets a number instead, in the order in which the log
 * first speaks of such objects: "2" of the mutexes.  So a picture of a part of the log calls it what the whole one
 * does.
 */
#include "tracer/render/objects.h"
#include "tracer/record/symbols.h"
#include "tracer/render/payload.h"
#include "tracer/threads/calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known {
    size_t image; /* 0: an empty slot */
    uint64_t address;
    size_t last; /* the last entry about it, when most files of the program are known */
    bool settled;
    char *name;      /* NULL: it has none, but … */
    unsigned number; /* … this, counted from 1 among its kind */
};

struct objects {
    const struct log_view *view;
    struct symbols *symbols; /* NULL: not wanted yet */
    bool failed;
    struct known *known; /* open addressing */
    size_t count, slots;
    unsigned numbered[OBJECT_KIND_END];
    bool read; /* all objects of the log are known */
};

struct objects *objects_open(const struct log_view *view)
{
    struct objects *objects = calloc(1, sizeof *objects);

    if (objects != NULL)
        objects->view = view;
    return objects;
}

void objects_close(struct objects *objects)
{
    if (objects == NULL)
        return;
    for (size_t i = 0; i < objects->slots; i++)
        free(objects->known[i].name);
    free(objects->known);
    symbols_free(objects->symbols);
    free(objects);
}

static struct known *slot_of(struct known *known, size_t slots, size_t image, uint64_t address)
{
    size_t slot = (size_t)((address ^ image << 40) * 0x9e3779b97f4a7c15u >> 20) & (slots - 1);

    while (known[slot].image != 0 && (known[slot].image != image || known[slot].address != address))
        slot = (slot + 1) & (slots - 1);
    return &known[slot];
}

static bool grow(struct objects *objects)
{
    size_t slots = objects->slots == 0 ? 64 : objects->slots * 2;
    struct known *known = calloc(slots, sizeof *known);

    if (known == NULL)
        return false;
    for (size_t i = 0; i < objects->slots; i++)
        if (objects->known[i].image != 0)
            *slot_of(known, slots, objects->known[i].image, objects->known[i].address) = objects->known[i];
    free(objects->known);
    objects->known = known;
    objects->slots = slots;
    return true;
}

/* The address that may be that of a variable; 0: the event is about none. */
static uint64_t address_of(const struct event *event)
{
    const struct event_sync *sync = EVENT_PAYLOAD(event, sync);

    if (payload_kind(event->kind) != PAYLOAD_sync || sync->object_kind == OBJECT_NOTHING ||
        sync->object_kind == OBJECT_THREAD || sync->object_kind == OBJECT_SIGNAL)
        return 0;
    return sync->object;
}

static bool ready(struct objects *objects)
{
    if (objects->symbols == NULL && !objects->failed)
        objects->symbols = symbols_read(objects->view);
    objects->failed = objects->symbols == NULL || (objects->count * 2 >= objects->slots && !grow(objects));
    return !objects->failed;
}

/* The object of one event; NULL if it is about none, or memory is short. */
static struct known *see(struct objects *objects, size_t entry)
{
    const uint64_t address = address_of(objects->view->entries[entry].event);
    size_t image;

    if (address == 0 || !ready(objects) || (image = symbols_image(objects->symbols, entry)) == 0)
        return NULL;
    struct known *known = slot_of(objects->known, objects->slots, image, address);
    if (known->image == 0) {
        *known = (struct known){.image = image, .address = address};
        objects->count++;
    }
    return known;
}

/* Its name, or else its number: the next one of its kind. */
static void settle(struct objects *objects, struct known *known, const struct event_sync *sync)
{
    char text[128];
    if (known->settled)
        return;
    known->settled = true;
    if (symbols_object(objects->symbols, known->last, known->address, text, sizeof text))
        known->name = strdup(text);
    else
        known->number = ++objects->numbered[sync->object_kind < OBJECT_KIND_END ? sync->object_kind : 0];
}

/* A thread may speak of an object before another has told the log which files the program is made of: so all of the log
 * is seen before anything gets a name. */
static void read_all(struct objects *objects)
{
    for (size_t i = 0; i < objects->view->count; i++) {
        struct known *known = see(objects, i);
        if (known != NULL)
            known->last = i;
    }
    for (size_t i = 0; i < objects->view->count; i++) {
        struct known *known = see(objects, i);
        if (known != NULL)
            settle(objects, known, EVENT_PAYLOAD(objects->view->entries[i].event, sync));
    }
    objects->read = true;
}

static const struct known *find(struct objects *objects, size_t entry)
{
    if (!objects->read)
        read_all(objects);
    return see(objects, entry);
}

const char *objects_name(struct objects *objects, size_t entry)
{
    const struct known *known = find(objects, entry);
    return known != NULL ? known->name : NULL;
}

unsigned objects_number(struct objects *objects, size_t entry)
{
    const struct known *known = find(objects, entry);
    return known != NULL ? known->number : 0;
}
