/* Reads a subcommand's options and refuses what it does not know.
 *
 * argp's own complaint takes three lines, names the program but not the remedy, and cannot be replaced; so it is
 * silenced (which silences its --help, too) and both are said here.  Knows no subcommand.
 */
#include "tracer/usage.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_USAGE = 0x7f00 };

struct reading {
    const struct argp *argp; /* the subcommand's own */
    const struct argp *all;  /* with what is added here */
    char *name;              /* "trapflow record" */
    void *input;
};

void usage_refuse(const char *format, ...)
{
    va_list words;

    fputs("trapflow: ", stderr);
    va_start(words, format);
    vfprintf(stderr, format, words);
    va_end(words);
    fputc('\n', stderr);
    exit(argp_err_exit_status);
}

/* ---- which word is wrong ---- */

/* The option that a word such as "--output=x" or "-o" spells, or NULL. */
static const struct argp_option *option_of(const struct argp *argp, const char *word)
{
    size_t length = strcspn(word, "=");

    for (const struct argp_option *option = argp->options; option->name != NULL; option++)
        if (word[1] == '-' ? strlen(option->name) + 2 == length && strncmp(option->name, word + 2, length - 2) == 0
                           : word[1] == option->key && word[2] == '\0')
            return option;
    return NULL;
}

/* A word is consumed before it is found wrong; but of letters in one word (-Sx) only after the last of them. */
static const char *wrong_word(const struct argp *argp, const struct argp_state *state)
{
    const char *word = state->argv[state->next - 1];
    const struct argp_option *option = option_of(argp, word);
    bool innocent = word[0] != '-' || (option != NULL && option->arg == NULL && strchr(word, '=') == NULL);

    return innocent && state->next < state->argc ? state->argv[state->next] : word;
}

static void refuse_word(const struct reading *reading, const struct argp_state *state)
{
    const char *name = reading->name + strlen("trapflow "), *word = wrong_word(reading->argp, state);
    const struct argp_option *option = option_of(reading->argp, word);

    if (option != NULL && option->arg != NULL)
        usage_refuse("option '%s' of %s wants a value: %s %s; trapflow %s --help says more", word, name, word,
                     option->arg, name);
    if (option != NULL)
        usage_refuse("option '%s' of %s takes no value; trapflow %s --help says more", word, name, name);
    usage_refuse("unknown option '%s' for %s; trapflow %s --help lists them", word, name, name);
}

/* ---- argp's callbacks ---- */

int usage_told(int status, int bad)
{
    int number;

    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    number = errno != 0 ? errno : EIO; /* an earlier write has failed, and its reason is gone */
    fprintf(stderr, "trapflow: cannot write standard output: %s (%s); is there room, and is it open?\n",
            strerror(number), strerrorname_np(number));
    return bad;
}

static void help(const struct reading *reading, unsigned parts)
{
    argp_help(reading->all, stdout, parts, reading->name);
    exit(usage_told(0, argp_err_exit_status));
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    struct reading *reading = state->input;

    (void)value;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = reading->input;
        return 0;
    case '?':
        help(reading, ARGP_HELP_STD_HELP & ~(unsigned)ARGP_HELP_EXIT_OK);
        return 0;
    case KEY_USAGE:
        help(reading, ARGP_HELP_USAGE);
        return 0;
    case 'V':
        puts(argp_program_version);
        exit(usage_told(0, argp_err_exit_status));
    case ARGP_KEY_ERROR:
        refuse_word(reading, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void usage_read(const struct argp *argp, int argc, char **argv, unsigned flags, int bad, void *input)
{
    static const struct argp_option added[] = {{"help", '?', 0, 0, "this list", -1},
                                               {"usage", KEY_USAGE, 0, 0, "the options in short", -1},
                                               {"version", 'V', 0, 0, "the version of Trapbook", -1},
                                               {0}};
    struct argp own = *argp;
    struct argp_child children[] = {{&own, 0, NULL, 0}, {0}};
    struct argp all = {added, parse, argp->args_doc, argp->doc, children, argp->help_filter, NULL};
    struct reading reading = {argp, &all, argv[0], input};

    own.doc = own.args_doc = NULL; /* said once, by `all` */
    argp_err_exit_status = bad;
    argp_parse(&all, argc, argv, flags | ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &reading);
}
