/* An engine runs guest code on the real CPU until it traps.  Its verbs; behind them ptrace, later /dev/kvm.
 * An engine knows nothing of operating systems, of steps, or of who should run next. */
#ifndef LDE_ENGINE_H
#define LDE_ENGINE_H

#include "lde-model/trap.h"

#include <sys/types.h>
#include <time.h>

/* Where guest code runs: with ptrace, one host process, which is one address space. */
struct context {
    pid_t pid;           /* 0: not made yet, or gone */
    unsigned seat;       /* the CPU that it was last let run on */
    bool held;           /* job control has stopped it: it cannot run, and loses each turn, until SIGCONT */
    uint64_t held_at;    /* how often any guest had been let run when it lost its last one */
    clockid_t cpu_clock; /* the CPU time that this guest has used */
    uint64_t born_ns;    /* what of that its making took */
    struct memory_space space;
};

struct engine {
    const char *name;
    /* Makes a context that shows `space` and nothing else; `registers` are a fresh guest's, to be given to
     * registers_start.  Returns 0, or −1 with a line in `error`. */
    int (*create)(struct context *context, const struct memory_space *space, struct registers *registers,
                  char error[256]);
    /* Loads `registers` and lets the context's code run on the CPU of `seat`, where nobody else does.  Returns at
     * once. */
    void (*resume)(struct context *context, unsigned seat, struct registers *registers);
    /* Of `count` contexts that were resumed, the index of one that has stopped; if several have, the first is not
     * passed over.  Waits until there is one.  −1: an alarm rang meanwhile, perhaps for a CPU on which nobody runs. */
    int (*first)(struct context *const resumed[], unsigned count);
    /* Waits until this context, which was resumed, traps; stores its registers then.  A guest that somebody killed
     * is reported as trap->cause CAUSE_EXIT; so is every failure of the engine on a dead guest. */
    void (*wait)(struct context *context, struct registers *registers, struct trap *trap);
    /* Kills and reaps; harmless on a context that is gone. */
    void (*destroy)(struct context *context);
};

extern const struct engine engine_ptrace;

/* CPU time used by the context so far, in ns; 0 once it is gone. */
uint64_t context_cpu_ns(const struct context *context);

#endif
