/* The strings of a log.  Producers write a string as pieces that name, by `about`, the sequence number of the
 * event they belong to; here the pieces of one event form a chain, found by (producer, sequence number).
 * Knows nothing of what the strings mean.
 */
#include "tracer/render/names.h"
#include "tracer/render/objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE UINT32_MAX

struct names {
    const struct log_view *view;
    struct objects *objects; /* who names what the log does not */
    size_t slots;            /* a power of two, at least twice the chains */
    struct slot {
        uint32_t first; /* number of the first piece of the chain that starts here */
        uint32_t print; /* of the event that it is about: most strangers are told by it alone */
    } * table;
    struct memo {
        size_t entry; /* asked for last, since a row asks for all its texts in turn */
        uint32_t chain;
    } * memo;
    struct piece {
        uint32_t entry; /* in the view */
        uint32_t next;  /* piece of the same event, in the order of the log */
        uint32_t last;  /* of the chain; right in its first piece only */
    } * pieces;
    uint32_t count;
};

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 31)) * 0x9e3779b97f4a7c15u;
    return value ^ (value >> 29);
}

static const struct event_text *piece_text(const struct names *names, uint32_t piece)
{
    return EVENT_PAYLOAD(names->view->entries[names->pieces[piece].entry].event, text);
}

/* The slot where the chain of this event is, or where it would start. */
static size_t find_slot(const struct names *names, uint32_t producer, uint32_t about)
{
    uint64_t hash = mix((uint64_t)producer << 32 | about);
    size_t slot = hash & (names->slots - 1);
    for (; names->table[slot].first != NOWHERE; slot = (slot + 1) & (names->slots - 1)) {
        uint32_t piece = names->table[slot].first;
        if (names->table[slot].print == (uint32_t)(hash >> 32) &&
            names->view->entries[names->pieces[piece].entry].producer == producer &&
            piece_text(names, piece)->about == about)
            break;
    }
    return slot;
}

static void add_piece(struct names *names, size_t entry)
{
    uint32_t piece = names->count++;
    names->pieces[piece] = (struct piece){.entry = (uint32_t)entry, .next = NOWHERE, .last = piece};
    uint32_t producer = names->view->entries[entry].producer, about = piece_text(names, piece)->about;
    size_t slot = find_slot(names, producer, about);
    uint32_t first = names->table[slot].first;
    if (first == NOWHERE) {
        uint64_t hash = mix((uint64_t)producer << 32 | about);
        names->table[slot] = (struct slot){.first = piece, .print = (uint32_t)(hash >> 32)};
        return;
    }
    names->pieces[names->pieces[first].last].next = piece;
    names->pieces[first].last = piece;
}

struct names *names_read(const struct log_view *view)
{
    size_t texts = 0;
    for (size_t i = 0; i < view->count; i++)
        texts += view->entries[i].event->kind == EVENT_TEXT;
    struct names *names = calloc(1, sizeof *names);
    if (names == NULL)
        return NULL;
    names->view = view;
    names->objects = objects_open(view);
    for (names->slots = 16; names->slots < texts * 2;)
        names->slots *= 2;
    names->table = malloc(names->slots * sizeof *names->table);
    names->memo = malloc(sizeof *names->memo);
    names->pieces = malloc((texts + 1) * sizeof *names->pieces);
    if (names->objects == NULL || names->table == NULL || names->memo == NULL || names->pieces == NULL) {
        names_free(names);
        return NULL;
    }
    memset(names->table, 0xff, names->slots * sizeof *names->table);
    names->memo->entry = SIZE_MAX;
    for (size_t i = 0; i < view->count; i++)
        if (view->entries[i].event->kind == EVENT_TEXT)
            add_piece(names, i);
    return names;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    objects_close(names->objects);
    free(names->table);
    free(names->memo);
    free(names->pieces);
    free(names);
}

static uint32_t chain_of(const struct names *names, size_t entry)
{
    const struct log_entry *about = &names->view->entries[entry];
    if (names->memo->entry != entry)
        *names->memo = (struct memo){.entry = entry,
                                     .chain = names->table[find_slot(names, about->producer, about->event->seq)].first};
    return names->memo->chain;
}

/* A mutex or the like that is a variable of the program has that variable's name. */
static bool find_object(const struct names *names, size_t entry, struct names_text *found)
{
    const char *name = objects_name(names->objects, entry);

    if (name == NULL)
        return false;
    snprintf(found->bytes, sizeof found->bytes, "%s", name);
    found->used = strlen(found->bytes); /* a name may be longer than our room */
    found->full = strlen(name);
    found->buffer = false;
    return true;
}

bool names_find(const struct names *names, size_t entry, enum event_text_role role, unsigned index,
                struct names_text *found)
{
    bool any = false;
    found->used = 0;
    for (uint32_t piece = chain_of(names, entry); piece != NOWHERE; piece = names->pieces[piece].next) {
        const struct event_text *text = piece_text(names, piece);
        if (text->role != role || text->index != index)
            continue;
        size_t used = text->used <= EVENT_TEXT_BYTES ? text->used : EVENT_TEXT_BYTES;
        if (used > sizeof found->bytes - 1 - found->used)
            used = sizeof found->bytes - 1 - found->used;
        memcpy(found->bytes + found->used, text->bytes, used);
        found->used += used;
        found->full = text->full;
        found->buffer = text->unterminated != 0;
        any = true;
        if (!text->more)
            break;
    }
    found->bytes[found->used] = '\0';
    return any || (role == TEXT_NAME && index == 0 && find_object(names, entry, found));
}

bool names_add(const struct names *names, size_t entry, enum event_text_role role, struct words *to,
               const char *otherwise)
{
    struct names_text found;
    bool any = names_find(names, entry, role, 0, &found);
    if (any)
        words_add_clean(to, found.bytes, found.used);
    else if (otherwise != NULL)
        words_add(to, "%s", otherwise);
    return any;
}

uint64_t names_hash(const struct names *names, size_t entry)
{
    uint64_t hash = 0;
    for (uint32_t piece = chain_of(names, entry); piece != NOWHERE; piece = names->pieces[piece].next) {
        const struct event_text *text = piece_text(names, piece);
        hash = mix(hash + (uint64_t)text->role * 256 + text->index + 1);
        for (unsigned i = 0; i < EVENT_TEXT_BYTES && i < text->used; i++)
            hash = hash * 0x100000001b3u + (unsigned char)text->bytes[i];
    }
    return hash;
}

unsigned names_number(const struct names *names, size_t entry)
{
    return objects_number(names->objects, entry);
}

bool names_any(const struct names *names, size_t entry)
{
    return chain_of(names, entry) != NOWHERE || objects_name(names->objects, entry) != NULL;
}
