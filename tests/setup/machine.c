/* The pretended machine: symbolic links and small shell scripts in a scratch folder.  Knows nothing of what is tested.
 */
#include "tests/setup/machine.h"

#include "tests/harness/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ORDINARY_USER = 65534 };

const char *machine_path(void)
{
    return check_path("bin");
}

const char *machine_file(const char *name, const char *text)
{
    const char *path = check_path(name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0 || chmod(path, 0777) != 0) {
        perror("setup suite: cannot write into the scratch folder");
        exit(1);
    }
    return path;
}

bool machine_add_real(const char *name)
{
    char *path = strdup(getenv("PATH")), *rest = path, *folder, *from = NULL, *to = NULL;
    bool found = false;
    while (!found && (folder = strsep(&rest, ":"))) {
        if (asprintf(&from, "%s/%s", folder, name) < 0 || asprintf(&to, "%s/%s", machine_path(), name) < 0)
            abort();
        found = access(from, X_OK) == 0 && symlink(from, to) == 0;
        free(from);
        free(to);
    }
    free(path);
    return found;
}

void machine_add(const char *name, const char *commands)
{
    char *script = NULL, *inside = NULL;
    if (asprintf(&inside, "bin/%s", name) < 0 ||
        asprintf(&script, "#!/bin/sh\necho \"%s $*\" >>'%s'\n%s\n", name, check_path("calls"), commands) < 0)
        abort();
    machine_file(inside, script);
    free(script);
    free(inside);
}

void machine_create(void)
{
    static const char *const tools[] = {"sh",    "dirname", "mktemp", "rm",  "awk",  "cut",
                                        "paste", "sed",     "tr",     "env", "cat",  "head",
                                        "tail",  "timeout", "uname",  "id",  "grep", "find"};
    mkdir(machine_path(), 0755);
    machine_file("calls", "");
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++)
        machine_add_real(tools[i]);
}

const char *machine_calls(void)
{
    return check_read(check_path("calls"), NULL);
}

int machine_run(struct run_result *result, bool as_root, const char *table, const char *const *words)
{
    char *path = NULL, *needs = NULL;
    if (asprintf(&path, "PATH=%s", machine_path()) < 0 || asprintf(&needs, "TRAPBOOK_PACKAGES=%s", table) < 0)
        abort();
    const char *environment[] = {path, "TMPDIR=/tmp", "CI=", table ? needs : NULL, NULL};
    return run_command(&(struct run_options){.argv = words,
                                             .environment = environment,
                                             .deadline_ms = 60000,
                                             .uid = geteuid() == 0 && !as_root ? ORDINARY_USER : 0},
                       result);
}
