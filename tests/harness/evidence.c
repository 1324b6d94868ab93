/* Words for failures.  Knows how evidence is written down, not what it is about. */
#include "tests/harness/evidence.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *text(const char *format, ...)
{
    char *made;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&made, format, arguments) < 0)
        abort();
    va_end(arguments);
    return made;
}

static void put_part(FILE *out, const char *key, const char *part)
{
    if (!part)
        return;
    fprintf(out, "%s: ", key);
    for (; *part; part++)
        fputs(*part == '\n' ? "\n\t" : (char[]){*part, '\0'}, out);
    putc('\n', out);
}

char *evidence(const char *saw, const char *expected, const char *witness)
{
    char *made = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&made, &size);
    if (!out)
        abort();
    put_part(out, "saw", saw);
    put_part(out, "expected", expected);
    put_part(out, "witness", witness);
    fclose(out);
    return made;
}

const char *evidence_subject(const char *name)
{
    const char *folder = getenv("TRAPBOOK_SUBJECT");
    return text("%s/%s", folder ? folder : ".", name);
}

/* One line as the reader should see it: short, without control characters, "nothing" if there is none. */
static char *shown(const char *line)
{
    enum { SHOWN_MAX = 70 };
    size_t length = strcspn(line, "\n");
    if (*line == '\0')
        return text("the output ends there");
    if (length == 0)
        return text("an empty line");
    char *copy = text("%.*s%s", (int)(length < SHOWN_MAX ? length : SHOWN_MAX), line, length > SHOWN_MAX ? "…" : "");
    for (unsigned char *c = (unsigned char *)copy; *c; c++)
        if (*c < ' ' || *c == 0x7f)
            *c = '?';
    return copy;
}

char *evidence_output(const char *seen, const char *expected, const char *witness)
{
    for (unsigned line = 1;; line++) {
        size_t seen_length = strcspn(seen, "\n"), expected_length = strcspn(expected, "\n");
        /* The line's end counts, too: a last line without one is another output. */
        if (seen_length != expected_length || memcmp(seen, expected, seen_length + 1) != 0) {
            const char *ending = seen_length == expected_length && memcmp(seen, expected, seen_length) == 0 && *seen
                                     ? ", but the line does not end there"
                                     : "";
            return evidence(text("line %u: %s%s", line, shown(seen), ending),
                            text("line %u: %s", line, shown(expected)), witness);
        }
        if (seen[seen_length] == '\0')
            return NULL;
        seen += seen_length + 1;
        expected += expected_length + 1;
    }
}
