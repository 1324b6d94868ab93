/* Why files that compile cannot be graded: because what runs would not be what was looked at.
 *
 * An experiment ends where its main ends: what ends a program earlier is called by another name (ends.c), and an
 * object that gets at the real one all the same is refused, and so is one that names the grader's own.  Where the
 * explorer looks at a program in every order, the program that runs for real must be made of the same text: a source
 * can tell, by the compiler's macros, which of the two it is being compiled for. */
#include "tests/grader/refuse.h"
#include "tests/grader/compile.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a program ends that does not return from main. */
static const char *const endings[] = {"exit", "pthread_exit", "thrd_exit"};

const char *refuse_renames(void)
{
    char *all = "-Dmain=scenario_main";
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        all = words("%s -D%s=scenario_%s", all, endings[i], endings[i]);
    return all;
}

const char *refuse_allows(void)
{
    char *all = "--allow=scenario_main --allow=exit";
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        all = words("%s --allow=scenario_%s", all, endings[i]);
    return all;
}

bool refuse_watches(const struct exercise *exercise)
{
    json_t *explore = json_object_get(exercise->rubric, "explore");
    return explore && !json_is_false(json_object_get(explore, "strict"));
}

/* ---- names ---- */

static bool starts(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

static char *refused_name(const struct exercise *exercise, const char *name)
{
    json_t *listed;
    size_t i;
    if (starts(name, "__wrap_") || starts(name, "__real_"))
        return words("it names '%s', by which the grader watches calls", name);
    for (i = 0; i < sizeof endings / sizeof *endings && refuse_watches(exercise); i++)
        if (strcmp(name, endings[i]) == 0)
            return words("it gets at '%s' in another way than by its header", name);
    json_array_foreach (json_object_get(exercise->rubric, "refuse"), i, listed)
        if (strcmp(name, json_string_value(listed)) == 0)
            return words("it uses '%s', which this exercise does not need", name);
    return NULL;
}

/* A piece of a file, or the end of the program: what compilers write is whole. */
static void *read_at(FILE *file, uint64_t offset, uint64_t size)
{
    char *bytes = calloc(1, size + 1);
    if (!bytes || fseek(file, (long)offset, SEEK_SET) != 0 || fread(bytes, 1, size, file) != size)
        fail(GRADE_INFRA, errno, "cannot read what the compiler has made");
    return bytes;
}

/* The first name of an object that is refused: NULL if there is none. */
static char *refused_object(const struct exercise *exercise, FILE *file)
{
    Elf64_Ehdr *header = read_at(file, 0, sizeof *header);
    Elf64_Shdr *sections = read_at(file, header->e_shoff, header->e_shnum * sizeof *sections);
    char *reason = NULL;
    for (unsigned s = 0; s < header->e_shnum; s++) {
        if (sections[s].sh_type != SHT_SYMTAB)
            continue;
        const Elf64_Shdr *names = &sections[sections[s].sh_link];
        const Elf64_Sym *symbols = read_at(file, sections[s].sh_offset, sections[s].sh_size);
        const char *text = read_at(file, names->sh_offset, names->sh_size);
        for (size_t i = 1; i < sections[s].sh_size / sizeof *symbols && !reason; i++)
            if (ELF64_ST_BIND(symbols[i].st_info) != STB_LOCAL)
                reason = refused_name(exercise, text + symbols[i].st_name);
    }
    return reason;
}

static char *refused_names(const struct exercise *exercise, const struct command *start, const char *here,
                           const char *source)
{
    struct command command = *start;
    struct run_result result;
    char *object = words("%s/refuse.o", here);
    command_add_split(&command, "-c -o");
    command_add(&command, object);
    command_add(&command, source);
    compile_run(&command, here, &result);
    run_free(&result);
    FILE *file = fopen(object, "rb");
    char *reason = file ? refused_object(exercise, file) : NULL; /* what does not compile will be told so */
    if (file)
        fclose(file);
    remove(object);
    return reason;
}

/* ---- text ---- */

static char *told(const struct command *start, const char *how, const char *here, const char *source)
{
    struct command command = *start;
    struct run_result result;
    command_add_split(&command, how);
    command_add(&command, source);
    compile_run(&command, here, &result);
    char *text = result.cut ? NULL : words("%s", result.out);
    run_free(&result);
    return text;
}

/* Inline assembly stands between these marks in what a compiler writes for the assembler. */
static bool has_assembly(const struct command *start, const char *here, const char *source)
{
    const char *text = told(start, "-S -o -", here, source);
    return text && (strstr(text, "#APP\n") || strstr(text, "//APP\n"));
}

/* The same text, whatever it is compiled for?  Compilers say where they are by macros. */
static bool has_two_faces(const struct command *start, const char *here, const char *source)
{
    const char *real = told(start, "-E -P", here, source);
    const char *explored = told(start, "-E -P -fsanitize=thread -O0 -fno-builtin -fno-pie", here, source);
    return !real || !explored || strcmp(real, explored) != 0;
}

char *refuse_reason(const struct exercise *exercise, const struct command *start, const char *here)
{
    json_t *files = json_object_get(exercise->rubric, "files"), *file;
    char *reason = NULL;
    size_t i;
    json_array_foreach (files, i, file) {
        const char *source = json_string_value(file);
        if (refuse_watches(exercise) && has_two_faces(start, here, source))
            return words("%s is another program for the explorer than for this machine: it asks the compiler by a "
                         "macro for which of them it compiles",
                         source);
        if (json_object_get(exercise->rubric, "refuse") && has_assembly(start, here, source))
            return words("%s: it has inline assembly", source);
        reason = reason ? reason : refused_names(exercise, start, here, source);
    }
    return reason;
}
