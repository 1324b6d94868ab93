/* What a person sees of a verdict: 80 columns, readable without colour, and always the next thing to do. */
#include "tests/grader/grader.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 80, INDENT = 16, POINTS_COLUMN = 76, COMPILER_LINES = 12 };

struct paint {
    const char *good, *bad, *open, *soft, *plain;
};

static struct paint paint_of(bool colour)
{
    if (colour)
        return (struct paint){"\033[32m", "\033[31m", "\033[33m", "\033[2m", "\033[0m"};
    return (struct paint){"", "", "", "", ""};
}

static const char *get(const json_t *object, const char *member)
{
    const char *value = json_string_value(json_object_get(object, member));
    return value ? value : "";
}

static int get_int(const json_t *object, const char *member)
{
    return (int)json_integer_value(json_object_get(object, member));
}

/* Characters, not bytes: every byte that does not continue one. */
static int width(const char *text)
{
    int characters = 0;
    for (; *text; text++)
        characters += ((unsigned char)*text & 0xc0) != 0x80;
    return characters;
}

static void spaces(int count)
{
    printf("%*s", count > 0 ? count : 0, "");
}

/* One line from column `start` on; what goes over the last column is continued under INDENT. */
static void show_line(char *line, int start)
{
    int indent = (int)strspn(line, " "), column = start + indent;
    spaces(indent);
    for (char *word; (word = strsep(&line, " "));) {
        if (!*word)
            continue;
        if (column > start + indent && column + 1 + width(word) > COLUMNS) {
            printf("\n");
            start = INDENT;
            spaces(column = start + indent);
        }
        bool first = column == start + indent;
        printf("%s%s", first ? "" : " ", word);
        column += width(word) + !first;
    }
}

/* "      saw       some words, wrapped at the last column, the next line beginning under the first"
 * A line that begins with two spaces is part of a drawing: its spaces stay as they are. */
static void show_wrapped(const char *key, const char *text, const struct paint *paint)
{
    printf("      %s%s%s", paint->soft, key, paint->plain);
    spaces(INDENT - 6 - width(key));
    int start = INDENT > 6 + width(key) ? INDENT : 6 + width(key);
    char *rest = words("%s", text), *line;
    while ((line = strsep(&rest, "\n"))) {
        if (strncmp(line, "  ", 2) == 0)
            printf("%s", line);
        else
            show_line(line, start);
        printf("\n");
        start = INDENT;
        if (rest && strncmp(rest, "  ", 2) != 0)
            spaces(start);
    }
}

static void show_points(const char *title, int used, int points, int max)
{
    char text[32];
    snprintf(text, sizeof text, "%d of %d", points, max);
    spaces(POINTS_COLUMN - used - width(title) - width(text));
    printf("%s\n", text);
}

/* What to type to have the same failure again: one line each, to be copied, so never wrapped. */
static void show_again(const json_t *test, const json_t *verdict, const struct paint *paint)
{
    const char *schedule = get(test, "schedule"), *from = get(verdict, "from");
    bool own = strcmp(from, "exercises") == 0;
    if (!*schedule || !json_is_true(json_object_get(test, "visible")))
        return;
    const char *rest = words("EX=%.2s SCHEDULE=%s%s%s%s", get(verdict, "exercise"), schedule, own ? "" : " FROM='",
                             own ? "" : from, own ? "" : "'");
    printf("      %ssee it again%s   make replay %s\n", paint->soft, paint->plain, rest);
    printf("      %sdraw it%s        make diagram %s\n", paint->soft, paint->plain, rest);
}

static void show_failure(const json_t *test, const json_t *earlier, const json_t *verdict, const struct paint *paint)
{
    static const char *const keys[] = {"saw", "expected", "witness"};
    if (!json_is_true(json_object_get(test, "visible"))) {
        show_wrapped("hidden", "its input is not shown; the tests above that you can see ask the same of other input",
                     paint);
    } else if (earlier) {
        const char *saw = get(test, "saw");
        show_wrapped("saw", words("%.*s, as with “%s”", (int)strcspn(saw, "\n"), saw, get(earlier, "title")), paint);
        return;
    } else {
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (*get(test, keys[i]))
                show_wrapped(keys[i], get(test, keys[i]), paint);
    }
    show_wrapped("ask yourself  ", get(test, "ask"), paint);
    show_again(test, verdict, paint);
}

/* What the explorer found, in whichever scenario, and whatever it led to; otherwise all that was seen. */
static const char *finding_of(const char *saw)
{
    const char *details = strchr(saw, '\n'), *begin = strstr(saw, ": "), *end = strstr(saw, "\nso it can happen");
    if (!details || !begin || begin > details)
        return saw;
    return words("%.*s", end ? (int)(end - begin) : (int)strlen(begin), begin);
}

/* A visible test before this one that failed for the same reason: what was said there need not be said again. */
static const json_t *same_failure(const json_t *tests, size_t before)
{
    const json_t *test = json_array_get(tests, before);
    for (size_t i = 0; i < before; i++) {
        const json_t *earlier = json_array_get(tests, i);
        if (*get(test, "saw") && json_is_true(json_object_get(earlier, "visible")) &&
            strcmp(finding_of(get(earlier, "saw")), finding_of(get(test, "saw"))) == 0)
            return earlier;
    }
    return NULL;
}

static void show_proof(const char *proof, const struct paint *paint)
{
    printf("    %s", paint->soft);
    show_line(words("%s", proof), 4);
    printf("%s\n", paint->plain);
}

