/* One line of JSON for one result.  Written by hand and not through jansson because a message may hold any byte that
 * a graded program printed, invalid UTF-8 included, and must still arrive. */
#include "tests/harness/results.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"PASS", "FAIL", "INCONCLUSIVE", "INFRA", "SKIPPED", "NOTE"};
    return verdict < VERDICT_END ? names[verdict] : "INFRA";
}

/* Length of the valid UTF-8 sequence at `s`, 0 if there is none. */
static size_t utf8_length(const unsigned char *s)
{
    size_t length = s[0] < 0x80                   ? 1
                    : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
                    : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                    : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                  : 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) || (s[0] == 0xf0 && s[1] < 0x90) ||
        (s[0] == 0xf4 && s[1] > 0x8f))
        return 0; /* overlong, a surrogate, or beyond U+10FFFF */
    return length;
}

static void write_string(FILE *out, const char *text)
{
    putc('"', out);
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        size_t length = utf8_length(s);
        if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else if (*s < 0x20 || *s == 0x7f)
            fprintf(out, "\\u%04x", *s);
        else if (length == 0)
            fputs("\\ufffd", out);
        else
            fwrite(s, 1, length, out);
        s += length ? length : 1;
    }
    putc('"', out);
}

int results_append(const char *suite, const char *test, enum verdict verdict, const char *message)
{
    const char *path = getenv("TRAPBOOK_RESULTS");
    if (!path || !*path)
        return 0;
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (!out)
        return -1;
    fputs("{\"suite\":", out);
    write_string(out, suite);
    fputs(",\"test\":", out);
    write_string(out, test);
    fprintf(out, ",\"verdict\":\"%s\",\"message\":", verdict_name(verdict));
    write_string(out, message ? message : "");
    fputs("}\n", out);
    fclose(out);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    ssize_t put = fd < 0 ? -1 : write(fd, line, size);
    int failed = errno;
    if (fd >= 0)
        close(fd);
    free(line);
    errno = failed;
    return put == (ssize_t)size ? 0 : -1;
}
