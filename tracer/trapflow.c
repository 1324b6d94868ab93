/* trapflow: records what a program's threads and traps do, and shows it.
 *
 * Only chooses the subcommand.  Each of them knows its own options and nothing of the others.
 */
#include "tracer/trapflow.h"

#include "tracer/explore/explore.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

const char *argp_program_version = "trapflow (Trapbook) " TRAPBOOK_VERSION;

struct subcommand {
    const char *name;
    const char *full_name; /* as usage lines show it */
    int (*run)(int argc, char **argv);
    const char *usage;
    const char *purpose;
};

static const struct subcommand subcommands[] = {
    {"record", "trapflow record", trapflow_record, "record [-o FILE] -- PROGRAM ARGS…",
     "run a program and log its threads, calls and signals"},
    {"render", "trapflow render", trapflow_render, "render FILE -f FORMAT [-o OUT]", "draw a log: text, svg, …"},
    {"stat", "trapflow stat", trapflow_stat, "stat FILE [--json]", "count what is in a log"},
    {"diff", "trapflow diff", trapflow_diff, "diff A B", "where two flows first part"},
    {"explore", "trapflow explore", trapflow_explore, "explore --build -- SOURCES…",
     "run a threaded program in every interleaving that matters"},
};
enum { SUBCOMMANDS = sizeof subcommands / sizeof *subcommands };

static void print_help(FILE *to)
{
    fprintf(to, "Usage: trapflow SUBCOMMAND …\n");
    fprintf(to, "Records what a program's threads and traps do, and shows it.\n\n");
    for (unsigned i = 0; i < SUBCOMMANDS; i++)
        fprintf(to, "  %-34s %s\n", subcommands[i].usage, subcommands[i].purpose);
    fprintf(to, "\n  trapflow SUBCOMMAND --help         its options\n  trapflow --version\n");
}

int main(int argc, char **argv)
{
    const char *wanted = argc > 1 ? argv[1] : NULL;

    if (wanted == NULL) {
        fprintf(stderr, "trapflow: no subcommand given; try: trapflow --help\n");
        return TRAPFLOW_BAD_INPUT;
    }
    if (strcmp(wanted, "--help") == 0 || strcmp(wanted, "-?") == 0 || strcmp(wanted, "help") == 0) {
        print_help(stdout);
        return 0;
    }
    if (strcmp(wanted, "--version") == 0 || strcmp(wanted, "-V") == 0) {
        printf("%s\n", argp_program_version);
        return 0;
    }
    for (unsigned i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(wanted, subcommands[i].name) == 0) {
            argv[1] = (char *)subcommands[i].full_name;
            return subcommands[i].run(argc - 1, argv + 1);
        }
    fprintf(stderr, "trapflow: no subcommand '%s'; try: trapflow --help\n", wanted);
    return TRAPFLOW_BAD_INPUT;
}
