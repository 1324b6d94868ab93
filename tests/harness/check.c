/* Helpers for suites: they look, they never judge (judging is Criterion's, in suite.c). */
#include "tests/harness/check.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *check_refusal(const struct run_result *result, int exit_code, const char *start, const char *part)
{
    static char why[4096];
    const char *newline = strchr(result->err, '\n');
    bool one_line = newline && newline[1] == '\0';
    if (run_exit_code(result) != exit_code || result->timed_out)
        snprintf(why, sizeof why, "exit code %d%s, expected %d; stderr: %.3000s", run_exit_code(result),
                 result->timed_out ? " (deadline)" : "", exit_code, result->err);
    else if (result->out_size)
        snprintf(why, sizeof why, "stdout is not empty: %.3000s", result->out);
    else if (!one_line || strncmp(result->err, start, strlen(start)) != 0 || (part && !strstr(result->err, part)))
        snprintf(why, sizeof why, "stderr is not one line “%s…%s…”: %.3000s", start, part ? part : "", result->err);
    else
        return NULL;
    return why;
}

bool check_has(const char *text, const char *part)
{
    return text && strstr(text, part);
}

size_t check_count(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

static char scratch[PATH_MAX];
static pid_t scratch_owner;

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path) && errno == EACCES; /* go on with the rest */
}

static void remove_scratch(void)
{
    if (getpid() == scratch_owner)
        nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *check_scratch(void)
{
    if (scratch_owner == getpid())
        return scratch;
    const char *tmp = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%s/trapbook-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(scratch) || chmod(scratch, 0777) != 0) {
        perror("tests: cannot make a scratch folder");
        exit(1);
    }
    scratch_owner = getpid();
    atexit(remove_scratch);
    return scratch;
}

const char *check_path(const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", check_scratch(), name) < 0)
        abort();
    return path;
}

const char *check_built(const char *name)
{
    const char *built = getenv("TRAPBOOK_B");
    char absolute[PATH_MAX], *path;
    if (!realpath(built && *built ? built : "build", absolute) || asprintf(&path, "%s/%s", absolute, name) < 0) {
        perror("tests: cannot find the folder of built things");
        exit(1);
    }
    return path;
}

char *check_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    char *bytes = NULL;
    size_t used = 0, capacity = 0, got = 0;
    do {
        used += got;
        if (used + 1 >= capacity && !(bytes = realloc(bytes, capacity = capacity * 2 + 65536)))
            abort();
    } while ((got = fread(bytes + used, 1, capacity - used - 1, file)) > 0);
    fclose(file);
    bytes[used] = '\0';
    if (size)
        *size = used;
    return bytes;
}

static bool is_zombie(const char *pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        return true;
    bool read_it = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    const char *state = strrchr(line, ')');
    return !read_it || !state || state[2] == 'Z' || state[2] == 'X';
}

int check_process_with(const char *part)
{
    DIR *processes = opendir("/proc");
    int found = 0;
    for (struct dirent *entry; !found && processes && (entry = readdir(processes));) {
        int pid = atoi(entry->d_name);
        if (pid <= 0 || pid == getpid())
            continue;
        char path[64];
        size_t size = 0;
        snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
        char *command = check_read(path, &size);
        for (size_t i = 0; i + 1 < size; i++)
            if (command[i] == '\0')
                command[i] = ' ';
        if (command && strstr(command, part) && !is_zombie(entry->d_name))
            found = pid;
        free(command);
    }
    if (processes)
        closedir(processes);
    return found;
}
