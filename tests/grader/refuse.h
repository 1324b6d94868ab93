/* What must not be graded although it compiles.  For build.c. */
#ifndef TESTS_GRADER_REFUSE_H
#define TESTS_GRADER_REFUSE_H

#include "tests/grader/compile.h"

/* Is the exercise's program one of scenarios, explored in every order and run for real?  Then it is compiled with
 * refuse_renames() and linked with REFUSE_ENDS, and so is what is explored. */
bool refuse_watches(const struct exercise *exercise);
const char *refuse_renames(void); /* words for the compiler … */
const char *refuse_allows(void);  /* … and for the explorer, which must not mind the new names */
#define REFUSE_ENDS "ends.c"

/* Why the files handed in, which lie in `here`, cannot be graded; NULL if they can.  `start`: how they are compiled. */
char *refuse_reason(const struct exercise *exercise, const struct command *start, const char *here);

#endif
