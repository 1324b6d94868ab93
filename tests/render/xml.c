/* Is this well-formed XML?  One pass with a stack of open elements; no names, spaces or types are checked, for
 * a picture with wrong ones would still open.  Knows nothing of SVG.
 */
#include "tests/render/xml.h"
#include "tracer/render/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MOST = 64, NAME_MOST = 64 };

struct reader {
    const char *at, *start;
    char open[DEPTH_MOST][NAME_MOST];
    unsigned depth;
    bool had_root;
    const char *fault;
};

static char message[200];

static void blame(struct reader *reader, const char *what)
{
    if (reader->fault == NULL)
        snprintf(message, sizeof message, "%s at byte %td: %.60s", what, reader->at - reader->start, reader->at);
    reader->fault = message;
}

/* "&lt;", "&#45;", "&#x2d;": steps over it. */
static void read_entity(struct reader *reader)
{
    static const char *const known[] = {"&lt;", "&gt;", "&amp;", "&quot;", "&apos;"};
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(reader->at, known[i], strlen(known[i])) == 0) {
            reader->at += strlen(known[i]);
            return;
        }
    const char *digits = reader->at + 2;
    bool hexadecimal = reader->at[1] == '#' && *digits == 'x';
    size_t length = reader->at[1] != '#' ? 0
                    : hexadecimal        ? strspn(digits + 1, "0123456789abcdefABCDEF")
                                         : strspn(digits, "0123456789");
    if (length == 0 || digits[length + hexadecimal] != ';')
        blame(reader, "an unknown entity");
    reader->at = digits + length + hexadecimal + 1;
}

/* Steps over one character of text or of an attribute. */
static void read_character(struct reader *reader)
{
    uint32_t character;
    if (*reader->at == '&') {
        read_entity(reader);
        return;
    }
    unsigned length = words_decode(reader->at, reader->at + strlen(reader->at), &character);
    bool legal = character >= 0x20 || character == '\n' || character == '\t' || character == '\r';
    if (length == 0 || !legal || (character & 0xfffe) == 0xfffe)
        blame(reader, "an illegal character");
    reader->at += length != 0 ? length : 1;
}

static size_t name_length(const char *text)
{
    return strcspn(text, " \t\r\n/>");
}

static void read_attributes(struct reader *reader)
{
    for (;;) {
        reader->at += strspn(reader->at, " \t\r\n");
        if (*reader->at == '>' || *reader->at == '/' || *reader->at == '\0' || reader->fault != NULL)
            return;
        reader->at += strcspn(reader->at, "= \t\r\n/>");
        char quote = reader->at[0] == '=' ? reader->at[1] : '\0';
        if (quote != '"' && quote != '\'') {
            blame(reader, "an attribute without a quoted value");
            return;
        }
        for (reader->at += 2; *reader->at != quote && *reader->at != '\0' && reader->fault == NULL;) {
            if (*reader->at == '<')
                blame(reader, "a < inside an attribute");
            read_character(reader);
        }
        reader->at += *reader->at != '\0';
    }
}

static void read_tag(struct reader *reader)
{
    bool closes = reader->at[1] == '/';
    const char *name = reader->at + 1 + closes;
    size_t length = name_length(name);
    reader->at = name + length;
    if (length == 0 || length >= NAME_MOST || !isalpha((unsigned char)*name)) {
        blame(reader, "a tag without a name");
        return;
    }
    if (closes) {
        const char *open = reader->depth != 0 ? reader->open[reader->depth - 1] : "";
        if (strlen(open) != length || strncmp(open, name, length) != 0)
            blame(reader, "a tag that closes another");
        else
            reader->depth--;
    } else {
        read_attributes(reader);
        if (reader->depth == 0 && reader->had_root)
            blame(reader, "a second root");
        reader->had_root = true;
        if (*reader->at == '/')
            reader->at++;
        else if (reader->depth < DEPTH_MOST)
            snprintf(reader->open[reader->depth++], NAME_MOST, "%.*s", (int)length, name);
        else
            blame(reader, "too deep");
    }
    if (*reader->at++ != '>')
        blame(reader, "a tag without an end");
}

/* <?xml …?>, <!DOCTYPE …>, <!-- … -->: steps over it; false if it is none of them. */
static bool skip_special(struct reader *reader)
{
    static const char *const pairs[][2] = {{"<?", "?>"}, {"<!--", "-->"}, {"<!DOCTYPE", ">"}};
    for (unsigned i = 0; i < 3; i++) {
        if (strncmp(reader->at, pairs[i][0], strlen(pairs[i][0])) != 0)
            continue;
        const char *end = strstr(reader->at + strlen(pairs[i][0]), pairs[i][1]);
        if (end == NULL)
            blame(reader, "something that does not end");
        else
            reader->at = end + strlen(pairs[i][1]);
        return true;
    }
    return false;
}

const char *xml_fault(const char *document)
{
    struct reader reader = {.at = document, .start = document};
    while (*reader.at != '\0' && reader.fault == NULL) {
        if (*reader.at != '<')
            read_character(&reader);
        else if (!skip_special(&reader))
            read_tag(&reader);
    }
    if (reader.depth != 0 || !reader.had_root)
        blame(&reader, "an end before its time");
    return reader.fault;
}
