/* Subjects from sources: the one rule by which a student's file, the solution and a mutant all become programs to run.
 *
 * Each subject is compiled in a folder of its own, from copies, so that the headers which the grader swaps in lie
 * beside the file that includes them, and the compiler's messages name the file as its author does. */
#include "tests/grader/grader.h"
#include "tests/harness/run.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 64, SOURCE_MAX = 4 << 20, COMPILER_DEADLINE_MS = 60000, COMPILER_OUTPUT_MAX = 64 * 1024 };

static const char *scratch;
static pid_t scratch_owner;

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    remove(path);
    return 0;
}

static void remove_scratch(void)
{
    if (getpid() == scratch_owner)
        nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *build_scratch(void)
{
    if (scratch)
        return scratch;
    const char *tmp = getenv("TMPDIR");
    char *made = words("%s/trapbook-grade-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(made))
        fail(GRADE_INFRA, errno, "cannot make a folder to build in, %s; TMPDIR says where else", made);
    scratch = made;
    scratch_owner = getpid();
    atexit(remove_scratch);
    return scratch;
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        fail(GRADE_INFRA, errno, "cannot make the folder %s", path);
}

/* Copies what is handed in: not its mode, not more than a source can sensibly be. */
static void copy(const char *from, const char *to)
{
    char bytes[65536];
    size_t total = 0;
    ssize_t got = 0;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (in < 0 || out < 0)
        fail(in < 0 ? GRADE_BAD_INPUT : GRADE_INFRA, errno, "cannot copy '%s'", from);
    while ((got = read(in, bytes, sizeof bytes)) > 0 && (total += (size_t)got) <= SOURCE_MAX)
        if (write(out, bytes, (size_t)got) != got)
            fail(GRADE_INFRA, errno, "cannot write '%s'", to);
    if (got < 0)
        fail(GRADE_BAD_INPUT, errno, "cannot read '%s'", from);
    if (total > SOURCE_MAX)
        fail(GRADE_BAD_INPUT, 0, "cannot take '%s': larger than 4 MiB", from);
    close(in);
    close(out);
}

/* The words of a command line, in the order they are added. */
struct command {
    const char *argv[ARGUMENTS_MAX + 1];
    size_t count;
};

static void add(struct command *command, const char *word)
{
    if (command->count == ARGUMENTS_MAX)
        fail(GRADE_BAD_INPUT, 0, "cannot compile with more than %d arguments", ARGUMENTS_MAX);
    command->argv[command->count++] = word;
}

static void add_split(struct command *command, const char *text)
{
    char *rest = words("%s", text), *word;
    while ((word = strsep(&rest, " ")))
        if (*word)
            add(command, word);
}

static void add_strings(struct command *command, json_t *strings, const char *format_folder)
{
    size_t i;
    json_t *string;
    json_array_foreach (strings, i, string)
        add(command,
            format_folder ? words("%s/%s", format_folder, json_string_value(string)) : json_string_value(string));
}

static struct command start(const struct build *build)
{
    struct command command = {.count = 0};
    add_split(&command, build->compiler);
    add_split(&command, "-std=gnu11 -g -Wall -Wextra -pthread -fno-omit-frame-pointer");
    add_split(&command, build->flags);
    return command;
}

/* Runs the compiler in `folder`, within limits: a source can ask for as much of a compiler as a program of a CPU.
 * A compiler that cannot be run is the machine's fault, one that refuses or runs into a limit the author's. */
static bool compile(struct command *command, const char *folder, struct build *build)
{
    static const char *const plain[] = {"LC_ALL=C", "GCC_COLORS=", NULL};
    static const char limits[] = "ulimit -c 0; ulimit -t 60; ulimit -f 131072; exec \"$@\""; /* 60 s, files of 64 MiB */
    enum { NOT_FOUND = 127 };
    const char *argv[ARGUMENTS_MAX + 6] = {"/bin/sh", "-c", limits, "sh"};
    memcpy(argv + 4, command->argv, command->count * sizeof *argv);
    struct run_result result;
    struct run_options options = {.argv = argv,
                                  .directory = folder,
                                  .environment = plain,
                                  .deadline_ms = COMPILER_DEADLINE_MS,
                                  .output_limit = COMPILER_OUTPUT_MAX};
    int error = run_command(&options, &result);
    if (!error && run_exit_code(&result) == NOT_FOUND)
        error = ENOENT;
    if (error)
        fail(GRADE_INFRA, error, "cannot run the compiler %s; make deps installs it", command->argv[0]);
    build->ok = !result.timed_out && run_exit_code(&result) == 0;
    build->output = result.timed_out ? words("the compiler had not ended after %d s", COMPILER_DEADLINE_MS / 1000)
                                     : words("%s", result.err);
    run_free(&result);
    return build->ok;
}

static void copy_files(const struct places *places, const struct exercise *exercise, const char *from,
                       const char *folder)
{
    size_t i;
    json_t *file;
    make_folder(folder);
    json_array_foreach (json_object_get(exercise->rubric, "files"), i, file)
        copy(exercise_source(places, exercise, from, json_string_value(file)),
             words("%s/%s", folder, json_string_value(file)));
}

static bool build_subject(const struct places *places, const struct exercise *exercise, const char *from,
                          const char *folder, const char *name, json_t *swapped, struct build *build)
{
    const char *header;
    json_t *input;
    char *here = words("%s/%s.build", folder, name);
    copy_files(places, exercise, from, here);
    json_object_foreach (swapped, header, input)
        copy(words("%s/%s", exercise->tests, json_string_value(input)), words("%s/%s", here, header));
    struct command command = start(build);
    add(&command, "-o");
    add(&command, words("%s/%s", folder, name));
    add_strings(&command, json_object_get(exercise->rubric, "files"), NULL);
    add_strings(&command, json_object_get(exercise->rubric, "sources"), exercise->tests);
    add_strings(&command, json_object_get(exercise->rubric, "objects"), words("%s/obj/tests", places->built));
    add_strings(&command, json_object_get(exercise->rubric, "flags"), NULL);
    return compile(&command, here, build);
}

bool build_subjects(const struct places *places, const struct exercise *exercise, const char *from, const char *folder,
                    struct build *build)
{
    const char *name;
    json_t *swapped;
    size_t i;
    json_t *object;
    json_array_foreach (json_object_get(exercise->rubric, "objects"), i, object)
        if (access(words("%s/obj/tests/%s", places->built, json_string_value(object)), R_OK) != 0)
            fail(GRADE_INFRA, errno, "cannot link %s/obj/tests/%s; make check EX=%s builds it", places->built,
                 json_string_value(object), exercise->number);
    make_folder(folder);
    json_object_foreach (json_object_get(exercise->rubric, "subjects"), name, swapped)
        if (!build_subject(places, exercise, from, folder, name, swapped, build))
            return false;
    return true;
}

bool build_program(const struct places *places, const struct exercise *exercise, const char *from, const char *output,
                   struct build *build)
{
    char *here = words("%s/program", build_scratch());
    copy_files(places, exercise, from, here);
    size_t i;
    json_t *header;
    json_array_foreach (json_object_get(exercise->rubric, "headers"), i, header)
        copy(words("%s/%s", exercise->folder, json_string_value(header)),
             words("%s/%s", here, json_string_value(header)));
    struct command command = start(build);
    add(&command, "-o");
    add(&command, words("%s/program.out", here));
    add_strings(&command, json_object_get(exercise->rubric, "files"), NULL);
    if (!compile(&command, here, build))
        return false;
    copy(words("%s/program.out", here), output);
    if (chmod(output, 0755) != 0)
        fail(GRADE_INFRA, errno, "cannot make '%s' executable", output);
    return true;
}
