/* The channel between `trapflow explore` and the runtime inside the explored program: one shared mapping.
 *
 *   config    written by the command before the program starts, read once by the runtime
 *   outcome   written by the runtime; `schedules` counts up while it works, so that a killed run still tells
 *   choices   the schedule of the run that failed (or the one to replay)
 *   steps     what that run did, one step a visible operation, when the command asked for a recording
 *
 * Plain data, no pointers: addresses in it are numbers of the explored program.
 */
#ifndef TRACER_EXPLORE_CHANNEL_H
#define TRACER_EXPLORE_CHANNEL_H

#include "tracer/explore/explore.h"

#include <stdatomic.h>
#include <stdint.h>

#define CHANNEL_VARIABLE "TRAPBOOK_EXPLORE" /* environment: the descriptor's number */

enum {
    CHANNEL_MAGIC = 0x65787031,
    CHANNEL_VERSION = 3,
    CHANNEL_CHOICES = 65536, /* decisions with more than one candidate in a run */
    CHANNEL_STEPS = 65536,
    CHANNEL_OUTPUT = 16384,  /* bytes of the program's output that are kept */
    CHANNEL_COMPLAINT = 512, /* and of what it wrote last to standard error */
    CHANNEL_WATCHES = 4,
    CHANNEL_BLOCKS = 256,
    CHANNEL_CYCLE = 8,
    CHANNEL_TEXT = 256,
};

enum explore_strategy {
    STRATEGY_EXHAUSTIVE,
    STRATEGY_PCT,
    STRATEGY_RANDOM,
    STRATEGY_REPLAY,
    STRATEGY_DELAY,
    STRATEGY_END
};
enum explore_engine { ENGINE_FIBRES, ENGINE_FORK };

/* Memory whose plain accesses are decisions too: the object of a race, to draw how it goes wrong. */
struct channel_watch {
    uint64_t address;
    uint64_t size;
};

struct channel_config {
    uint64_t nonce; /* of this run; the outcome must bring it back */
    uint64_t seed;
    uint64_t schedules_max; /* 0: no limit */
    uint32_t strategy, engine;
    uint32_t bound_first, bound; /* exhaustive, delay: deviations a schedule may have, from and to */
    uint32_t depth;              /* PCT: bugs of this many ordering constraints */
    uint32_t decisions_max;      /* of one run; more is a limit, not a verdict */
    uint32_t spurious_max;       /* spurious wake-ups a run */
    uint32_t record;             /* 1: fill `steps` in the last run */
    uint32_t plain;              /* 1: a decision at every call, also where it cannot matter (schedule.c) */
    uint32_t reduce;             /* 1: do not go on where an equal past has been explored from (history.c) */
    uint32_t tries;              /* 1: the program has calls that see whether a lock is free without waiting for it */
    uint32_t stateful;           /* 1: the program keeps state in libraries, where the runtime cannot look */
    uint32_t states;             /* 1: count the different final contents of the globals */
    uint32_t ignore_races;       /* 1: go on after a race on watched memory, in search of what it breaks */
    uint32_t expect_status;      /* the exit status that is right */
    uint32_t expect_output;      /* 1: compare the output with `output` below */
    uint32_t output_size;
    uint32_t watches;
    struct channel_watch watch[CHANNEL_WATCHES];
    uint32_t choices;      /* STRATEGY_REPLAY: how many */
    _Atomic uint32_t stop; /* set by the command: end after the current run */
};

/* Memory from malloc, in a recorded run: by its size a struct can be told, and by that what lies where. */
struct channel_block {
    uint64_t address;
    uint64_t size;
};

/* What a use of an object's memory was, beyond reading and writing: to use it, begin it or end it must be ordered, too.
 */
enum use_of_object { USE_PLAIN, USE_CALL, USE_BEGIN, USE_END, USE_FREE };

/* One thread's part in a finding: what it did, or what it waits for. */
struct channel_party {
    uint32_t thread;
    uint32_t call; /* enum thread_call; CALL_NONE: a memory access */
    uint64_t pc;
    uint64_t held_pc; /* where the thing waited for was taken */
    uint64_t object;
    uint64_t signals; /* that it waits for, a bit for each */
    uint32_t object_kind;
    uint32_t other; /* the thread waited for; UINT32_MAX: none */
    uint32_t size;  /* of an access */
    uint32_t write; /* 1: the access writes */
    uint32_t step;  /* index into steps, UINT32_MAX if not recorded */
    uint32_t atomic;
    uint32_t life;  /* of an access: enum use_of_object */
    uint32_t ended; /* 1: the thread waited for has ended */
};

enum outcome_status { OUTCOME_RUNNING, OUTCOME_DONE, OUTCOME_FOUND, OUTCOME_LIMIT, OUTCOME_REFUSED, OUTCOME_CUT };

struct channel_outcome {
    uint64_t nonce;
    uint32_t status; /* enum outcome_status */
    uint32_t finding;
    _Atomic uint64_t schedules; /* executed at the current bound */
    _Atomic uint64_t runs;      /* executed in all, the smaller bounds' runs included */
    uint64_t completed, cut;    /* schedules of the last bound that was completed; runs that a sample left at a limit */
    int32_t bound_done;         /* the largest bound enumerated completely; -1: none */
    uint32_t unbounded;         /* 1: no schedule was left out because of the bound */
    uint32_t relaxed;           /* 1: relaxed atomics were met */
    uint32_t forced;            /* how often a thread that span or yielded had to let others go first */
    uint32_t decisions_most;    /* of one run */
    uint32_t threads_most;
    uint32_t parties;
    struct channel_party party[CHANNEL_CYCLE];
    int32_t exit_status;
    uint32_t choices, steps, output_size, complaint_size, blocks;
    uint64_t states, states_hash; /* how many different final contents of the globals, and a hash of their set */
    uint64_t schedule_hash;       /* of every decision of every run: equal for equal explorations */
    uint64_t zero_pc;             /* here an object is used that only calloc has set to zero; 0: nowhere */
    char text[CHANNEL_TEXT];      /* the assertion, the limit, the reason of a refusal */
};

#define HANDLE_BASE 0x7000ul /* a pthread_t in the explored program is this and the number of the thread */
#define NO_THREAD UINT32_MAX
#define NO_STEP UINT32_MAX

/* One visible operation of the recorded run. */
struct channel_step {
    uint64_t pc, address, value;
    uint64_t time; /* virtual, ns */
    uint32_t thread, size;
    uint16_t kind; /* enum event_kind */
    uint16_t call; /* enum thread_call */
    uint16_t object_kind, order;
    int32_t result;
    uint32_t other;      /* thread or, for a RACE, the other access's step */
    uint32_t chosen, of; /* CHOICE */
};

struct channel {
    uint32_t magic, version;
    struct channel_config config;
    struct channel_outcome outcome;
    uint8_t choices[CHANNEL_CHOICES];
    char output[CHANNEL_OUTPUT]; /* of the failing run */
    char complaint[CHANNEL_COMPLAINT];
    char expected[CHANNEL_OUTPUT];
    struct channel_step step[CHANNEL_STEPS];
    struct channel_block block[CHANNEL_BLOCKS]; /* the first ones; `outcome.blocks` of them */
};

#endif
