/* Runs a program as the harness runs every subject: in a process group of its own, with a deadline, its output
 * captured, and nothing of it left behind.  Knows nothing of verdicts.
 */
#ifndef TESTS_HARNESS_RUN_H
#define TESTS_HARNESS_RUN_H

#include <stdbool.h>
#include <stddef.h>

enum { RUN_DEADLINE_DEFAULT_MS = 20000, RUN_OUTPUT_DEFAULT = 16 * 1024 * 1024 };

struct run_options {
    const char *const *argv;        /* NULL-terminated; argv[0] is looked up in PATH if it has no slash */
    const char *const *environment; /* "NAME=value", NULL-terminated, added to ours; may be NULL */
    const char *directory;          /* working directory; NULL: ours */
    const char *input;              /* standard input; NULL: empty */
    size_t input_size;              /* bytes of `input`; 0: up to its terminator */
    unsigned deadline_ms; /* then the whole group is killed; 0: RUN_DEADLINE_DEFAULT_MS; × $TRAPBOOK_PATIENCE */
    size_t output_limit;  /* bytes kept of each stream, the rest is read and thrown away; 0: the default */
    unsigned uid;         /* run as this user (group likewise); 0: as we are */
    int (*before_exec)(const char *program); /* called last in the child, with argv[0]; an errno ends it; may be NULL */
};

struct run_result {
    int status;      /* as from waitpid */
    bool timed_out;  /* the deadline passed and the group was killed */
    bool cut;        /* a stream was longer than the limit */
    char *out, *err; /* captured, terminated by a 0 that the size does not count */
    size_t out_size, err_size;
};

/* Runs to the end.  Returns 0, or an errno if the program could not even be started (result is then empty:
 * ENOENT, EACCES, ENOEXEC as exec said).  Call from one thread at a time.  Release with run_free. */
int run_command(const struct run_options *options, struct run_result *result);
void run_free(struct run_result *result);

/* The exit status if the program exited, 128 + signal if it was killed: what a shell would say. */
int run_exit_code(const struct run_result *result);

/* How much longer than a real CPU the one at hand may take: $TRAPBOOK_PATIENCE, 1 where it is not set.  Every deadline
 * is multiplied by it already; a test that sets one of its own does the same. */
unsigned run_patience(void);

/* Shorthand: run_command on the words given, NULL-terminated, with the defaults. */
int run_words(struct run_result *result, const char *word, ...) __attribute__((sentinel));

#endif
