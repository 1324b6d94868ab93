/* Strings in JSON.  Most bytes need no care, so they are written in runs.  Knows nothing of who writes them. */
#include "tracer/render/json.h"
#include "tracer/render/words.h"

void json_put_string(FILE *out, const char *text, size_t size)
{
    const char *end = text + size, *run = text;
    putc_unlocked('"', out);
    while (text < end) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') {
            text++;
            continue;
        }
        uint32_t character;
        unsigned length = words_decode(text, end, &character);
        if (length != 0 && byte >= 0x80) {
            text += length;
            continue;
        }
        fwrite_unlocked(run, 1, (size_t)(text - run), out);
        if (length == 0)
            fputs_unlocked("\\ufffd", out);
        else if (byte == '"' || byte == '\\')
            putc_unlocked('\\', out), putc_unlocked(byte, out);
        else
            fprintf(out, "\\u%04x", byte);
        run = text += length != 0 ? length : 1;
    }
    fwrite_unlocked(run, 1, (size_t)(text - run), out);
    putc_unlocked('"', out);
}
