/* The command's side of the explorer, seen from inside: options → build → session(s) → report. */
#ifndef TRACER_EXPLORE_COMMAND_H
#define TRACER_EXPLORE_COMMAND_H

#include "tracer/explore/channel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EXPLORE_NAMES_MAX = 64, EXPLORE_ERROR_MAX = 1024 };

struct options {
    bool build, strict, json, fork, plain, all_orders, states, build_only, help;
    bool bound_given, strategy_given;
    enum explore_strategy strategy;
    uint32_t bound, depth, spurious, decisions, repeat;
    uint64_t seed, schedules;
    double seconds;
    int status;
    const char *compiler, *output, *trace, *replay, *expect, *runtime;
    const char *allowed[EXPLORE_NAMES_MAX]; /* contract names that a strict build may use */
    unsigned allowed_count;
    char **cc_arguments; /* with --build: `cc_count` of them */
    int cc_count;
    const char *program; /* without */
    char **arguments;    /* the program's own, NULL-terminated */
    int argument_count;
};

/* Reads the command line.  Returns 0; or −1 with one line in `error`. */
int explore_options_read(struct options *options, int argc, char **argv, char error[EXPLORE_ERROR_MAX]);
void explore_options_help(void);

/* ---- build.c, object.c ---- */

struct build {
    char folder[256]; /* of our own, removed by build_free; "" if none */
    char program[512];
    uint64_t hash;    /* of the program: a witness of another build is refused */
    bool stateful;    /* it keeps state in libraries that cannot be put back: fork engine */
    char reason[256]; /* which function made it so */
    bool tries;       /* it has calls that look at a lock without waiting for it */
    bool reads;       /* it reads standard input */
};

/* Compiles, checks and links (or checks the program given).  Returns 0, or −1 with a text in `error`: one line, but for
 * a compiler's own messages, which have gone to stderr. */
int build_program(struct build *build, const struct options *options, char error[EXPLORE_ERROR_MAX]);
void build_free(struct build *build);
bool build_is_source(const char *word); /* by its name */
int build_run(char *const argv[]);      /* runs a command, returns its exit status; 127 if there is none */

/* Looks through one compiled object.  Returns 0, or −1 with the reason for a refusal in `error`.  `strict`: the object
 * is a submission: only names of the allow-list, no names of the runtime.  Sets build->stateful and build->reason. */
int object_check(const char *path, const char *source, const struct options *options, struct build *build,
                 char error[EXPLORE_ERROR_MAX]);
/* Reads from a built program what object_check found in its objects. */
void object_marks(const char *path, struct build *build);
int object_hash(const char *path, uint64_t *hash, bool *is_ours);
/* ---- source.c ---- */

/* Looks for inline assembly and, in a submission, for what hides accesses from the instrumentation. */
int source_check(const char *assembler, const char *preprocessed, const char *source, bool strict,
                 char error[EXPLORE_ERROR_MAX]);

/* ---- session.c: one process of the program, exploring ---- */

struct session {
    struct channel *channel; /* mapped: configure it before, read it after */
    int descriptor;
    int input;      /* what every run reads; -1: nothing */
    double seconds; /* wall time of the last run */
    bool lost;      /* the process ended without its last word */
    int status;     /* as from waitpid */
};
int session_open(struct session *session, const struct build *build, char error[EXPLORE_ERROR_MAX]);
void session_configure(struct session *session, const struct options *options, const struct build *build);
int session_run(struct session *session, const struct options *options, const struct build *build, double seconds,
                char error[EXPLORE_ERROR_MAX]);
void session_close(struct session *session);

/* ---- witness.c ---- */

enum { WITNESS_MAX = 4096 };
/* HASH.[w ADDRESS-SIZE.]…CHOICES: numbers count default choices, letters are others: 12a3b. */
void witness_write(char text[WITNESS_MAX], const struct build *build, const struct channel *channel, uint32_t choices);
int witness_read(const char *text, const struct build *build, struct channel *channel, char error[EXPLORE_ERROR_MAX]);

