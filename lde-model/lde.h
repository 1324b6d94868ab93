/* What one run of the model has in common, whatever the mode. */
#ifndef LDE_LDE_H
#define LDE_LDE_H

#include "lde-model/engine.h"
#include "lde-model/engine/seats.h"
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
    uint64_t fingerprint; /* of its code, once loaded */
    uint64_t cpu_ns;      /* after the run: CPU time used (mode bare), */
    int status;           /* and how it ended, as wait4 reports it; −1: it did not */
};

struct lde_counts {
    uint64_t traps[CAUSE_END]; /* by enum trap_cause */
    uint64_t calls;            /* system calls brought back to their process: reflected ones under a hypervisor */
    uint64_t call_ns;          /* from resumption to resumption: its computing between two calls is in it */
    uint64_t switches;         /* the CPU went to another guest */
    uint64_t
        hops[MODE_END]; /* times that code in this virtual mode was let run, or (MODE_HYPERVISOR) a trap handled, */
    uint64_t hop_ns[MODE_END]; /* and how long that took, the way into the mode and out of it included */
    uint64_t
        cpu_ns[MODE_END]; /* and for how much of it the guest had a CPU: the rest, the host switched or ran others */
    unsigned running_at_once; /* the most guests that were let run and had not stopped yet */
};

/* One CPU of the host, as guests get it. */
struct seat {
    struct context *context; /* whose code was let run here, and has not trapped yet; NULL: nobody's */
    struct registers *registers;
    enum event_mode mode;
    uint64_t resumed_ns, stopped_ns; /* real time of its last resumption, and of its last stop */
};

struct lde {
    const struct engine *engine;
    struct clock clock;
    struct ladder ladder;
    struct lde_counts counts;
    unsigned seats; /* how many */
    struct seat seat[SEATS_MAX];
    unsigned last_seat; /* the one whose trap came last */
    bool failed;        /* a guest did not end by itself with status 0 */
};

/* The two halves of a hop, by the engine: lets a guest run on a free seat, and returns at once; waits until a guest on
 * one of the seats traps, and returns which.  Both count what the hop took.
 *
 * Real time: whoever traps first.  Virtual time: the seats in turn, whoever trapped first, so that the order of events
 * does not depend on the host; guests run side by side all the same.  Once real time has stepped in, so that the run is
 * not repeatable, virtual time too takes whoever traps first.
 *
 * lde_wait returns −1 if an alarm rang for a seat where nobody runs.
 *
 * EVENT_RESUME is put between the two: when lde_resume has returned, the host has taken the request.  Its time is that
 * of the request: the guest may have run, and even trapped, before the host returned to us, and no later moment can be
 * had that is not the guest's own.  So the host's switch to the guest stands behind the resumption, with the guest's
 * run. */
void lde_resume(struct lde *lde, unsigned seat, struct context *context, enum event_mode mode,
                struct registers *registers);
int lde_wait(struct lde *lde, struct trap *trap);

/* The end of a context that ran code in this mode: counts its CPU time. */
void lde_destroy(struct lde *lde, struct context *context, enum event_mode mode);

/* One line on stderr, "lde: …"; guests' output so far appears before it. */
void lde_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
