/* The command `lde`: what it was asked to do, and its verbs. */
#ifndef LDE_COMMAND_H
#define LDE_COMMAND_H

#include "lde-model/lde.h"

#include <stdio.h>

enum { COMMAND_PROGRAMS = BOOT_SPACES, COMMAND_VMS = 128, COMMAND_BAD_INPUT = 2 };

/* --vm OS:PROG,PROG… */
struct vm_request {
    const char *os;
    char kernel[4096];
    unsigned programs;
    struct lde_program *program;
};

struct run_options {
    const char *mode;
    uint64_t slice_ns, slice_traps; /* one of them 0 */
    uint64_t patience_ns;           /* virtual time: what a guest may compute without a trap */
    const char *trace, *stats_file;
    bool stats, json, show_host, stacks;
    unsigned cpus;     /* of the host, for all guests together */
    unsigned slices;   /* end when a guest has had so many; 0: when all have ended */
    unsigned programs; /* mode bare: on its one OS */
    struct lde_program program[COMMAND_PROGRAMS];
    unsigned vms; /* mode trap */
    struct vm_request *vm;
    char command_line[LOG_PROGRAM_MAX];
};

/* Reads the command line of `lde run`; on bad input says so and exits 2. */
void options_parse(struct run_options *options, int argc, char **argv);

/* Finds the program of `text` ("gcf", "getppid-loop 1000", "yieldos/hello") among those for `os`.  Returns 0, or −1
 * having said what is wrong. */
int guests_find(struct lde_program *program, const char *os, const char *text);
/* The OS of that name as we spell it, or NULL; the path of its kernel. */
const char *guests_os(const char *name, size_t length);
void guests_kernel(char path[4096], const char *os);
/* Prints what there is, for `lde guests`. */
int guests_list(void);

/* Runs in mode bare, or trap; returns the exit status. */
int run_bare(struct run_options *options);
int run_trap(struct run_options *options);

/* What --stats prints, to `out`, as text or as one line of JSON. */
struct vm;
void stats_print(FILE *out, const struct run_options *options, const struct lde *lde, uint64_t wall_ns,
                 const struct vm *vms);

#endif
