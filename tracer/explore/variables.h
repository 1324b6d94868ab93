/* Names of the variables of a program, from its debugging information. */
#ifndef TRACER_EXPLORE_VARIABLES_H
#define TRACER_EXPLORE_VARIABLES_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes "counts[4]" for an address inside a global or static variable; false if there is none there. */
bool variable_at(Dwfl *dwfl, uint64_t address, char *text, size_t size);

/* Writes "tally.count" for what lies `offset` bytes into memory of this size, if the program has exactly one struct
 * that can be so large; false if none or several. */
bool variable_in_block(Dwfl *dwfl, uint64_t size, uint64_t offset, char *text, size_t length);

#endif
