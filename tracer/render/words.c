/* Words for people: the only place that decides how bytes from a recorded program may look on a screen.
 * It refuses to know where a string came from or where it goes: every output escapes for its own format.
 */
#include "tracer/render/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void words_start(struct words *words, char *buffer, size_t size)
{
    *words = (struct words){.text = buffer, .size = size};
    buffer[0] = '\0';
}

/* Takes back a character that the end of the buffer cut in two. */
static void drop_half_character(struct words *words)
{
    size_t start = words->used;
    while (start > 0 && ((unsigned char)words->text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    uint32_t character;
    const char *end = words->text + words->used;
    if (words_decode(words->text + start - 1, end, &character) == 0)
        words->text[words->used = start - 1] = '\0';
}

void words_add(struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = words->size - words->used;
    int wanted = vsnprintf(words->text + words->used, room, format, arguments);
    va_end(arguments);
    if (wanted < 0)
        return;
    if ((size_t)wanted < room) {
        words->used += (size_t)wanted;
        return;
    }
    words->used = words->size - 1;
    drop_half_character(words);
}

unsigned words_decode(const char *at, const char *end, uint32_t *character)
{
    const unsigned char *byte = (const unsigned char *)at;
    size_t left = (size_t)(end - at);
    if (left == 0)
        return 0;
    if (byte[0] < 0x80) {
        *character = byte[0];
        return 1;
    }
    unsigned length = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (byte[0] < 0xc2 || byte[0] > 0xf4 || length > left)
        return 0;
    uint32_t value = byte[0] & (0x7fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (byte[i] & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 0;
    *character = value;
    return length;
}

bool words_printable(uint32_t character)
{
    if (character < 0x20 || (character >= 0x7f && character < 0xa0))
        return false;
    if ((character & 0xfffe) == 0xfffe) /* not characters, and XML forbids them */
        return false;
    /* Marks that turn the direction of writing could make a label lie. */
    return !((character >= 0x200e && character <= 0x200f) || (character >= 0x2028 && character <= 0x202e) ||
             (character >= 0x2066 && character <= 0x2069) || character == 0xfeff);
}

static void add_escape(struct words *words, unsigned char byte)
{
    static const char plain[] = "\a\b\t\n\v\f\r", letter[] = "abtnvfr";
    const char *found = byte != 0 ? strchr(plain, byte) : NULL;
    if (found != NULL)
        words_add(words, "\\%c", letter[found - plain]);
    else
        words_add(words, byte == 0 ? "\\0" : "\\x%02x", byte);
}

void words_add_clean(struct words *words, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    while (bytes < end && words->used + 1 < words->size) {
        uint32_t character;
        unsigned length = words_decode(bytes, end, &character);
        if (length != 0 && words_printable(character)) {
            words_add(words, "%.*s", (int)length, bytes);
            bytes += length;
        } else {
            add_escape(words, (unsigned char)*bytes++);
        }
    }
}

unsigned words_columns_of(uint32_t c)
{
    if ((c >= 0x300 && c < 0x370) || (c >= 0x200b && c <= 0x200d) || (c >= 0xfe00 && c < 0xfe10))
        return 0; /* marks that sit on the letter before */
    bool wide = (c >= 0x1100 && c < 0x1160) || (c >= 0x2e80 && c < 0xa4d0) || (c >= 0xac00 && c < 0xd7a4) ||
                (c >= 0xf900 && c < 0xfb00) || (c >= 0xfe30 && c < 0xfe70) || (c >= 0xff00 && c < 0xff61) ||
                (c >= 0x1f300 && c < 0x1f700) || (c >= 0x1f900 && c < 0x1fa00) || (c >= 0x20000 && c < 0x30000);
    return wide ? 2 : 1;
}

/* Bytes of the character at `text`, and its width; a stray byte counts as one character. */
static unsigned step_over(const char *text, words_width *width, unsigned *wide)
{
    uint32_t character;
    unsigned length = words_decode(text, text + strlen(text), &character);
    *wide = width(length != 0 ? character : '?');
    return length != 0 ? length : 1;
}

unsigned words_measure(const char *text, words_width *width)
{
    unsigned total = 0, wide;
    for (; *text != '\0'; total += wide)
        text += step_over(text, width, &wide);
    return total;
}

void words_shorten(char *text, size_t size, unsigned limit, words_width *width)
{
    static const char dots[] = "…";
    unsigned total = words_measure(text, width), dots_width = width(0x2026), wide;
    if (total <= limit)
        return;
    unsigned room = limit > dots_width ? limit - dots_width : 0;
    /* The beginning names the thing and the end has its result: keep three fifths and two fifths. */
    unsigned head_room = room - room * 2 / 5, head_used = 0;
    char *head = text;
    for (unsigned length; length = step_over(head, width, &wide), head_used + wide <= head_room; head_used += wide)
        head += length;
    char *tail = head;
    for (unsigned left = total - head_used; left > room - head_used; left -= wide)
        tail += step_over(tail, width, &wide);
    size_t tail_size = strlen(tail) + 1, dots_size = limit >= dots_width ? sizeof dots - 1 : 0;
    if ((size_t)(head - text) + dots_size + tail_size > size)
        tail += strlen(tail), tail_size = 1;
    memmove(head + dots_size, tail, tail_size);
    memcpy(head, dots, dots_size);
}

char *words_count(char out[32], uint64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    char *at = out;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *at++ = ',';
        *at++ = digits[i];
    }
    *at = '\0';
    return out;
}

char *words_duration(char out[32], uint64_t ns)
{
    static const struct {
        uint64_t below;
        double divide;
        int decimals;
        const char *unit;
    } scales[] = {
        {1000, 1, 0, "ns"},
        {1000000, 1e3, 1, "µs"},
        {1000000000, 1e6, 1, "ms"},
        {UINT64_MAX, 1e9, 2, "s"},
    };
    unsigned i = 0;
    while (i < 3 && ns >= scales[i].below)
        i++;
    snprintf(out, 32, "%.*f %s", scales[i].decimals, (double)ns / scales[i].divide, scales[i].unit);
    return out;
}

struct words_clock words_clock_for(uint64_t most_ns, bool counts_steps)
{
    if (counts_steps)
        return (struct words_clock){1, 0, ""};
    if (most_ns < 100000000u)
        return (struct words_clock){1e3, 1, "µs"};
    if (most_ns < 100000000000u)
        return (struct words_clock){1e6, 3, "ms"};
    return (struct words_clock){1e9, 6, "s"};
}