/* ---- lines.c: addresses of the program in words ---- */

struct lines;
struct lines *lines_open(const char *program, const struct channel *channel); /* which it looks into when asked */
void lines_close(struct lines *lines);
bool lines_place(struct lines *lines, uint64_t return_address, char *text, size_t size,
                 unsigned *line); /* "tally.c:17" */
void lines_source(struct lines *lines, uint64_t return_address, char *text,
                  size_t size);                                                  /* that line of the source file */
void lines_name(struct lines *lines, uint64_t address, char *text, size_t size); /* "counts+16" */
/* The same for any object: of an OBJECT_SIGNAL the address is its number. */
void lines_object(struct lines *lines, unsigned kind, uint64_t address, char *text, size_t size);

/* ---- steps.c: of the recorded schedule ---- */

bool steps_matter(const struct channel *channel, const struct channel_step *step);    /* it explains the finding */
bool steps_are_drawn(const struct channel *channel, const struct channel_step *step); /* …or where it belongs */

/* Where more explain it than there is room for: without the values read, then without any but what it is about. */
enum steps_sparing { STEPS_ALL, STEPS_WITHOUT_READS, STEPS_CALLS };
bool steps_matter_most(const struct channel *channel, const struct channel_step *step, enum steps_sparing sparing);

/* ---- words.c ---- */

const char *words_say(const struct channel_outcome *outcome); /* what a finding is */
const char *words_ask(const struct channel_outcome *outcome); /* …and what leads to its cause */
const char *words_ask_of(enum explore_finding finding);       /* whatever led to it */

/* ---- report.c, draw.c ---- */

struct verdict {
    const char *name; /* "PASS", … */
    int exit_status;
    char witness[WITNESS_MAX];
    char message[16384];
    char proof[1024];
    char note[384];                  /* what is no failure, and still worth knowing; "" if nothing is */
    char output[CHANNEL_OUTPUT + 1]; /* of the failing run */
    double seconds;
    uint64_t schedules, runs;
    const char *bounded_by; /* what `bound` counts: "preemptions" */
    int bound;
    bool complete, unbounded, relaxed;
    const char *engine;
    enum explore_finding finding, consequence; /* what the race leads to, where it was shown */
    uint64_t schedule_hash;
    uint64_t states, states_hash;
    uint32_t decisions, threads;
};
void report_message(struct verdict *verdict, const struct channel *channel, struct lines *lines,
                    const struct options *options);
void report_print(const struct verdict *verdict, const struct options *options);
int draw_log(const char *path, const struct channel *channel, const struct channel_outcome *found, struct lines *lines,
             const struct verdict *verdict, const char *program, char error[EXPLORE_ERROR_MAX]);

/* ---- explore.c, failure.c: one exploration, from its options to its verdict ---- */

struct exploration {
    struct options options;
    struct build build;
    struct session session;
    struct verdict verdict;
    struct channel_outcome found; /* of the first failing run */
    int delays;       /* enumerated completely, after the enumeration by preemptions had hit a limit; or −1 */
    uint64_t sampled; /* schedules, by a search after the enumeration */
    bool cut;         /* the enumeration met a run that is too long */
    char error[EXPLORE_ERROR_MAX];
};

struct channel_outcome *exploration_outcome(struct exploration *e);
int exploration_run(struct exploration *e, double seconds); /* the program, as the channel is configured; −1: error */
void exploration_decide(struct exploration *e, const char *name, int exit_status);
void exploration_fail(struct exploration *e); /* the last run failed: shows how, and decides */

/* ---- search.c: 1: it found something, 0: not, −1: an error ---- */

enum { SAMPLES_DEFAULT = 10000 };
int search_after_limit(struct exploration *e); /* of the enumeration: other strategies */
int search_beyond(struct exploration *e);      /* the bound that was enumerated completely */

#endif
