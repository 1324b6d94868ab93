/* compile.h's promise kept.  Knows what a compiler may cost, and nothing of exercises. */
#include "tests/grader/compile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

enum { OUTPUT_MAX = 4 << 20, NOT_EXECUTABLE = 126, NOT_FOUND = 127 };
static const unsigned long ROOM_MIB = 16; /* some programs, and what compilers write on their way there */

void command_add(struct command *command, const char *word)
{
    if (command->count == COMPILE_WORDS_MAX)
        fail(GRADE_BAD_INPUT, 0, "cannot compile with more than %d arguments", COMPILE_WORDS_MAX);
    command->argv[command->count++] = word;
}

void command_add_split(struct command *command, const char *text)
{
    char *rest = words("%s", text), *word;
    while ((word = strsep(&rest, " ")))
        if (*word)
            command_add(command, word);
}

void command_add_strings(struct command *command, json_t *strings, const char *folder)
{
    size_t i;
    json_t *string;
    json_array_foreach (strings, i, string)
        command_add(command, folder ? words("%s/%s", folder, json_string_value(string)) : json_string_value(string));
}

struct command compile_start(const struct build *build)
{
    struct command command = {.count = 0};
    command_add_split(&command, build->compiler);
    command_add_split(&command, "-std=gnu11 -g -Wall -Wextra -pthread -fno-omit-frame-pointer");
    command_add_split(&command, build->flags);
    return command;
}

/* A source can ask for as much of a compiler as a program of a CPU.  One that cannot be run is the machine's fault. */
void compile_run(const struct command *command, const char *folder, struct run_result *result)
{
    static const char *const plain[] = {"LC_ALL=C", "GCC_COLORS=", NULL};
    static const char limits[] = "ulimit -c 0; ulimit -t 60; ulimit -f 131072; exec \"$@\""; /* 60 s, files of 64 MiB */
    const char *argv[COMPILE_WORDS_MAX + 6] = {"/bin/sh", "-c", limits, "sh"};
    memcpy(argv + 4, command->argv, command->count * sizeof *argv);
    struct run_options options = {.argv = argv,
                                  .directory = folder,
                                  .environment = plain,
                                  .deadline_ms = COMPILE_DEADLINE_MS,
                                  .output_limit = OUTPUT_MAX};
    int error = run_command(&options, result);
    if (!error && (run_exit_code(result) == NOT_FOUND || run_exit_code(result) == NOT_EXECUTABLE))
        error = run_exit_code(result) == NOT_FOUND ? ENOENT : EACCES;
    if (error)
        fail(GRADE_INFRA, error, "cannot run the compiler %s (make deps installs gcc and clang)", command->argv[0]);
}

/* ---- whose fault is it? ---- */

void compile_room(const char *folder)
{
    struct statvfs room;
    if (statvfs(folder, &room) != 0)
        return;
    if (room.f_bavail * room.f_frsize < ROOM_MIB << 20 || (room.f_files > 0 && room.f_favail == 0))
        fail(GRADE_INFRA, ENOSPC,
             "cannot compile in '%s', where less than %lu MiB (or no file) are free; make room, or "
             "set TMPDIR to another folder",
             folder, ROOM_MIB);
}

void compile_blame(const struct build *build, const char *folder)
{
    struct command command = compile_start(build);
    struct run_result result;
    char *source = words("%s/empty.c", folder);
    compile_room(folder);
    FILE *file = fopen(source, "w");
    if (!file ||
        fputs("#include <pthread.h>\n#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n", file) < 0 ||
        fclose(file) != 0)
        fail(GRADE_INFRA, errno, "cannot write '%s'", source);
    command_add_split(&command, "-o empty empty.c");
    compile_run(&command, folder, &result);
    if (run_exit_code(&result) != 0)
        fail(GRADE_INFRA, 0, "cannot compile an empty program with %s: %.*s; make doctor says what is missing",
             build->compiler, (int)strcspn(result.err, "\n"), result.err);
    run_free(&result);
}
