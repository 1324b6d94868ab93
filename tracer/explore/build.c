/* Builds the program to be explored: each source to assembler with the thread sanitizer's instrumentation (and only
 * that: no optimization that could remove an access), a look through what came out, and a link with our runtime in
 * place of the sanitizer's.  Knows nothing of schedules.
 */
#include "tracer/explore/command.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { WORDS_MAX = 512 };
struct words {
    char *word[WORDS_MAX + 1];
    int count;
};

static void add(struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (words->count < WORDS_MAX && vasprintf(&words->word[words->count], format, arguments) >= 0)
        words->word[++words->count] = NULL;
    va_end(arguments);
}

static void clear(struct words *words)
{
    while (words->count > 0)
        free(words->word[--words->count]);
}

int build_run(char *const argv[])
{
    pid_t child;
    int status;
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) != 0)
        return 127;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool build_is_source(const char *word)
{
    size_t length = strlen(word);
    return length > 2 && strcmp(word + length - 2, ".c") == 0;
}

/* What stands in a command that was meant for the compiler alone, and is ours to say: the output, and what to stop
 * after. */
static bool is_ours_to_say(const char *word)
{
    return strcmp(word, "-o") == 0 || strcmp(word, "-c") == 0 || strcmp(word, "-S") == 0 || strcmp(word, "-E") == 0;
}

/* Options with a word of their own, so that `-o x.c` or `-I dir` is not taken for a source. */
static bool takes_word(const char *word)
{
    static const char *const options[] = {"-I",      "-D",         "-U", "-include", "-isystem",
                                          "-iquote", "-idirafter", "-x", "-o"};
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
        if (strcmp(word, options[i]) == 0)
            return true;
    return false;
}

/* What we hand to the compiler but not to the linker, and the other way round, is told by the word itself. */
static bool is_library(const char *word)
{
    return strncmp(word, "-l", 2) == 0 || strncmp(word, "-L", 2) == 0 || strncmp(word, "-Wl,", 4) == 0;
}

static bool is_clang(const char *compiler)
{
    char *command, line[256] = "";
    if (asprintf(&command, "'%s' --version 2>/dev/null", compiler) < 0)
        return false;
    FILE *in = popen(command, "r");
    free(command);
    if (!in)
        return false;
    bool clang = fgets(line, sizeof line, in) && strstr(line, "clang");
    pclose(in);
    return clang;
}

static void add_compiler(struct words *words, const struct options *options)
{
    add(words, "%s", options->compiler);
    for (int i = 0; i < options->cc_count; i++) {
        if (is_ours_to_say(options->cc_arguments[i])) {
            i += takes_word(options->cc_arguments[i]);
        } else if (takes_word(options->cc_arguments[i]) && i + 1 < options->cc_count) {
            add(words, "%s", options->cc_arguments[i]);
            add(words, "%s", options->cc_arguments[++i]);
        } else if (!build_is_source(options->cc_arguments[i]) && !is_library(options->cc_arguments[i])) {
            add(words, "%s", options->cc_arguments[i]);
        }
    }
    /* ours come last, so that they win: every access must be there, with its own call and line */
    static const char *const flags[] = {"-fsanitize=thread",
                                        "-O0",
                                        "-fno-builtin",
                                        "-g",
                                        "-gdwarf-4",
                                        "-fno-pie",
                                        "-fno-lto",
                                        "-fno-stack-protector",
                                        "-fno-exceptions", /* else pthread_cleanup_push is another macro */
                                        "-U_FORTIFY_SOURCE",
                                        "-pthread",
                                        "-fno-omit-frame-pointer"};
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++)
        add(words, "%s", flags[i]);
    if (is_clang(options->compiler)) {
        add(words, "-mllvm");
        add(words, "-tsan-instrument-read-before-write=1");
        add(words, "-gdwarf-aranges"); /* gcc writes that index by itself */
        add(words, "-Wno-unused-command-line-argument");
    }
}

