/* The words of `trapflow explore`: what was typed, as a struct.  Does nothing about it. */
#include "tracer/explore/command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void explore_options_help(void)
{
    puts("Usage: trapflow explore [OPTION…] --build -- CC-ARGUMENTS… [-- ARGUMENTS…]\n"
         "       trapflow explore [OPTION…] SOURCE.c… [-- ARGUMENTS…]     the same, for sources alone\n"
         "       trapflow explore [OPTION…] PROGRAM [-- ARGUMENTS…]\n"
         "Runs a program with threads in every interleaving that matters, or says how many it sampled.\n"
         "\n"
         "  -b, --build             compile and link the program first: CC-ARGUMENTS are sources and compiler options\n"
         "  -c, --cc=CC             the compiler (gcc)\n"
         "  -o, --output=FILE       keep the built program there; explore it again as PROGRAM\n"
         "      --build-only        and do not explore it (with -o)\n"
         "      --runtime=FILE      link with this runtime: another CPU's, for its compiler\n"
         "  -k, --bound=K           at most K preemptions a schedule (2, and then more if that is cheap); of delay: "
         "delays\n"
         "  -s, --strategy=NAME     exhaustive, delay, pct, random; without it: exhaustive, and where that\n"
         "                          hits a limit, delay and pct, in search of failures\n"
         "  -r, --seed=N            of pct and random (1)\n"
         "  -n, --schedules=N       at most N runs\n"
         "  -t, --time=SECONDS      at most so much CPU time (60); reaching it is never a pass\n"
         "  -d, --depth=D           of pct: bugs of D ordering constraints (3)\n"
         "      --spurious=N        spurious wake-ups a run (1)\n"
         "      --decisions=N       decisions a run (100000)\n"
         "      --status=N          the exit status that is right (0)\n"
         "  -e, --expect=FILE       the standard output that is right\n"
         "      --strict            the sources are somebody's submission: refuse names outside the allow-list\n"
         "      --allow=NAME        …but this one is allowed (repeat)\n"
         "      --fork              a new process for every run, whatever the program uses\n"
         "      --all-orders        run also what differs only in the order of steps that do not depend on each other\n"
         "      --plain             decide also where it cannot matter: more schedules, the same findings\n"
         "      --states            count the different final states (globals and output)\n"
         "  -w, --replay=WITNESS    run one schedule again\n"
         "      --repeat=N          …N times, each in a process of its own; all must end alike\n"
         "  -T, --trace=FILE        log of the failing (or replayed) schedule, for trapflow render\n"
         "  -j, --json              one line of JSON, last on stdout\n"
         "\n"
         "Exit status: 0 all passed, 1 a failure was found, 2 bad input, 3 our own failure, 4 inconclusive.");
}

