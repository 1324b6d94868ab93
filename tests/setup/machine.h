/* A pretended machine for one test: a folder of programs that is the whole PATH, made of the few real tools that our
 * scripts need and of fakes that only note how they were called.  Nothing on it can change the real machine. */
#ifndef TESTS_SETUP_MACHINE_H
#define TESTS_SETUP_MACHINE_H

#include "tests/harness/run.h"

/* Makes the folder, with the real tools in it, and an empty note of calls.  Once a test. */
void machine_create(void);

/* Adds a fake program that notes its call and then runs these shell commands. */
void machine_add(const char *name, const char *commands);

/* Adds a real program of this machine, under its own name; false if it is not here. */
bool machine_add_real(const char *name);

/* The folder: what PATH is on the pretended machine. */
const char *machine_path(void);

/* How the fakes were called, one call a line.  In storage that lasts. */
const char *machine_calls(void);

/* Writes a file into the test's scratch folder and returns its path. */
const char *machine_file(const char *name, const char *text);

/* Runs the words there, as an ordinary user if we can choose, or as we are. */
int machine_run(struct run_result *result, bool as_root, const char *table, const char *const *words);

#endif
