/* The options of `lde run`.  Says what is wrong with them; does not run anything. */
#include "lde-model/command/command.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_STATS = 256,
    OPTION_JSON,
    OPTION_VM,
    OPTION_SHOW_HOST,
    OPTION_SLICES,
    OPTION_CPUS,
    OPTION_PATIENCE,
    OPTION_STACKS
};

static const struct argp_option run_argp_options[] = {
    {"mode", 'm', "MODE", 0, "bare or trap (lde modes lists them); --vm means trap", 0},
    {"slice", 's', "LENGTH", 0, "a turn on the CPU: 10ms of real time, the default, or traps:N for virtual time", 0},
    {"trace", 't', "FILE", 0, "write every step there, for trapflow render", 0},
    {"stats", OPTION_STATS, "FILE", OPTION_ARG_OPTIONAL, "say at the end what it cost; in FILE, or on stdout", 0},
    {"cpus", OPTION_CPUS, "N", 0, "CPUs of the host that the VMs share, 1 if not told: so many run at once", 0},
    {"slices", OPTION_SLICES, "N", 0, "end when the first guest has used up N slices", 0},
    {"patience", OPTION_PATIENCE, "TIME", 0,
     "with traps:N: the CPU time that a guest may use without a trap until the real alarm ends its turn, 1s", 0},
    {"json", OPTION_JSON, NULL, 0, "--stats as one line of JSON", 0},
    {"vm", OPTION_VM, "OS:PROG[,PROG…]", 0, "a virtual machine with that OS and programs; more than once for several",
     0},
    {"show-host", OPTION_SHOW_HOST, NULL, 0, "trace the host OS, too: what being of type 2 costs", 0},
    {"stacks", OPTION_STACKS, NULL, 0, "trace stacks, too, of guests and of this program, and registers, at every stop",
     0},
    {0},
};

static _Noreturn void bad(const char *format, const char *what)
{
    lde_say(format, what);
    exit(COMMAND_BAD_INPUT);
}

static void *grow(void *array, size_t count, size_t size)
{
    void *larger = reallocarray(array, count, size);
    if (larger == NULL)
        bad("cannot keep the command line: %s", "out of memory");
    return larger;
}

/* The number from 1 to a million that `text` begins with, and what follows it; 0 if it begins otherwise. */
static unsigned long leading_number(const char *text, char **rest)
{
    errno = 0;
    const unsigned long number = strtoul(text, rest, 10);
    return *text < '0' || *text > '9' || errno != 0 || number > 1000000 ? 0 : number;
}

/* "10ms", "500us", "1s" in ns; 0 for anything else. */
static uint64_t parse_time(const char *text)
{
    char *unit;
    const unsigned long number = leading_number(text, &unit);
    const uint64_t scale = strcmp(unit, "us") == 0   ? 1000
                           : strcmp(unit, "ms") == 0 ? 1000000
                           : strcmp(unit, "s") == 0  ? 1000000000
                                                     : 0;
    return number * scale;
}

static unsigned parse_count(const char *text)
{
    char *end;
    const unsigned long number = leading_number(text, &end);
    if (number == 0 || *end != '\0')
        bad("cannot use '%s': write a number from 1", text);
    return (unsigned)number;
}

/* A time, or "traps:7" */
static void parse_slice(struct run_options *options, const char *text)
{
    const bool traps = strncmp(text, "traps:", 6) == 0;
    char *end = "";
    options->slice_traps = traps ? leading_number(text + 6, &end) : 0;
    options->slice_ns = traps ? 0 : parse_time(text);
    if ((options->slice_traps == 0 && options->slice_ns == 0) || *end != '\0')
        bad("cannot use the slice '%s': write a time such as 10ms, 500us or 1s, or traps:N with N from 1", text);
}

static void parse_patience(struct run_options *options, const char *text)
{
    options->patience_ns = parse_time(text);
    if (options->patience_ns < 1000000)
        bad("cannot use the patience '%s': write a time from 1ms, such as 100ms or 1s", text);
}

static void parse_program(struct run_options *options, const char *text)
{
    if (options->programs == COMMAND_PROGRAMS)
        bad("cannot load guest '%s': the machine has room for 16 processes", text);
    if (strncmp(text, "yieldos:", 8) == 0)
        bad("cannot run '%s' in mode bare: its one OS is TickOS; try --vm", text);
    if (strncmp(text, "tickos:", 7) == 0)
        text += 7;
    if (guests_find(&options->program[options->programs++], "tickos", text) != 0)
        exit(COMMAND_BAD_INPUT);
}