enum {
    OPTION_SPURIOUS = 256,
    OPTION_DECISIONS,
    OPTION_STATUS,
    OPTION_STRICT,
    OPTION_ALLOW,
    OPTION_FORK,
    OPTION_REPEAT,
    OPTION_PLAIN,
    OPTION_ALL_ORDERS,
    OPTION_STATES,
    OPTION_RUNTIME,
    OPTION_BUILD_ONLY,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"build", no_argument, NULL, 'b'},
    {"cc", required_argument, NULL, 'c'},
    {"output", required_argument, NULL, 'o'},
    {"bound", required_argument, NULL, 'k'},
    {"strategy", required_argument, NULL, 's'},
    {"seed", required_argument, NULL, 'r'},
    {"schedules", required_argument, NULL, 'n'},
    {"time", required_argument, NULL, 't'},
    {"depth", required_argument, NULL, 'd'},
    {"spurious", required_argument, NULL, OPTION_SPURIOUS},
    {"decisions", required_argument, NULL, OPTION_DECISIONS},
    {"status", required_argument, NULL, OPTION_STATUS},
    {"expect", required_argument, NULL, 'e'},
    {"strict", no_argument, NULL, OPTION_STRICT},
    {"allow", required_argument, NULL, OPTION_ALLOW},
    {"fork", no_argument, NULL, OPTION_FORK},
    {"replay", required_argument, NULL, 'w'},
    {"trace", required_argument, NULL, 'T'},
    {"repeat", required_argument, NULL, OPTION_REPEAT},
    {"runtime", required_argument, NULL, OPTION_RUNTIME},
    {"build-only", no_argument, NULL, OPTION_BUILD_ONLY},
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"all-orders", no_argument, NULL, OPTION_ALL_ORDERS},
    {"states", no_argument, NULL, OPTION_STATES},
    {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int wrong(char error[EXPLORE_ERROR_MAX], const char *option, const char *word, const char *wanted)
{
    snprintf(error, EXPLORE_ERROR_MAX, "cannot take '%s' for %s: %s; try: trapflow explore --help", word, option,
             wanted);
    return -1;
}

static int read_number(const char *option, const char *word, uint64_t most, uint64_t *number,
                       char error[EXPLORE_ERROR_MAX])
{
    char *end;
    errno = 0;
    *number = strtoull(word, &end, 10);
    if (errno || end == word || *end || *word == '-' || *number > most)
        return wrong(error, option, word, "a whole number is wanted");
    return 0;
}

static int read_strategy(struct options *options, const char *word, char error[EXPLORE_ERROR_MAX])
{
    static const char *const names[STRATEGY_END] = {[STRATEGY_EXHAUSTIVE] = "exhaustive",
                                                    [STRATEGY_DELAY] = "delay",
                                                    [STRATEGY_PCT] = "pct",
                                                    [STRATEGY_RANDOM] = "random"};
    for (unsigned i = 0; i < STRATEGY_END; i++)
        if (names[i] && strcmp(word, names[i]) == 0) {
            options->strategy = (enum explore_strategy)i;
            options->strategy_given = true;
            return 0;
        }
    return wrong(error, "--strategy", word, "there are exhaustive, delay, pct and random");
}

static int read_seconds(struct options *options, const char *word, char error[EXPLORE_ERROR_MAX])
{
    char *end;
    options->seconds = strtod(word, &end);
    if (end == word || *end || !(options->seconds > 0 && options->seconds <= 1e6))
        return wrong(error, "--time", word, "seconds are wanted");
    return 0;
}

static int read_option(struct options *options, int option, char *word, char error[EXPLORE_ERROR_MAX])
{
    uint64_t number = 0;
    int bad = 0;
    switch (option) {
    case 'b':
        options->build = true;
        break;
    case 'c':
        options->compiler = word;
        break;
    case 'o':
        options->output = word;
        break;
    case 'k':
        bad = read_number("--bound", word, 64, &number, error);
        options->bound = (uint32_t)number;
        options->bound_given = true;
        break;
    case 's':
        return read_strategy(options, word, error);
    case 'r':
        return read_number("--seed", word, UINT64_MAX, &options->seed, error);
    case 'n':
        return read_number("--schedules", word, UINT64_MAX, &options->schedules, error);
    case 't':
        return read_seconds(options, word, error);
    case 'd':
        bad = read_number("--depth", word, 16, &number, error);
        options->depth = (uint32_t)number;
        break;
    case OPTION_SPURIOUS:
        bad = read_number("--spurious", word, 1000, &number, error);
        options->spurious = (uint32_t)number;
        break;
    case OPTION_DECISIONS:
        bad = read_number("--decisions", word, 1u << 30, &number, error);
        options->decisions = (uint32_t)number;
        break;
    case OPTION_REPEAT:
        bad = read_number("--repeat", word, 100000, &number, error);
        options->repeat = (uint32_t)number;
        break;
    case OPTION_ALL_ORDERS:
        options->all_orders = true;
        break;
    case OPTION_PLAIN:
        options->plain = true;
        break;
    case OPTION_STATES:
        options->states = true;
        break;
    case OPTION_RUNTIME:
        options->runtime = word;
        break;
    case OPTION_BUILD_ONLY:
        options->build_only = true;
        break;
    case OPTION_STATUS:
        bad = read_number("--status", word, 255, &number, error);
        options->status = (int)number;
        break;
    case 'e':
        options->expect = word;
        if (access(word, R_OK) != 0) {
            snprintf(error, EXPLORE_ERROR_MAX, "cannot read the output that is right, %s: %s", word, strerror(errno));
            return -1;
        }
        break;
    case OPTION_STRICT:
        options->strict = true;
        break;
    case OPTION_ALLOW:
        if (options->allowed_count == EXPLORE_NAMES_MAX)
            return wrong(error, "--allow", word, "64 names at most");
        options->allowed[options->allowed_count++] = word;
        break;
    case OPTION_FORK:
        options->fork = true;
        break;
    case 'w':
        options->replay = word;
        break;
    case 'T':
        options->trace = word;
        break;
    case 'j':
        options->json = true;
        break;
    case OPTION_HELP:
        options->help = true;
        break;
    default:
        snprintf(error, EXPLORE_ERROR_MAX, "cannot take that option; try: trapflow explore --help");
        return -1;
    }
    return bad;
}

static bool is_compiler(const char *word)
{
    const char *name = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;
    return strcmp(name, "cc") == 0 || strncmp(name, "gcc", 3) == 0 || strncmp(name, "clang", 5) == 0;
}

/* What stands after the options: CC-ARGUMENTS [-- ARGUMENTS] or PROGRAM [-- ARGUMENTS]. */
static int read_rest(struct options *options, int argc, char **argv, int at, char error[EXPLORE_ERROR_MAX])
{
    int first = at;
    while (at < argc && strcmp(argv[at], "--") != 0)
        at++;
    int count = at - first;
    if (count > 0 && !options->build && build_is_source(argv[first])) /* what else could it mean? */
        options->build = true;
    if (options->build && count > 1 && is_compiler(argv[first])) { /* a whole command line, as one compiles */
        options->compiler = argv[first++];
        count--;
    }
    options->arguments = at < argc ? argv + at + 1 : argv + argc;
    options->argument_count = at < argc ? argc - at - 1 : 0;
    if (options->build) {
        options->cc_arguments = argv + first;
        options->cc_count = count;
    } else if (count == 1) {
        options->program = argv[first];
    }
    if (count > 0 && (options->build || count == 1))
        return 0;
    if (count == 0)
        snprintf(error, EXPLORE_ERROR_MAX, "no %s given; try: trapflow explore --build -- SOURCE.c",
                 options->build ? "source" : "program");
    else
        snprintf(error, EXPLORE_ERROR_MAX,
                 "more than one program given, %s and %s; a program's own arguments come after --: %s -- %s",
                 argv[first], argv[first + 1], argv[first], argv[first + 1]);
    return -1;
}

int explore_options_read(struct options *options, int argc, char **argv, char error[EXPLORE_ERROR_MAX])
{
    int option;
    *options = (struct options){.bound = 2,
                                .depth = 3,
                                .spurious = 1,
                                .decisions = 100000,
                                .seed = 1,
                                .seconds = 60,
                                .compiler = "gcc",
                                .repeat = 1};
    optind = 0; /* another subcommand may have used getopt in this process */
    opterr = 0;
    while ((option = getopt_long(argc, argv, "+bc:o:k:s:r:n:t:d:e:w:T:j", long_options, NULL)) != -1)
        if (read_option(options, option, optarg, error) != 0)
            return -1;
    return options->help ? 0 : read_rest(options, argc, argv, optind, error);
}
