/* What the explorer's tests share: to ask `trapflow explore` and read its answer, and to go through a corpus. */
#ifndef TESTS_EXPLORE_EXPLORE_TEST_H
#define TESTS_EXPLORE_EXPLORE_TEST_H

#include "tests/harness/check.h"
#include "tests/harness/run.h"

#define CORPUS "tests/explore/corpus/"
#define PROGRAMS "tests/explore/programs/"

/* `trapflow explore --json WORDS…`: its exit code, its answer in `result`. */
int explore(struct run_result *result, const char *const *words);
#define EXPLORE(result, ...) explore(result, (const char *const[]){__VA_ARGS__, NULL})

/* The value of a field of the answer, as text; strings without their quotes.  Kept for eight calls. */
const char *field(const struct run_result *result, const char *name);

/* A source of the corpus as this compiler has built it for the explorer.  Kept for four calls. */
const char *built_by(const char *compiler, const char *source);

/* Complaints of a loop over many programs, so that one that fails does not hide the others. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
/* One, if the field differs. */
void same(const char *path, const struct run_result *one, const struct run_result *other, const char *name);

/* Each file that fits the pattern (at least so many) is checked; then the test fails if there were complaints. */
void each(const char *pattern, unsigned least, void (*check)(const char *path));

/* "data-race" of a first line that says: wrong: data-race; lesson: … */
const char *first_line_word(const char *path, const char *after);

#endif
