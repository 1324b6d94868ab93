/* Subjects from sources: the one rule by which a student's file, the solution and a mutant all become programs to run.
 *
 * Each subject is compiled in a folder of its own, from copies, so that the headers which the grader swaps in lie
 * beside the file that includes them, and the compiler's messages name the file as its author does. */
#include "tests/grader/compile.h"
#include "tests/grader/grader.h"
#include "tests/grader/refuse.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOURCE_MAX = 4 << 20, SAID_MAX = 64 * 1024, EXPLORE_REFUSED = 2 };

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

/* A compiler that refuses or runs into a limit is the author's affair. */
static bool compile(const struct command *command, const char *folder, struct build *build)
{
    struct run_result result;
    compile_run(command, folder, &result);
    build->ok = !result.timed_out && run_exit_code(&result) == 0;
    build->output = result.timed_out ? words("the compiler had not ended after %d s", COMPILE_DEADLINE_MS / 1000)
                                     : words("%.*s", SAID_MAX, result.err);
    run_free(&result);
    if (!build->ok)
        compile_blame(build, folder);
    return build->ok;
}

/* The built things to link with: this machine's, or those of the machine that is compiled for. */
static const char *shelf(const struct places *places, const struct build *build)
{
    return build->target ? build->target : places->built;
}

/* What an exercise's program is compiled from, besides the files handed in: `program` and `headers` lie in the
 * exercise's folder, and a subject may swap any of them for one of the grader's. */
static const char *const given[] = {"headers", "program"};

static void copy_files(const struct places *places, const struct exercise *exercise, const char *from,
                       const char *folder)
{
    size_t i;
    json_t *file;
    make_folder(folder);
    for (size_t k = 0; k < 2; k++)
        json_array_foreach (json_object_get(exercise->rubric, given[k]), i, file)
            copy(words("%s/%s", exercise->folder, json_string_value(file)),
                 words("%s/%s", folder, json_string_value(file)));
    json_array_foreach (json_object_get(exercise->rubric, "files"), i, file)
        copy(exercise_source(places, exercise, from, json_string_value(file)),
             words("%s/%s", folder, json_string_value(file)));
}

/* A subject's sources in a folder of their own: the exercise's files, the author's, and what the subject swaps in. */
static char *lay_out(const struct places *places, const struct exercise *exercise, const char *from, const char *output,
                     json_t *swapped)
{
    const char *name;
    json_t *input;
    char *here = words("%s.build", output);
    copy_files(places, exercise, from, here);
    json_object_foreach (swapped, name, input)
        copy(words("%s/%s", exercise->tests, json_string_value(input)), words("%s/%s", here, name));
    if (refuse_watches(exercise))
        copy(words("%s/tests/harness/%s", places->root, REFUSE_ENDS), words("%s/%s", here, REFUSE_ENDS));
    return here;
}

static void add_sources(struct command *command, const struct exercise *exercise)
{
    command_add_strings(command, json_object_get(exercise->rubric, "files"), NULL);
    command_add_strings(command, json_object_get(exercise->rubric, "program"), NULL);
}

/* The same, and what watches over the end of a scenario. */
static void add_scenarios(struct command *command, const struct exercise *exercise)
{
    add_sources(command, exercise);
    if (refuse_watches(exercise))
        command_add(command, REFUSE_ENDS);
}

/* A program of scenarios has its ends renamed.  Its text must be the same for the explorer as for this machine, and so
 * must the headers be: where a compiler optimizes they hold functions to inline, and (Ubuntu's gcc asks for it unasked)
 * checks of what is copied.  So it optimizes, but does not say so. */
static void add_ends(struct command *command, const struct exercise *exercise)
{
    if (!refuse_watches(exercise))
        return;
    command_add_split(command, refuse_renames());
    command_add_split(command, "-U__OPTIMIZE__ -U__OPTIMIZE_SIZE__ -U_FORTIFY_SOURCE -D__NO_INLINE__=1");
}

static const char *perturber(const struct places *places, const struct build *build)
{
    return words("%s/obj/tests/harness/perturb.o", shelf(places, build));
}

/* The linker's word for “these calls go through perturb.c”. */
static char *wraps(void)
{
    static const char *const calls[] = {
#define CALL(name, ...) #name,
#include "tracer/threads/calls.def"
    };
    char *all = "-Wl";
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        all = words("%s,--wrap=%s", all, calls[i]);
    return all;
}

static bool build_subject(const struct places *places, const struct exercise *exercise, const char *here,
                          const char *output, struct build *build)
{
    struct command command = compile_start(build);
    add_ends(&command, exercise);
    const struct command start = command;
    command_add(&command, "-o");
    command_add(&command, output);
    add_scenarios(&command, exercise);
    command_add_strings(&command, json_object_get(exercise->rubric, "sources"), exercise->tests);
    command_add_strings(&command, json_object_get(exercise->rubric, "objects"),
                        words("%s/obj/tests", shelf(places, build)));
    if (json_is_true(json_object_get(exercise->rubric, "perturb"))) {
        command_add(&command, perturber(places, build));
        command_add(&command, wraps());
    }
    command_add_strings(&command, json_object_get(exercise->rubric, "flags"), NULL);
    if (!compile(&command, here, build))
        return false;
    build->refusal = refuse_reason(exercise, &start, here);
    return !build->refusal;
}

/* ---- for the schedule explorer ---- */

/* The explorer's last line, without the program's name: why it would not have these sources. */
static char *refusal_of(const char *said)
{
    static const char name[] = "trapflow explore: ";
    const char *last = said;
    for (const char *at = said; (at = strstr(at, name)); at += strlen(name))
        last = at + strlen(name);
    return words("%.*s", (int)strcspn(last, "\n"), last);
}

