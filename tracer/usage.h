/* The options of a subcommand, read by argp, with one clear line for whatever is wrong with them. */
#ifndef TRACER_USAGE_H
#define TRACER_USAGE_H

#include <argp.h>

/* Reads the words of `argv`, whose first is "trapflow NAME", as `argp` says; `flags` as for argp_parse, `input` is
 * what its parser finds in state->input.  Adds --help, --usage and --version.  What cannot be understood ends the
 * process with exit status `bad`, after one line on stderr. */
void usage_read(const struct argp *argp, int argc, char **argv, unsigned flags, int bad, void *input);

/* For parsers: says in one line what is wrong with the words given, and ends the process with that status. */
void usage_refuse(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* For the end of what was told on standard output: `status`, or `bad` after one line on stderr if it could not be
 * written. */
int usage_told(int status, int bad);

#endif
