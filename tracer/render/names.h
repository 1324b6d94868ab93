/* The strings of a log: TEXT records, joined and found by the event that they belong to. */
#ifndef TRACER_RENDER_NAMES_H
#define TRACER_RENDER_NAMES_H

#include "tracer/log.h"
#include "tracer/render/words.h"

struct names;

/* Indexes every TEXT of the view, in one pass.  NULL when memory is short.  Valid as long as the view. */
struct names *names_read(const struct log_view *view);
void names_free(struct names *names);

struct names_text {
    size_t used;           /* bytes in `bytes` */
    size_t full;           /* bytes that the string had in the program */
    bool buffer;           /* a buffer, not a C string */
    char bytes[WORDS_MAX]; /* raw, terminated for convenience */
};

/* The text of this role and index about entry number `entry`.  False if it has none. */
bool names_find(const struct names *names, size_t entry, enum event_text_role role, unsigned index,
                struct names_text *found);

/* Adds that text, cleaned, or `otherwise` (may be NULL) if there is none; true if there was one. */
bool names_add(const struct names *names, size_t entry, enum event_text_role role, struct words *to,
               const char *otherwise);

/* The number of the pthread object that the entry is about, where it has no name (objects.h); 0 if there is none. */
unsigned names_number(const struct names *names, size_t entry);

/* True if any text belongs to that entry. */
bool names_any(const struct names *names, size_t entry);

/* A number that is equal for entries with equal texts. */
uint64_t names_hash(const struct names *names, size_t entry);

#endif
