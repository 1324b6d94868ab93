/* Exercises and whose files are graded.  An exercise is a folder tests/NN-name with a rubric.json: adding one changes
 * no line here. */
#include "tests/grader/grader.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has(const char *root, const char *path)
{
    return access(words("%s/%s", root, path), F_OK) == 0;
}

static bool is_root(const char *folder)
{
    return has(folder, "exercises/build.mk") && has(folder, "tests/grader");
}

struct places places_find(void)
{
    char self[PATH_MAX] = "", here[PATH_MAX];
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0 || !strrchr(self, '/'))
        fail(GRADE_INFRA, errno, "cannot find myself through /proc/self/exe");
    *strrchr(self, '/') = '\0';
    struct places places = {.built = words("%s", self)};
    if (!getcwd(here, sizeof here))
        fail(GRADE_INFRA, errno, "cannot tell the working folder");
    const char *starts[] = {here, self};
    for (size_t i = 0; i < 2; i++)
        for (char *up = words("%s", starts[i]); *up; *strrchr(up, '/') = '\0')
            if (is_root(up)) {
                places.root = up;
                return places;
            }
    fail(GRADE_BAD_INPUT, 0, "cannot find the exercises from %s: run grade in the folder that holds exercises/", here);
}

/* "01-threaded-gcf": two digits, a dash, a name. */
static int is_exercise(const struct dirent *entry)
{
    const char *name = entry->d_name;
    return isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-' && name[3];
}

static struct exercise load(const struct places *places, const char *name)
{
    struct exercise exercise = {
        .name = words("%s", name),
        .number = words("%.2s", name),
        .tests = words("%s/tests/%s", places->root, name),
        .folder = words("%s/exercises/%s", places->root, name),
    };
    json_error_t error;
    char *path = words("%s/rubric.json", exercise.tests);
    exercise.rubric = json_load_file(path, 0, &error);
    if (!json_is_object(exercise.rubric) || !json_is_array(json_object_get(exercise.rubric, "tests")))
        fail(GRADE_INFRA, 0, "cannot read the rubric %s: line %d: %s", path, error.line, error.text);
    return exercise;
}

size_t exercise_all(const struct places *places, struct exercise **all)
{
    struct dirent **entries;
    char *folder = words("%s/tests", places->root);
    int count = scandir(folder, &entries, is_exercise, alphasort);
    if (count < 0)
        fail(GRADE_INFRA, errno, "cannot look into %s", folder);
    *all = calloc((size_t)count + 1, sizeof **all);
    size_t loaded = 0;
    for (int i = 0; i < count && *all; i++)
        if (has(folder, words("%s/rubric.json", entries[i]->d_name)))
            (*all)[loaded++] = load(places, entries[i]->d_name);
    return loaded;
}

/* How many single-letter changes lead from one word to the other. */
static size_t distance(const char *a, const char *b)
{
    size_t width = strlen(b), row[256];
    if (width >= 255)
        return 255;
    for (size_t k = 0; k <= width; k++)
        row[k] = k;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t k = 0; k < width; k++) {
            size_t change = diagonal + (a[i] != b[k]);
            diagonal = row[k + 1];
            size_t least = row[k] < row[k + 1] ? row[k] + 1 : row[k + 1] + 1;
            row[k + 1] = change < least ? change : least;
        }
    }
    return row[width];
}

/* What was meant, if anything comes near: a name with that word in it, or one that a slip or two lead to. */
static const char *meant(const struct exercise *all, size_t count, const char *name)
{
    size_t best = strlen(name) / 3 + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t full = distance(name, all[i].name), bare = distance(name, all[i].name + 3);
        size_t least = strlen(name) > 2 && strstr(all[i].name, name) ? 0 : full < bare ? full : bare;
        if (least < best)
            best = least, nearest = all[i].name;
    }
    return nearest;
}

/* A path, as the shell completes it, names the exercise whose folder it goes through. */
static const char *without_path(const char *name)
{
    if (strncmp(name, "exercises/", 10) == 0)
        name += 10;
    return words("%.*s", (int)(*name == '/' ? strlen(name) : strcspn(name, "/")), name);
}

static bool is_called(const struct exercise *exercise, const char *name)
{
    char *end;
    long number = strtol(name, &end, 10);
    return strcmp(exercise->name, name) == 0 || strcmp(exercise->name + 3, name) == 0 ||
           (*name && *end == '\0' && number == strtol(exercise->number, NULL, 10));
}

struct exercise exercise_find(const struct places *places, const char *name)
{
    struct exercise *all;
    size_t count = exercise_all(places, &all);
    const char *bare = without_path(name);
    for (size_t i = 0; i < count; i++)
        if (is_called(&all[i], bare))
            return all[i];
    if (count == 0)
        fail(GRADE_INFRA, 0, "cannot find any exercise in %s/tests", places->root);
    const char *near = meant(all, count, bare);
    fail(GRADE_BAD_INPUT, 0, "cannot find exercise '%.60s': no such exercise%s%s%s (grade list shows them)", name,
         near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

const char *exercise_title(const struct exercise *exercise)
{
    const char *title = json_string_value(json_object_get(exercise->rubric, "title"));
    return title ? title : "";
}

int exercise_max_points(const struct exercise *exercise)
{
    json_int_t points = 0;
    size_t i;
    json_t *test;
    json_array_foreach (json_object_get(exercise->rubric, "tests"), i, test)
        points += json_integer_value(json_object_get(test, "points"));
    return (int)points;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char *exercise_source(const struct places *places, const struct exercise *exercise, const char *from, const char *file)
{
    char *path = words("%s", from);
    if (strcmp(from, "exercises") == 0 || strcmp(from, "solutions") == 0)
        path = words("%s/%s/%s/%s", places->root, from, exercise->name, file);
    else if (is_folder(words("%s/%s", from, exercise->name)))
        path = words("%s/%s/%s", from, exercise->name, file);
    else if (is_folder(from))
        path = words("%s/%s", from, file);
    struct stat status;
    if (stat(path, &status) != 0 && errno == ENOENT && strcmp(from, "exercises") == 0)
        fail(GRADE_BAD_INPUT, 0, "cannot read '%s': %s (ENOENT); make reset EX=%s brings the stub back", path,
             strerror(ENOENT), exercise->number);
    if (stat(path, &status) != 0 || access(path, R_OK) != 0)
        fail(GRADE_BAD_INPUT, errno, "cannot read '%s' for exercise %s", path, exercise->name);
    if (!S_ISREG(status.st_mode))
        fail(GRADE_BAD_INPUT, 0, "cannot read '%s' for exercise %s: not a regular file", path, exercise->name);
    return path;
}