/* "tickos:hello,spin 100" */
static void parse_vm(struct run_options *options, char *text)
{
    const char *colon = strchr(text, ':');
    const char *os = colon == NULL ? NULL : guests_os(text, (size_t)(colon - text));
    if (os == NULL)
        bad("cannot make the VM '%s': write OS:PROG, with OS tickos or yieldos (lde guests lists both)", text);
    if (options->vms == COMMAND_VMS)
        bad("cannot make the VM '%s': there are 128 already", text);
    options->vm = grow(options->vm, options->vms + 1, sizeof *options->vm);
    struct vm_request *vm = &options->vm[options->vms++];
    *vm = (struct vm_request){.os = os};
    guests_kernel(vm->kernel, os);
    char *rest = text + (colon - text) + 1;
    for (char *word; (word = strsep(&rest, ",")) != NULL;) {
        if (vm->programs == COMMAND_PROGRAMS)
            bad("cannot load guest '%s': a VM has room for 16 processes", word);
        vm->program = grow(vm->program, vm->programs + 1, sizeof *vm->program);
        if (guests_find(&vm->program[vm->programs++], os, word) != 0)
            exit(COMMAND_BAD_INPUT);
    }
}

static error_t parse_option(int key, char *argument, struct argp_state *state)
{
    struct run_options *options = state->input;
    switch (key) {
    case 'm':
        options->mode = argument;
        break;
    case 's':
        parse_slice(options, argument);
        break;
    case 't':
        options->trace = argument;
        break;
    case OPTION_STATS:
        options->stats = true;
        options->stats_file = argument;
        break;
    case OPTION_SLICES:
        options->slices = parse_count(argument);
        break;
    case OPTION_CPUS:
        options->cpus = parse_count(argument);
        break;
    case OPTION_PATIENCE:
        parse_patience(options, argument);
        break;
    case OPTION_JSON:
        options->json = true;
        break;
    case OPTION_VM:
        parse_vm(options, argument);
        break;
    case OPTION_SHOW_HOST:
        options->show_host = true;
        break;
    case OPTION_STACKS:
        options->stacks = true;
        break;
    case ARGP_KEY_ARG:
        parse_program(options, argument);
        break;
    case ARGP_KEY_ERROR: /* argp itself would say it in two lines */
        bad("cannot use '%s': no such option, or its value is missing (lde run --help)",
            state->argv[state->next > 1 ? state->next - 1 : 0]);
    default:
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

static void write_command_line(struct run_options *options, int argc, char **argv)
{
    size_t used = (size_t)snprintf(options->command_line, sizeof options->command_line, "lde");
    for (int i = 0; i < argc && used < sizeof options->command_line; i++) {
        const char *quote = strpbrk(argv[i], " \t") != NULL ? "'" : "";
        used += (size_t)snprintf(options->command_line + used, sizeof options->command_line - used, " %s%s%s", quote,
                                 i == 0 ? "run" : argv[i], quote);
    }
}

static void check(struct run_options *options)
{
    if (options->mode == NULL)
        options->mode = options->vms > 0 ? "trap" : "bare";
    const bool bare = strcmp(options->mode, "bare") == 0;
    if (!bare && strcmp(options->mode, "trap") != 0)
        bad("cannot run in mode '%s': no such mode (lde modes lists them)", options->mode);
    if (bare && options->cpus > 1)
        bad("cannot use more than one CPU in mode %s: its OS has one; VMs share more (--vm tickos:PROG)", "bare");
    if (bare && options->vms > 0)
        bad("cannot make a VM in mode %s: there the one OS has the machine; try --mode trap", options->mode);
    if (!bare && options->programs > 0)
        bad("cannot run '%s' outside of a VM in mode trap: try --vm tickos:PROG", options->program[0].text);
    if ((options->stacks || options->show_host) && options->trace == NULL)
        bad("cannot show %s without a trace to show it in: add --trace FILE",
            options->stacks ? "stacks" : "the host OS");
    if (options->programs + options->vms == 0)
        bad("nothing to run: name a guest, as in lde run %s (lde guests lists them)", "hello");
}

/* Told not to speak of errors, argp would not speak of help either. */
static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-?") == 0 || strcmp(argv[i], "--usage") == 0)
            return true;
    }
    return false;
}

void options_parse(struct run_options *options, int argc, char **argv)
{
    static char name[] = "lde run";
    const struct argp argp = {
        .options = run_argp_options,
        .parser = parse_option,
        .args_doc = "PROG…",
        .doc = "Run guest programs on one CPU or more, each PROG a name from `lde guests`, with arguments in quotes: "
               "'getppid-loop 1000'.\v"
               "Guests' output goes to stdout, messages to stderr.  Exits 0 if every guest ended by itself with status "
               "0, 1 if one did not, 2 on bad input.",
    };
    *options = (struct run_options){.cpus = 1, .slice_ns = 10000000, .patience_ns = 1000000000};
    argp_err_exit_status = COMMAND_BAD_INPUT;
    write_command_line(options, argc, argv);
    argv[0] = name;
    argp_parse(&argp, argc, argv, asks_help(argc, argv) ? 0 : ARGP_NO_ERRS, NULL, options);
    if (options->json && !options->stats)
        options->stats = true;
    check(options);
}
