/* Guest programs as files: GUESTS/OS/NAME beside the command.  Does not look inside them. */
#include "lde-model/command/command.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const systems[] = {"tickos", "yieldos"};
enum { SYSTEMS = sizeof systems / sizeof *systems };

/* The folder of guests: beside lde where it was built, or in ../lib/trapbook where it was installed. */
static const char *guests_folder(void)
{
    static char folder[2048];
    const char *const places[] = {"guests", "../lib/trapbook/guests"};
    char self[1024];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    if (slash != NULL)
        *slash = '\0';
    const char *chosen = getenv("LDE_GUESTS");
    if (chosen != NULL) {
        snprintf(folder, sizeof folder, "%s", chosen);
        return folder;
    }
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(folder, sizeof folder, "%s/%s", self, places[i]);
        if (access(folder, R_OK) == 0)
            break;
    }
    return folder;
}

const char *guests_os(const char *name, size_t length)
{
    for (unsigned i = 0; i < SYSTEMS; i++) {
        if (strlen(systems[i]) == length && memcmp(systems[i], name, length) == 0)
            return systems[i];
    }
    return NULL;
}

void guests_kernel(char path[4096], const char *os)
{
    snprintf(path, 4096, "%s/%s/kernel", guests_folder(), os);
}

static int is_program(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "kernel") != 0;
}

/* Calls `each` for every program of an OS, in alphabetical order. */
static void for_each_program(const char *os, void (*each)(const char *name, void *data), void *data)
{
    char folder[2200];
    struct dirent **entries;
    snprintf(folder, sizeof folder, "%s/%s", guests_folder(), os);
    int count = scandir(folder, &entries, is_program, alphasort);
    for (int i = 0; i < count; i++) {
        each(entries[i]->d_name, data);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

static void print_name(const char *name, void *data)
{
    printf("%s:%s\n", (const char *)data, name);
}

int guests_list(void)
{
    for (unsigned i = 0; i < SYSTEMS; i++)
        for_each_program(systems[i], print_name, (void *)(uintptr_t)systems[i]);
    return 0;
}

/* How many letters must be changed, added, left out or swapped with their neighbour to make b of a. */
static unsigned distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    unsigned d[MOST + 1][MOST + 1] = {{0}};
    const size_t m = strnlen(a, MOST), n = strnlen(b, MOST);
    for (size_t i = 0; i <= m; i++) {
        for (size_t j = 0; j <= n; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    }
    return d[m][n];
}

struct guess {
    const char *wanted;
    char name[BOOT_NAME_MAX];
    unsigned distance;
};

static void consider(const char *name, void *data)
{
    struct guess *guess = data;
    const unsigned so_far = distance(guess->wanted, name);
    if (so_far >= guess->distance)
        return;
    guess->distance = so_far;
    snprintf(guess->name, sizeof guess->name, "%s", name);
}

static int no_such_guest(const char *os, const char *name)
{
    struct guess guess = {.wanted = name, .distance = 3};
    for_each_program(os, consider, &guess);
    if (guess.name[0] != '\0')
        lde_say("cannot load guest '%s': no such program among the guests; did you mean '%s'? (lde guests lists them)",
                name, guess.name);
    else
        lde_say("cannot load guest '%s': no such program among the guests (lde guests lists them)", name);
    return -1;
}

static int split_words(struct lde_program *program)
{
    enum { WORDS = sizeof program->argv / sizeof *program->argv };
    unsigned argc = 0;
    char *rest = program->words;
    for (char *word; (word = strtok_r(rest, " \t", &rest)) != NULL;) {
        if (argc == WORDS - 1)
            return -1;
        program->argv[argc++] = word;
    }
    return argc == 0 ? -1 : 0;
}

int guests_find(struct lde_program *program, const char *os, const char *text)
{
    *program = (struct lde_program){.status = -1};
    if ((size_t)snprintf(program->text, sizeof program->text, "%s", text) >= sizeof program->text) {
        lde_say("cannot load guest '%.40s…': a guest and its arguments have at most %d letters", text,
                LDE_NAME_MAX - 1);
        return -1;
    }
    memcpy(program->words, program->text, sizeof program->words);
    if (split_words(program) != 0) {
        lde_say("cannot load guest '%s': write a name and at most 14 arguments, as in 'getppid-loop 1000'", text);
        return -1;
    }
    const char *name = program->argv[0];
    const char *slash = strchr(name, '/');
    if (slash != NULL) { /* another OS's build, to see that it does not run here */
        const char *other = guests_os(name, (size_t)(slash - name));
        if (other == NULL)
            return no_such_guest(os, name);
        os = other;
        name = slash + 1;
    }
    snprintf(program->name, sizeof program->name, "%.*s", BOOT_NAME_MAX - 1, program->argv[0]);
    snprintf(program->path, sizeof program->path, "%s/%s/%s", guests_folder(), os, name);
    if (strchr(name, '/') != NULL || strcmp(name, "kernel") == 0 || access(program->path, F_OK) != 0)
        return no_such_guest(os, name);
    return 0;
}
