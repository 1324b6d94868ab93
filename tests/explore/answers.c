/* Asking the explorer, and reading what it answers. */
#include "tests/explore/explore_test.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 32 };

int explore(struct run_result *result, const char *const *words)
{
    const char *argv[WORDS_MAX + 4] = {check_built("trapflow"), "explore", "--json"};
    unsigned count = 3;
    while (*words && count < WORDS_MAX + 3)
        argv[count++] = *words++;
    struct run_options options = {.argv = argv, .deadline_ms = 120000};
    cr_assert_eq(run_command(&options, result), 0, "cannot run trapflow: is it built?");
    return run_exit_code(result);
}

const char *field(const struct run_result *result, const char *name)
{
    static char values[8][8192];
    static unsigned next;
    char key[64], *value = values[next++ % 8];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(result->out, key);
    value[0] = '\0';
    if (!at)
        return value;
    at += strlen(key);
    size_t length = *at == '"' ? 0 : strcspn(at, ",}");
    if (*at == '"')
        for (at++; at[length] && at[length] != '"'; length++)
            length += at[length] == '\\';
    snprintf(value, sizeof values[0], "%.*s", (int)(length < 8191 ? length : 8191), at);
    return value;
}

const char *built_by(const char *compiler, const char *source)
{
    static char paths[4][512];
    static unsigned next;
    char *path = paths[next++ % 4], name[128];
    const char *start = strrchr(source, '/') + 1;
    snprintf(name, sizeof name, "tests/explore/%s/%.*s", compiler, (int)strcspn(start, "."), start);
    snprintf(path, sizeof paths[0], "%s", check_built(name));
    return path;
}

static char complaints[65536];
void complain(const char *format, ...)
{
    va_list arguments;
    size_t used = strlen(complaints);
    va_start(arguments, format);
    vsnprintf(complaints + used, sizeof complaints - used, format, arguments);
    va_end(arguments);
}

void same(const char *path, const struct run_result *one, const struct run_result *other, const char *name)
{
    char first[8192];
    snprintf(first, sizeof first, "%s", field(one, name));
    if (strcmp(first, field(other, name)) != 0)
        complain("%s: %s is %s and %s\n", path, name, first, field(other, name));
}

void each(const char *pattern, unsigned least, void (*check)(const char *path))
{
    glob_t found;
    cr_assert_eq(glob(pattern, 0, NULL, &found), 0, "no file fits %s", pattern);
    cr_assert_geq(found.gl_pathc, least, "only %zu files fit %s, %u are promised", found.gl_pathc, pattern, least);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check(found.gl_pathv[i]);
    globfree(&found);
    cr_assert_str_empty(complaints, "%s", complaints);
}

const char *first_line_word(const char *path, const char *after)
{
    static char word[64];
    char *text = check_read(path, NULL);
    char *at = text ? strstr(text, after) : NULL;
    word[0] = '\0';
    if (at)
        snprintf(word, sizeof word, "%.*s", (int)strcspn(at + strlen(after), ";\n*"), at + strlen(after));
    free(text);
    return word;
}
