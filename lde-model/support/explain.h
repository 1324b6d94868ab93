/* Why a guest ended, in words. */
#ifndef LDE_EXPLAIN_H
#define LDE_EXPLAIN_H

#include "lde-model/engine.h"

enum { EXPLAIN_MAX = 200 };

/* For a trap of cause FAULT or EXIT: "wild pointer: the instruction c6 07 00 at 0x40001a touched 0x10".  The guest
 * is still stopped (FAULT) or gone (EXIT). */
void explain_death(const struct context *context, const struct registers *registers, const struct trap *trap,
                   char text[EXPLAIN_MAX]);

#endif
