/* Words for people: strings of bounded length, cleaned of what no terminal or picture can show, shortened in
 * the middle, and numbers as one reads them.  Knows nothing of events or pictures.
 */
#ifndef TRACER_RENDER_WORDS_H
#define TRACER_RENDER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORDS_MAX = 512 }; /* bytes of the longest label, terminator included */

/* A string that grows inside a fixed buffer; what does not fit is left out, never half a character. */
struct words {
    char *text;
    size_t size, used;
};

void words_start(struct words *words, char *buffer, size_t size);
void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds outside bytes: whatever is not printable UTF-8 becomes an escape as in C ("\n", "\x1b", "\xff"). */
void words_add_clean(struct words *words, const char *bytes, size_t size);

/* Decodes one character at `at` (before `end`) and returns its bytes, or 0 if they are not UTF-8. */
unsigned words_decode(const char *at, const char *end, uint32_t *character);
/* True for characters that a terminal, an XML file and a human all can take. */
bool words_printable(uint32_t character);

/* How wide one character is, in whatever unit the caller measures in. */
typedef unsigned words_width(uint32_t character);
words_width words_columns_of; /* terminal columns: 0, 1 or 2 */

unsigned words_measure(const char *text, words_width *width);
/* Shortens `text` in place, with … in the middle, to at most `limit`; its buffer has `size` bytes. */
void words_shorten(char *text, size_t size, unsigned limit, words_width *width);

/* One unit for all the times of a page, so that they compare at a glance. */
struct words_clock {
    double scale; /* ns a unit */
    int decimals;
    const char *unit;
};
struct words_clock words_clock_for(uint64_t most_ns, bool counts_steps);

char *words_count(char out[32], uint64_t number); /* "4,000" */
char *words_duration(char out[32], uint64_t ns);  /* "310 ns", "4.9 µs", "12.0 ms", "3.20 s" */

#endif
