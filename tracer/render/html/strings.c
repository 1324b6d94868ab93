/* The strings of a page: a log of a hundred thousand rows says few things many times, so each is kept once and
 * named by its number.  Also how strings and numbers are written so that a browser reads them as data and as
 * nothing else.  Knows nothing of rows.
 */
#include "tracer/render/html/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_AT_FIRST = 1024 };
static const uint64_t EXACT = (uint64_t)1 << 53; /* a double holds every whole number below */

static size_t slot_of(const struct strings *strings, const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = text; *at != '\0'; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    size_t slot = (hash ^ hash >> 32) & (strings->slot_count - 1);
    while (strings->slots[slot] != 0 && strcmp(strings->texts[strings->slots[slot] - 1], text) != 0)
        slot = (slot + 1) & (strings->slot_count - 1);
    return slot;
}

static bool grow(struct strings *strings)
{
    size_t wanted = strings->slot_count == 0 ? SLOTS_AT_FIRST : strings->slot_count * 2;
    uint32_t *slots = calloc(wanted, sizeof *slots);
    char **texts = realloc(strings->texts, wanted / 2 * sizeof *texts);
    if (texts != NULL)
        strings->texts = texts;
    if (slots == NULL || texts == NULL) {
        free(slots);
        return false;
    }
    free(strings->slots);
    strings->slots = slots;
    strings->slot_count = wanted;
    for (size_t i = 0; i < strings->count; i++)
        slots[slot_of(strings, texts[i])] = (uint32_t)i + 1;
    return true;
}

uint32_t strings_number(struct strings *strings, const char *text)
{
    if (strings->count * 2 >= strings->slot_count && !grow(strings)) {
        strings->failed = true;
        return 0;
    }
    size_t slot = slot_of(strings, text);
    if (strings->slots[slot] == 0) {
        char *copy = strdup(text);
        if (copy == NULL) {
            strings->failed = true;
            return 0;
        }
        strings->texts[strings->count++] = copy;
        strings->slots[slot] = (uint32_t)strings->count;
    }
    return strings->slots[slot] - 1;
}

void strings_write(const struct strings *strings, FILE *out)
{
    fputc('[', out);
    for (size_t i = 0; i < strings->count; i++) {
        if (i != 0)
            fputc(',', out);
        html_put_json(out, strings->texts[i]);
    }
    fputc(']', out);
}

void strings_free(struct strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        free(strings->texts[i]);
    free(strings->texts);
    free(strings->slots);
    *strings = (struct strings){0};
}

void html_put_json(FILE *out, const char *text)
{
    const char *end = text + strlen(text);
    fputc('"', out);
    while (text < end) {
        uint32_t character;
        unsigned length = words_decode(text, end, &character);
        if (length == 0) {
            fputs("\\ufffd", out);
            length = 1;
        } else if (character < 0x20 || (character < 0x80 && strchr("\"\\<>&", (char)character) != NULL)) {
            fprintf(out, "\\u%04x", (unsigned)character);
        } else {
            fwrite(text, 1, length, out);
        }
        text += length;
    }
    fputc('"', out);
}

void html_put_number(FILE *out, uint64_t value, bool negative)
{
    if (negative && value >> 63 != 0 && -value < EXACT)
        fprintf(out, "%" PRId64, (int64_t)value);
    else if (value < EXACT)
        fprintf(out, "%" PRIu64, value);
    else
        fprintf(out, "\"0x%" PRIx64 "\"", value);
}
