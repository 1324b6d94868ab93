/* What one run of the model has in common, whatever the mode. */
#ifndef LDE_LDE_H
#define LDE_LDE_H

#include "lde-model/engine.h"
#include "lde-model/support/clock.h"
#include "lde-model/support/ladder.h"

enum { LDE_NAME_MAX = 160 };

/* A guest program as asked for on the command line. */
struct lde_program {
    char text[LDE_NAME_MAX];  /* as typed: "getppid-loop 1000" */
    char name[BOOT_NAME_MAX]; /* without its arguments */
    char path[4096];          /* the ELF file */
    const char *argv[16];     /* NULL-terminated; the words point into `words` */
    char words[LDE_NAME_MAX];
    uint64_t cpu_ns; /* after the run: CPU time used (mode bare), */
    int status;      /* and how it ended, as wait4 reports it; −1: it did not */
};

struct lde_counts {
    uint64_t traps[CAUSE_END]; /* by enum trap_cause */
    uint64_t calls;            /* system calls brought back to their process: reflected ones under a hypervisor */
    uint64_t call_ns;          /* from resumption to resumption: its computing between two calls is in it */
    uint64_t switches;         /* the CPU went to another guest */
    uint64_t
        hops[MODE_END]; /* times that code in this virtual mode was let run, or (MODE_HYPERVISOR) a trap handled, */
    uint64_t hop_ns[MODE_END]; /* and how long that took, the way into the mode and out of it included */
    uint64_t stopped_ns;       /* when the last guest stopped */
};

struct lde {
    const struct engine *engine;
    struct clock clock;
    struct ladder ladder;
    struct lde_counts counts;
    bool failed; /* a guest did not end by itself with status 0 */
};

/* Lets a guest run until its next trap, by the engine, and counts what the hop took. */
void lde_run(struct lde *lde, struct context *context, enum event_mode mode, struct registers *registers,
             struct trap *trap);

/* One line on stderr, "lde: …"; guests' output so far appears before it. */
void lde_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