static int compile_source(struct build *build, const struct options *options, const char *source, unsigned number,
                          char error[EXPLORE_ERROR_MAX])
{
    struct words words = {.count = 0};
    char assembler[512], object[512], preprocessed[512];
    snprintf(assembler, sizeof assembler, "%s/%u.s", build->folder, number);
    snprintf(object, sizeof object, "%s/%u.o", build->folder, number);
    snprintf(preprocessed, sizeof preprocessed, "%s/%u.i", build->folder, number);
    add_compiler(&words, options);
    int common = words.count;
    add(&words, "-S"), add(&words, "-o"), add(&words, "%s", assembler), add(&words, "%s", source);
    int status = build_run(words.word);
    while (words.count > common)
        free(words.word[--words.count]);
    words.word[words.count] = NULL;
    if (status == 0) {
        add(&words, "-E"), add(&words, "-o"), add(&words, "%s", preprocessed), add(&words, "%s", source);
        status = build_run(words.word);
    }
    clear(&words);
    if (status != 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot compile %s: %s %s; its own message stands above", source,
                 options->compiler, status == 127 ? "is not there" : "refused it");
        return -1;
    }
    if (source_check(assembler, preprocessed, source, options->strict, error) != 0)
        return -1;
    add(&words, "%s", options->compiler), add(&words, "-c"), add(&words, "-o"), add(&words, "%s", object);
    add(&words, "%s", assembler);
    status = build_run(words.word);
    clear(&words);
    if (status != 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot assemble %s; the assembler's message stands above", source);
        return -1;
    }
    return object_check(object, source, options, build, error);
}

/* The linker's --wrap options, a file of them: every call of both lists goes through the runtime. */
static int write_wraps(const char *path)
{
    static const char *const names[] = {
#define CALL(name, ...) #name,
#include "tracer/threads/calls.def"
#define WRAP(name) #name,
#include "tracer/explore/runtime/wraps.def"
    };
    FILE *out = fopen(path, "w");
    if (!out)
        return -1;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        fprintf(out, "-Wl,--wrap=%s\n", names[i]);
    return fclose(out);
}

/* The runtime lies beside us, wherever we were installed. */
static int find_runtime(char path[PATH_MAX], char error[EXPLORE_ERROR_MAX])
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    self[length < 0 ? 0 : length] = '\0';
    char *slash = strrchr(self, '/');
    snprintf(path, PATH_MAX, "%.*s/explore/runtime.o", slash ? (int)(slash - self) : 0, self);
    if (access(path, R_OK) == 0)
        return 0;
    snprintf(error, EXPLORE_ERROR_MAX, "cannot read the explorer's runtime, %.600s: %s; try: make", path,
             strerror(errno));
    return -1;
}

static int link_program(struct build *build, const struct options *options, unsigned objects,
                        char error[EXPLORE_ERROR_MAX])
{
    struct words words = {.count = 0};
    char runtime[PATH_MAX], wraps[512];
    if (options->runtime)
        snprintf(runtime, sizeof runtime, "%s", options->runtime);
    else if (find_runtime(runtime, error) != 0)
        return -1;
    snprintf(wraps, sizeof wraps, "%s/wraps", build->folder);
    if (write_wraps(wraps) != 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot write %s: %s", wraps, strerror(errno));
        return -1;
    }
    add(&words, "%s", options->compiler), add(&words, "-no-pie"), add(&words, "-Wl,-z,relro,-z,now"),
        add(&words, "-pthread"), add(&words, "@%s", wraps);
    /* what the sources use, for when the program is explored again without them */
    add(&words, "-Wl,--defsym=explore_stateful=%d", build->stateful),
        add(&words, "-Wl,--defsym=explore_tries=%d", build->tries),
        add(&words, "-Wl,--defsym=explore_reads=%d", build->reads);
    add(&words, "-o"), add(&words, "%s", build->program);
    for (unsigned i = 0; i < objects; i++)
        add(&words, "%s/%u.o", build->folder, i);
    add(&words, "%s", runtime);
    for (int i = 0; i < options->cc_count; i++)
        if (is_library(options->cc_arguments[i]))
            add(&words, "%s", options->cc_arguments[i]);
    int status = build_run(words.word);
    clear(&words);
    if (status == 0)
        return 0;
    snprintf(error, EXPLORE_ERROR_MAX,
             "cannot link the program with the explorer's runtime; the linker's message stands above");
    return -1;
}

