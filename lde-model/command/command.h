/* The command `lde`: what it was asked to do, and its verbs. */
#ifndef LDE_COMMAND_H
#define LDE_COMMAND_H

#include "lde-model/lde.h"

#include <stdio.h>

enum { COMMAND_PROGRAMS = BOOT_SPACES, COMMAND_BAD_INPUT = 2 };

struct run_options {
    const char *mode;
    uint64_t slice_ns, slice_traps; /* one of them 0 */
    const char *trace, *stats_file;
    bool stats, json;
    unsigned programs;
    struct lde_program program[COMMAND_PROGRAMS];
    char command_line[LOG_PROGRAM_MAX];
};

/* Reads the command line of `lde run`; on bad input says so and exits 2. */
void options_parse(struct run_options *options, int argc, char **argv);

/* Finds the program of `text` ("gcf", "getppid-loop 1000", "yieldos/hello") among those for `os`.  Returns 0, or −1
 * having said what is wrong. */
int guests_find(struct lde_program *program, const char *os, const char *text);
/* Prints what there is, for `lde guests`. */
int guests_list(void);

/* Runs in mode bare; returns the exit status. */
int run_bare(struct run_options *options);

/* What --stats prints, to `out`, as text or as one line of JSON. */
void stats_print(FILE *out, const struct run_options *options, const struct lde *lde, uint64_t wall_ns);

#endif
