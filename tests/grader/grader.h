/* What the parts of `grade` know of each other.
 *
 *     main  →  exercise (which, and whose files)  →  build (subjects)  →  judge (the verdict)  →  show
 *
 * The verdict is one JSON object, and every format is made from it alone:
 *
 *     {"exercise": "01-threaded-gcf", "title": …, "from": …, "points": 6, "max_points": 10,
 *      "verdict": "PASS" | "FAIL" | "INCONCLUSIVE" | "INFRA",
 *      "compiler": {"ok": true, "output": "warnings, if any", "refused": "why the explorer would not have it"},
 *      "tests": [{"name", "title", "verdict", "points", "max_points", "visible",
 *                 "saw", "expected", "witness", "ask": what leads to the cause, "schedule": what replays it,
 *                 "proof": of a PASS, "reason": of the last two verdicts}]}
 */
#ifndef TESTS_GRADER_GRADER_H
#define TESTS_GRADER_GRADER_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>

enum { GRADE_FULL = 0, GRADE_LOST = 1, GRADE_BAD_INPUT = 2, GRADE_INFRA = 3 };

/* Ends the program with one line, "grade: …".  With an errno, its words and name are added. */
_Noreturn void fail(int status, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* printf into new memory that nobody frees: this program is short-lived.  Never NULL. */
char *words(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- where things are ---- */

struct places {
    char *root;  /* the tree that holds exercises/ and tests/ */
    char *built; /* where `grade` itself lies: build/ */
};
struct places places_find(void);

/* ---- exercise.c ---- */

struct exercise {
    const char *name;   /* "01-threaded-gcf" */
    const char *number; /* "01" */
    const char *tests;  /* ROOT/tests/01-threaded-gcf */
    const char *folder; /* ROOT/exercises/01-threaded-gcf */
    json_t *rubric;
};

/* All exercises that have a rubric, by number.  Ends the program (INFRA) if a rubric cannot be read. */
size_t exercise_all(const struct places *places, struct exercise **all);

/* The one called `name`: "01", "1", "threaded-gcf" or "01-threaded-gcf".  Ends the program if there is none. */
struct exercise exercise_find(const struct places *places, const char *name);

const char *exercise_title(const struct exercise *exercise);
int exercise_max_points(const struct exercise *exercise);

/* Where the file `file` of the exercise is to be had: from "exercises", "solutions", a file or a folder.  Ends the
 * program if it is not a readable regular file. */
char *exercise_source(const struct places *places, const struct exercise *exercise, const char *from, const char *file);

/* ---- build.c ---- */

struct build {
    const char *compiler; /* "gcc" */
    const char *flags;    /* "-O2", words separated by spaces */
    const char *target; /* NULL, or the built things of the machine that the compiler compiles for: what to link with */
    bool ok;
    const char *output; /* the compiler's words about the handed-in files; "" if it had none */
    char *refusal;      /* why the schedule explorer cannot take them; NULL if it can */
};

/* Builds every subject of the exercise into FOLDER/NAME, from the sources in FOLDER/NAME.build, and for the explorer
 * into FOLDER/NAME.explored.  Returns false if the handed-in files do not compile, or the explorer refuses them. */
bool build_subjects(const struct places *places, const struct exercise *exercise, const char *from, const char *folder,
                    struct build *build);

/* Builds the program as its author would, with the headers that lie beside it, into `output`. */
bool build_program(const struct places *places, const struct exercise *exercise, const char *from, const char *output,
                   struct build *build);

/* Builds the program for the explorer into `output`, from sources that stay in OUTPUT.build: with the exercise's own
 * scenarios, or, with a `subject`, with that one's.  Returns false if it cannot be built (build->refusal). */
bool build_for_explorer(const struct places *places, const struct exercise *exercise, const char *from,
                        const char *subject, const char *output, struct build *build);

/* A fresh folder, removed with all it holds when the program ends. */
const char *build_scratch(void);

/* ---- judge.c ---- */

/* Grades: a new verdict object. */
json_t *judge(const struct places *places, const struct exercise *exercise, const char *from, struct build *build);

/* GRADE_FULL, GRADE_LOST or GRADE_INFRA, from a verdict. */
int judge_exit_status(const json_t *verdict);

/* ---- show.c: what a person sees ---- */

void show_verdict(const json_t *verdict, const struct exercise *exercise, bool colour);
void show_where(const struct exercise *all, size_t count, const json_t *progress, bool colour);
void show_list(const struct exercise *all, size_t count, const json_t *progress);

/* ---- progress.c: what was reached so far, kept among the built things ---- */

json_t *progress_read(const struct places *places);
/* Sets one member of the exercise's entry.  That it cannot be kept is said, and is no failure. */
void progress_set(const struct places *places, const char *exercise, const char *member, json_t *value);
int progress_get(const json_t *progress, const char *exercise, const char *member);

#endif