static void show_test(const json_t *test, const json_t *earlier, const json_t *whole, const struct paint *paint)
{
    const char *verdict = get(test, "verdict"), *title = get(test, "title");
    bool passed = strcmp(verdict, "PASS") == 0, failed = strcmp(verdict, "FAIL") == 0;
    printf("  %s%s%s %s",
           passed   ? paint->good
           : failed ? paint->bad
                    : paint->open,
           passed   ? "✓"
           : failed ? "✗"
                    : "?",
           paint->plain, title);
    show_points(title, 4, get_int(test, "points"), get_int(test, "max_points"));
    if (failed)
        show_failure(test, earlier, whole, paint);
    else if (!passed)
        show_wrapped("not judged  ", get(test, "reason"), paint);
    else if (*get(test, "proof"))
        show_proof(get(test, "proof"), paint);
}

/* The compiler's first lines, as they are. */
static void show_compiler(const char *output)
{
    char *rest = words("%s", output), *line;
    int shown = 0;
    while ((line = strsep(&rest, "\n")) && shown < COMPILER_LINES)
        if (*line)
            printf("      %.*s\n", COLUMNS * 2, line), shown++;
    if (rest && *rest)
        printf("      …\n");
}

void show_verdict(const json_t *verdict, const struct exercise *exercise, bool colour)
{
    struct paint paint = paint_of(colour);
    const json_t *compiler = json_object_get(verdict, "compiler");
    const char *name = words("%s %s", exercise->number, exercise->name + 3);
    int points = get_int(verdict, "points"), max = get_int(verdict, "max_points");
    bool compiles = json_is_true(json_object_get(compiler, "ok"));
    printf("%s", name);
    show_points(name, 0, points, max);
    if (!compiles) {
        printf("  %s✗%s it does not compile\n", paint.bad, paint.plain);
        show_compiler(get(compiler, "output"));
        const bool linked = strstr(get(compiler, "output"), "undefined reference") != NULL;
        show_wrapped("ask yourself  ",
                     linked ? "which name does it look for in vain? Where do you define it, spelled so?"
                            : "what does the first line complain of? Those after it may only follow from it.",
                     &paint);
        return;
    }
    if (*get(compiler, "refused")) {
        printf("  %s✗%s it cannot be graded\n", paint.bad, paint.plain);
        show_wrapped("saw", get(compiler, "refused"), &paint);
        show_wrapped("expected", "what the exercise needs, and no other calls", &paint);
        show_wrapped("ask yourself  ", "what does the exercise ask for that cannot be done without it?", &paint);
        return;
    }
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(verdict, "tests"), i, test)
        show_test(test, same_failure(json_object_get(verdict, "tests"), i), verdict, &paint);
    if (*get(compiler, "output")) {
        printf("  %s!%s the compiler warns: no points are lost by that, but it is often right\n", paint.open,
               paint.plain);
        show_compiler(get(compiler, "output"));
    }
    if (points < max)
        printf("next       a hint: make hint EX=%s     see it: make diagram EX=%s\n", exercise->number,
               exercise->number);
    else
        printf("next       all points; what comes next: make     picture: make diagram EX=%s\n", exercise->number);
}

static bool is_done(const struct exercise *exercise, const json_t *progress)
{
    return progress_get(progress, exercise->name, "points") >= exercise_max_points(exercise);
}

/* A test's text may be missing, a file's name may not. */
static const char *first_file(const struct exercise *exercise)
{
    const char *file = json_string_value(json_array_get(json_object_get(exercise->rubric, "files"), 0));
    return file ? file : "the file";
}

void show_where(const struct exercise *all, size_t count, const json_t *progress, bool colour)
{
    struct paint paint = paint_of(colour);
    size_t done = 0, next = count;
    int points = 0, max = 0;
    for (size_t i = 0; i < count; i++) {
        bool complete = is_done(&all[i], progress);
        done += complete;
        points += progress_get(progress, all[i].name, "points");
        max += exercise_max_points(&all[i]);
        if (!complete && next == count)
            next = i;
    }
    printf("Trapbook   %s", paint.good);
    for (size_t i = 0; i < count; i++)
        printf("%s", is_done(&all[i], progress) ? "█" : "░");
    printf("%s  %zu of %zu exercise%s, %d of %d points\n", paint.plain, done, count, count == 1 ? "" : "s", points,
           max);
    if (next == count) {
        printf("next       all exercises are done: make grade shows them, make help what else there is\n");
        return;
    }
    const struct exercise *exercise = &all[next];
    const char *number = exercise->number;
    printf("next       %s %s: %s (about %d min)\n", number, exercise->name + 3, exercise_title(exercise),
           get_int(exercise->rubric, "minutes"));
    printf("           read exercises/%s/README.md, edit %s there, then\n", exercise->name, first_file(exercise));
    printf("           make check EX=%s     hint: make hint EX=%s\n", number, number);
    printf("           picture: make diagram EX=%s     everything: make help\n", number);
}

void show_list(const struct exercise *all, size_t count, const json_t *progress)
{
    for (size_t i = 0; i < count; i++)
        printf("%s  %-20s %3d of %2d   %s (about %d min)\n", all[i].number, all[i].name + 3,
               progress_get(progress, all[i].name, "points"), exercise_max_points(&all[i]), exercise_title(&all[i]),
               get_int(all[i].rubric, "minutes"));
}