/* Builds OUTPUT for the explorer.  Its witnesses hold a hash of the program, so the same sources must give the same
 * program wherever they are built: the folder's own name is kept out of it. */
static bool build_explored(const struct places *places, const struct exercise *exercise, const char *here,
                           const char *output, struct build *build)
{
    json_t *explore = json_object_get(exercise->rubric, "explore"), *allowed;
    struct command command = {.count = 0};
    struct run_result result;
    size_t i;
    command_add(&command, words("%s/trapflow", places->built));
    command_add_split(&command, "explore --build-only");
    command_add(&command, words("--cc=%s", build->target ? build->compiler : "gcc"));
    if (build->target)
        command_add(&command, words("--runtime=%s/explore/runtime.o", build->target));
    if (!json_is_false(json_object_get(explore, "strict")))
        command_add(&command, "--strict");
    json_array_foreach (json_object_get(explore, "allow"), i, allowed)
        command_add(&command, words("--allow=%s", json_string_value(allowed)));
    if (refuse_watches(exercise))
        command_add_split(&command, refuse_allows());
    command_add(&command, words("--output=%s", output));
    command_add_split(&command, "--build -- -std=gnu11");
    command_add(&command, words("-fdebug-prefix-map=%s=.", here));
    add_ends(&command, exercise);
    add_scenarios(&command, exercise);
    compile_run(&command, here, &result);
    int status = run_exit_code(&result);
    if (status != 0)
        compile_room(here);
    build->refusal = status == 0 ? NULL : refusal_of(result.err);
    if (status != 0 && !*build->output)
        build->output = words("%s", result.err);
    if (status != 0 && status != EXPLORE_REFUSED)
        fail(GRADE_INFRA, 0, "cannot build exercise %s for the explorer: %s", exercise->number, build->refusal);
    run_free(&result);
    return status == 0;
}

/* Whoever is refused is not graded at all; or, where the exercise has its own ways to look at a program ("strict":
 * false), only not by the explorer: then the reason is left for the suite. */
static bool build_all_explored(const struct places *places, const struct exercise *exercise, const char *folder,
                               struct build *build)
{
    json_t *explore = json_object_get(exercise->rubric, "explore"), *name;
    size_t i;
    json_array_foreach (json_object_get(explore, "subjects"), i, name) {
        char *subject = words("%s/%s", folder, json_string_value(name));
        if (build_explored(places, exercise, words("%s.build", subject), words("%s.explored", subject), build))
            continue;
        if (!json_is_false(json_object_get(explore, "strict")))
            return false;
        FILE *reason = fopen(words("%s.refused", subject), "w");
        if (!reason || fputs(build->refusal, reason) < 0 || fclose(reason) != 0)
            fail(GRADE_INFRA, errno, "cannot write '%s.refused'", subject);
        build->refusal = NULL;
    }
    return true;
}

bool build_subjects(const struct places *places, const struct exercise *exercise, const char *from, const char *folder,
                    struct build *build)
{
    json_t *subjects = json_object_get(exercise->rubric, "subjects"), *swapped, *name;
    const char *subject;
    size_t i;
    json_array_foreach (json_object_get(exercise->rubric, "objects"), i, name)
        if (access(words("%s/obj/tests/%s", shelf(places, build), json_string_value(name)), R_OK) != 0)
            fail(GRADE_INFRA, errno, "cannot link %s/obj/tests/%s; make check EX=%s builds it", shelf(places, build),
                 json_string_value(name), exercise->number);
    if (json_is_true(json_object_get(exercise->rubric, "perturb")) && access(perturber(places, build), R_OK) != 0)
        fail(GRADE_INFRA, errno, "cannot link %s; make check EX=%s builds it", perturber(places, build),
             exercise->number);
    make_folder(folder);
    compile_room(folder);
    json_object_foreach (subjects, subject, swapped) {
        char *output = words("%s/%s", folder, subject), *here = lay_out(places, exercise, from, output, swapped);
        if (!build_subject(places, exercise, here, output, build))
            return false;
    }
    return build_all_explored(places, exercise, folder, build);
}

bool build_program(const struct places *places, const struct exercise *exercise, const char *from, const char *output,
                   struct build *build)
{
    char *here = words("%s/program", build_scratch());
    copy_files(places, exercise, from, here);
    struct command command = compile_start(build);
    command_add(&command, "-o");
    command_add(&command, words("%s/program.out", here));
    add_sources(&command, exercise);
    if (!compile(&command, here, build))
        return false;
    copy(words("%s/program.out", here), output);
    if (chmod(output, 0755) != 0)
        fail(GRADE_INFRA, errno, "cannot make '%s' executable", output);
    return true;
}

bool build_for_explorer(const struct places *places, const struct exercise *exercise, const char *from,
                        const char *subject, const char *output, struct build *build)
{
    json_t *subjects = json_object_get(exercise->rubric, "subjects");
    json_t *swapped = subject ? json_object_get(subjects, subject) : NULL;
    if (subject && !swapped)
        fail(GRADE_BAD_INPUT, 0, "cannot build '%s' of exercise %s: no such subject", subject, exercise->name);
    char folder[PATH_MAX] = "";
    if (*output != '/' && !getcwd(folder, sizeof folder))
        fail(GRADE_INFRA, errno, "cannot tell the working folder");
    output = words("%s%s%s", folder, *folder ? "/" : "", output);
    build->output = "";
    return build_explored(places, exercise, lay_out(places, exercise, from, output, swapped), output, build);
}