/* For a word among the compiler's that is neither source nor option. */
static const char *what_instead(const char *word)
{
    const char *dot = strrchr(word, '.');
    if (dot &&
        (strcmp(dot, ".cpp") == 0 || strcmp(dot, ".cc") == 0 || strcmp(dot, ".cxx") == 0 || strcmp(dot, ".C") == 0))
        return "C++ is not explored";
    if (dot && (strcmp(dot, ".o") == 0 || strcmp(dot, ".a") == 0 || strcmp(dot, ".so") == 0))
        return "give the sources that it was made of";
    return "arguments of the program itself come after a second --";
}

/* Before anything is compiled: is everything there, and is there nothing that we could not look into? */
static int check_words(const struct options *options, char error[EXPLORE_ERROR_MAX])
{
    unsigned sources = 0;
    for (int i = 0; i < options->cc_count; i++) {
        const char *word = options->cc_arguments[i];
        if (takes_word(word)) {
            i++;
        } else if (build_is_source(word) && access(word, R_OK) != 0) {
            snprintf(error, EXPLORE_ERROR_MAX, "cannot read %s: %s", word, strerror(errno));
            return -1;
        } else if (!build_is_source(word) && *word != '-') {
            snprintf(error, EXPLORE_ERROR_MAX,
                     "cannot explore %s: only C sources (.c) can be checked for what the explorer does not control; %s",
                     word, what_instead(word));
            return -1;
        }
        sources += build_is_source(word);
    }
    if (sources > 0)
        return 0;
    snprintf(error, EXPLORE_ERROR_MAX, "no source (.c) among the compiler's arguments");
    return -1;
}

static int build_sources(struct build *build, const struct options *options, char error[EXPLORE_ERROR_MAX])
{
    unsigned objects = 0;
    const char *tmp = getenv("TMPDIR");
    if (check_words(options, error) != 0)
        return -1;
    snprintf(build->folder, sizeof build->folder, "%s/explore-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(build->folder)) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot make a folder for the build, %s: %s; set TMPDIR", build->folder,
                 strerror(errno));
        build->folder[0] = '\0';
        return -1;
    }
    snprintf(build->program, sizeof build->program, "%s%s", options->output ? options->output : build->folder,
             options->output ? "" : "/program");
    for (int i = 0; i < options->cc_count; i++) {
        if (takes_word(options->cc_arguments[i]))
            i++;
        else if (build_is_source(options->cc_arguments[i]) &&
                 compile_source(build, options, options->cc_arguments[i], objects++, error) != 0)
            return -1;
    }
    return link_program(build, options, objects, error);
}

int build_program(struct build *build, const struct options *options, char error[EXPLORE_ERROR_MAX])
{
    bool is_ours = false;
    memset(build, 0, sizeof *build);
    if (options->build) {
        if (build_sources(build, options, error) != 0)
            return -1;
    } else {
        snprintf(build->program, sizeof build->program, "%s", options->program);
        object_marks(build->program, build);
    }
    if (object_hash(build->program, &build->hash, &is_ours) != 0) {
        snprintf(error, EXPLORE_ERROR_MAX, "cannot read %s as a program: %s", build->program,
                 errno ? strerror(errno) : "no ELF file");
        return -1;
    }
    if (!is_ours) {
        snprintf(error, EXPLORE_ERROR_MAX,
                 "cannot explore %s: it was not built for it; try: trapflow explore --build -- SOURCE.c",
                 build->program);
        return -1;
    }
    return 0;
}

void build_free(struct build *build)
{
    if (build->folder[0]) {
        char *words[] = {"rm", "-rf", build->folder, NULL};
        build_run(words);
    }
}
