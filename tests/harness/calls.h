/* Which system calls a graded program needs for memory, output and being loaded: harmless, whatever the exercise. */
#ifndef TESTS_HARNESS_CALLS_H
#define TESTS_HARNESS_CALLS_H

#include <stdbool.h>
#include <stdint.h>

bool calls_harmless(uint64_t number);

/* "to become another program": what a call asks for that no exercise needs; NULL if it has no name here. */
const char *calls_name(uint64_t number);

/* Files are for the loader: libraries, to read. */
bool calls_may_read(const char *path);

#endif
