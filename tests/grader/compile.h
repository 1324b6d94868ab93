/* A compiler's command line, and its run within limits.  For the parts of `grade` that compile: build.c, refuse.c. */
#ifndef TESTS_GRADER_COMPILE_H
#define TESTS_GRADER_COMPILE_H

#include "tests/grader/grader.h"
#include "tests/harness/run.h"

enum { COMPILE_WORDS_MAX = 128, COMPILE_DEADLINE_MS = 60000 };

/* The words of a command line, in the order they are added. */
struct command {
    const char *argv[COMPILE_WORDS_MAX + 1];
    size_t count;
};

void command_add(struct command *command, const char *word);
void command_add_split(struct command *command, const char *text); /* at its spaces */

/* Each string of a JSON array; with a folder, FOLDER/STRING. */
void command_add_strings(struct command *command, json_t *strings, const char *folder);

/* The compiler, with the flags that every graded file is compiled with. */
struct command compile_start(const struct build *build);

/* Runs it in `folder`: 60 s, files of 64 MiB.  Ends the program (INFRA) if it cannot be run.  Release with run_free. */
void compile_run(const struct command *command, const char *folder, struct run_result *result);

/* Is the machine to blame where something does not compile?  Ends the program (INFRA) if there is no room to compile in
 * `folder`, or if the compiler cannot even compile an empty program of threads. */
void compile_blame(const struct build *build, const char *folder);
void compile_room(const char *folder); /* the first half of that */

#endif
