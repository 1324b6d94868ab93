/* What a source's text says that its symbols do not: inline assembly, whatever leaves accesses without hooks, and
 * operations of the compiler's own that no hook sees.  Reads the preprocessed text and the assembler's, word by word;
 * does not understand C.
 */
#include "tracer/explore/command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_text(const char *path)
{
    FILE *in = fopen(path, "re");
    char *text = NULL;
    size_t size = 0;
    if (in && getdelim(&text, &size, '\0', in) < 0) {
        free(text);
        text = NULL;
    }
    if (in)
        fclose(in);
    return text;
}

/* ---- words of the preprocessed text, strings and line markers aside ---- */

struct reader {
    const char *at;
    int depth;   /* of braces */
    char before; /* the last character that was no space, before the word */
};

static const char *skip_string(const char *at)
{
    char quote = *at++;
    while (*at && *at != quote)
        at += *at == '\\' && at[1] ? 2 : 1;
    return *at ? at + 1 : at;
}

static const char *skip_marker(const char *at)
{
    while (*at && *at != '\n')
        at++;
    return at;
}

/* The next identifier, into `word`; false at the end.  Pragmas are read as words, too. */
static bool next_word(struct reader *reader, char *word, size_t size)
{
    const char *at = reader->at;
    char before = reader->before;
    while (*at && !isalpha((unsigned char)*at) && *at != '_') {
        if (*at == '"' || *at == '\'') {
            at = skip_string(at);
            before = '"';
        } else if (*at == '#' && (at[1] == ' ' && isdigit((unsigned char)at[2]))) {
            at = skip_marker(at);
        } else if (isdigit((unsigned char)*at)) {
            while (isalnum((unsigned char)*at) || *at == '.' || *at == '_')
                at++;
            before = '0';
        } else {
            reader->depth += (*at == '{') - (*at == '}');
            if (!isspace((unsigned char)*at))
                before = *at;
            at++;
        }
    }
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    snprintf(word, size, "%.*s", (int)length, at);
    reader->at = at + length;
    reader->before = 'a';
    if (length)
        reader->before = before;
    return length > 0;
}

/* ---- what a submission must not say ---- */

static bool contains_any(const char *word, const char *const list[])
{
    for (; *list; list++)
        if (strstr(word, *list))
            return true;
    return false;
}

static bool begins_with_any(const char *word, const char *const list[])
{
    for (; *list; list++)
        if (strncmp(word, *list, strlen(*list)) == 0)
            return true;
    return false;
}

/* Attributes and pragmas that switch hooks off, or put memory where compilers leave them out. */
static const char *const hiding[] = {"no_sanitize",   "no_instrument", "sanitizer_instrumentation",
                                     "optimize",      "system_header", "module_asm",
                                     "address_space", "__seg_",        NULL};

/* The compiler's own functions that make no access, or one with a hook; any other may store without one, or jump. */
static const char *const plain_builtins[] = {"__builtin_expect",
                                             "__builtin_constant_p",
                                             "__builtin_offsetof",
                                             "__builtin_va_",
                                             "__builtin_types_compatible_p",
                                             "__builtin_choose_expr",
                                             "__builtin_object_size",
                                             "__builtin_bswap",
                                             "__builtin_clz",
                                             "__builtin_ctz",
                                             "__builtin_popcount",
                                             "__builtin_parity",
                                             "__builtin_ffs",
                                             "__builtin_abs",
                                             "__builtin_labs",
                                             "__builtin_add_overflow",
                                             "__builtin_sub_overflow",
                                             "__builtin_mul_overflow",
                                             "__builtin_unreachable",
                                             "__builtin_trap",
                                             "__builtin_alloca",
                                             "__builtin_huge_val",
                                             "__builtin_inf",
                                             "__builtin_nan",
                                             "__builtin_is",
                                             "__builtin_fabs",
                                             "__builtin_signbit",
                                             "__builtin_fpclassify",
                                             "__builtin_assume_aligned",
                                             "__builtin_LINE",
                                             "__builtin_FILE",
                                             "__builtin_FUNCTION",
                                             "__builtin_complex",
                                             "__builtin_free",
                                             "__builtin_convertvector",
                                             "__builtin_tgmath",
                                             NULL};

static bool may_be_said(const char *word)
{
    if (contains_any(word, hiding))
        return false;
    return strncmp(word, "__builtin_", 10) != 0 || begins_with_any(word, plain_builtins);
}

static bool is_assembly(const char *word)
{
    return strcmp(word, "asm") == 0 || strcmp(word, "__asm__") == 0 || strcmp(word, "__asm") == 0;
}

/* Inside functions it shows in the assembler's text, between marks that both compilers write. */
static bool has_marks(const char *assembler)
{
    char *text = read_text(assembler);
    bool marks = text && (strstr(text, "#APP\n") || strstr(text, "//APP\n"));
    free(text);
    return marks;
}

static int refuse_assembly(const char *source, char error[EXPLORE_ERROR_MAX])
{
    snprintf(error, EXPLORE_ERROR_MAX,
             "cannot explore %s: it has inline assembly, whose memory accesses the explorer cannot see", source);
    return -1;
}

int source_check(const char *assembler, const char *preprocessed, const char *source, bool strict,
                 char error[EXPLORE_ERROR_MAX])
{
    char word[256], *text = read_text(preprocessed);
    struct reader reader = {.at = text ? text : "", .before = ';'};
    int result = has_marks(assembler) ? refuse_assembly(source, error) : 0;
    while (result == 0 && next_word(&reader, word, sizeof word))
        if (is_assembly(word) && reader.depth == 0 && (reader.before == ';' || reader.before == '}')) {
            result = refuse_assembly(source, error); /* outside of functions there are no marks */
        } else if (strict && !may_be_said(word)) {
            snprintf(error, EXPLORE_ERROR_MAX,
                     "cannot explore %s: it says '%s', which can hide accesses from the explorer", source, word);
            result = -1;
        }
    free(text);
    return result;
}
