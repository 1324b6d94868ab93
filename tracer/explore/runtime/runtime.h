/* The explorer's runtime, seen from inside: what its files share.
 *
 *     begin_run → main() on a fibre → a call or an atomic → decide → (another fibre …) → … → end_run
 *
 * All state lies in one region at a fixed address (struct state), far from the program's own memory: so globals can be
 * put back between runs without touching ours, and a store of the program that aims at us is recognized by one
 * comparison.  One kernel thread, no locks, no malloc.
 */
#ifndef TRACER_EXPLORE_RUNTIME_H
#define TRACER_EXPLORE_RUNTIME_H

#include "tracer/event.h"
#include "tracer/explore/channel.h"
#include "tracer/threads/calls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    THREADS_MAX = 128,
    CANDIDATES_MAX = 2 * THREADS_MAX,
    OBJECT_SLOTS = 16384, /* a power of two */
    KEYS_MAX = 64,
    SEEN_MAX = 8,
    STATES_MAX = 65536,    /* a power of two */
    FAIR_TURN = 400,       /* decisions in a row before fairness takes the turn away */
    SPIN_ACCESSES = 20000, /* plain accesses without a decision before we take it for a spin */
    RECORDS_INLINE = 4,
    OVERFLOW_CELLS = 65536,
    OUTSIDE_MAX = 8192,
    LOWEST_ADDRESS = 65536, /* below it nothing is ever mapped: a store there crashes by itself */
    SENT_MAX = 256,         /* signals pending at once */
    PASTS_MAX = 1 << 22,    /* a power of two */
    AT_EXIT_MAX = 32,
};

#define STATE_BASE 0x200000000000ull
#define STATE_SIZE (64ull << 20)
#define CHANNEL_BASE (STATE_BASE + STATE_SIZE)
#define SHADOW_BASE (STATE_BASE + (128ull << 20))
#define ARENA_BASE 0x210000000000ull /* the program's stacks, then its heap */
#define STACK_SIZE (256ull << 10)
#define STACKS_SIZE (THREADS_MAX * STACK_SIZE)
#define HEAP_BASE (ARENA_BASE + STACKS_SIZE)
#define HEAP_SIZE (64ull << 20)
#define ARENA_SIZE (STACKS_SIZE + HEAP_SIZE)
#define GLOBALS_MAX (64ull << 20)
#define SHADOW_SIZE ((ARENA_SIZE + GLOBALS_MAX) / 8 * sizeof(struct cell))
#define PAST_BASE (SHADOW_BASE + SHADOW_SIZE)
#define PAST_SIZE (PASTS_MAX * sizeof(struct past))
#define OURS_END (PAST_BASE + PAST_SIZE)

/* Objects that no address of the program stands for: what they order is of the explorer's making. */
#define MARK_FENCES (STATE_BASE + 0)
#define MARK_SIGNAL(signo) (STATE_BASE + 8 + (uintptr_t)(signo))
#define MARK_SIGNALS MARK_SIGNAL(0)
#define MARK_OUTPUT (STATE_BASE + 128)
#define MARK_CANCEL(thread) (STATE_BASE + 256 + (uintptr_t)(thread))

#define CALLER ((uintptr_t)__builtin_return_address(0))

/* ---- clocks: what a thread knows of the others ---- */

struct clock {
    uint32_t time[THREADS_MAX];
};

/* ---- memory's shadow: who used these eight bytes last ---- */

struct record {
    uint32_t time;
    uint32_t pc; /* the program is linked at fixed addresses below 4 GiB */
    uint32_t step;
    uint8_t thread, mask;                    /* mask: which of the eight bytes */
    uint8_t write : 1, atomic : 1, life : 3; /* life: enum use_of_object */
};

struct cell {
    uint32_t run; /* of another run: empty */
    uint16_t used;
    uint16_t freed; /* 1: the heap block has been freed, by record[0] */
    uint32_t more;  /* index of an overflow cell, 0: none */
    struct record record[RECORDS_INLINE];
};

/* Of memory that is not in one of the ranges that we know: outside.c. */
struct outside {
    uintptr_t address;
    struct cell cell;
};

/* ---- objects: mutexes, conditions, …, and atomics, found by address ---- */

enum object_life { LIFE_UNKNOWN, LIFE_LIVE, LIFE_DESTROYED };

struct object {
    uint32_t run;
    uint8_t kind; /* enum object_kind; OBJECT_NOTHING: an atomic */
    uint8_t life; /* enum object_life */
    uint8_t recursive, errorcheck;
    uintptr_t address;
    uint32_t owner; /* thread; NO_THREAD */
    uint32_t depth; /* of a recursive lock; of a barrier: arrived */
    uint32_t readers;
    uint32_t value;   /* semaphore's value; barrier's size; once: 0 1 2 */
    uint32_t signals; /* condition: signals that met no waiter */
    uintptr_t taken_pc, ended_pc;
    uint64_t version, looks; /* history.c: of its last change, and of what has been read since */
    struct clock clock;
    uint8_t
        held[THREADS_MAX]; /* rwlock: read locks a thread holds; semaphore: units a thread took and has not posted */
};

/* ---- threads ---- */

enum wait_kind {
    WAIT_NOTHING,
    WAIT_LOCK,
    WAIT_READ,
    WAIT_WRITE,
    WAIT_CONDITION,
    WAIT_SEMAPHORE,
    WAIT_BARRIER,
    WAIT_JOIN,
    WAIT_ONCE,
    WAIT_SLEEP,
    WAIT_SIGNAL,
};

/* What must hold before a thread can go on, and until when it cares. */
struct wait {
    enum wait_kind kind;
    struct object *object;
    struct object *mutex; /* WAIT_CONDITION: to be had again, too; NULL: that is a wait of its own */
    uint32_t target;      /* WAIT_JOIN */
    bool timed;
    uint64_t deadline; /* virtual ns */
    uint64_t signals;  /* WAIT_SIGNAL: a bit for each, signal 1 lowest */
    uint16_t call;
    uintptr_t pc;
};

enum resume { RESUME_READY, RESUME_TIMEOUT, RESUME_SPURIOUS };

struct seen {
    uintptr_t pc, address;
    uint64_t value;
};

struct thread {
    void *sp;          /* while it does not run */
    uintptr_t pointer; /* thread pointer, where the program has thread-local variables */
    uintptr_t low;     /* lowest stack address seen, to clean the stack for the next run */
    struct clock clock;
    struct clock fence;   /* what a release fence publishes with later relaxed stores */
    struct clock pending; /* what an acquire fence may still take from earlier relaxed loads */
    bool fenced, has_pending;
    bool starting; /* runs for the first time, up to its first decision */
    uint32_t creator;
    bool finished, joined, detached, idle, signalled;
    bool cancelled, uncancellable; /* pthread_cancel was called for it; it will not have it now */
    void *cleanup;                 /* the buffer of its last handler: cancel.c */
    enum resume resume;
    struct wait wait;
    struct object *condition; /* while it waits on one: it is a waiter even before it can go on */
    uint32_t arrival;         /* order of waiters */
    uint32_t seen_count;
    struct seen seen[SEEN_MAX];
    uint32_t turn;     /* decisions in a row */
    uint32_t accesses; /* plain ones since the last decision */
    int error;         /* errno */
    uintptr_t created_pc, access_pc;
    void *(*start)(void *);
    void *argument, *result;
    const void *key[KEYS_MAX];
    uint64_t mask;    /* signals that it blocks, a bit for each */
    uint64_t history; /* history.c */
    char name[16];
};

/* A signal that has been sent and not been taken yet. */
struct sent {
    int signo, code;
    uint32_t target; /* thread; NO_THREAD: any of the process */
    void *value;
};

struct candidate {
    uint32_t thread;
    uint8_t how;  /* enum resume */
    uint8_t cost; /* deviations that choosing it takes from the bound */
};

/* A past that some schedule has had, and what its deviations came to. */
struct past {
    uint64_t hash; /* 0: none */
    uint32_t cost, reserved;
};

/* One decision of the schedule being enumerated. */
struct branch {
    uint8_t chosen, count;
    uint8_t free, ready; /* what each costs: strategy.c */
};

struct state {
    struct channel *channel;
    struct channel_config config; /* a copy: the program cannot change it on the way */
    uint32_t run, threads, current;
    bool active; /* inside the program; false: hooks let everything pass */
    bool main_exited;
    int argc;
    char **argv, **environment;
    void *controller; /* the stack pointer to go back to */
    uintptr_t controller_thread_pointer;
    uint64_t now;
    uint32_t decisions, branches, spurious, arrivals, idle_steps, alone_steps;
    uint64_t hash;
    uint32_t heap_used, overflow_used, steps, output_used, complaint_used;
    uint32_t keys;
    uint32_t unfinished; /* the step of a store that has not happened yet, plus 1 */
    struct sent sent[SENT_MAX];
    uint32_t sent_count;
    uint64_t merged; /* signals of which one was pending already when the next came */
    uint32_t at_exit_count;
    void (*at_exit[AT_EXIT_MAX])(void);
    bool key_live[KEYS_MAX];
    void (*key_destructor[KEYS_MAX])(void *);
    /* the strategy's */
    struct branch branch[CHANNEL_CHOICES];
    uint32_t prefix; /* branches that the next run must follow */
    uint32_t cost;   /* deviations so far in this run */
    bool known;      /* this run ended where one before had been already */
    bool left_out;   /* a schedule was not taken because of the bound */
    uint64_t random;
    uint32_t priority[THREADS_MAX], change[16], priority_floor;
    uint32_t length; /* decisions of the longest run, PCT's k */
    /* the program's memory */
    uintptr_t data_start, data_end;
    uintptr_t words_start, words_end; /* arguments and environment, */
    void *words;                      /* and what they were */
    bool words_written;
    void *snapshot;
    uintptr_t tls_start, tls_end; /* static TLS and thread control block of the first thread */
    bool has_tls;
    uint64_t state_seen[STATES_MAX]; /* hashes of final states, 0: free */
    uint64_t livelock_hash, alone_memory, alone_objects;
    struct candidate candidate[CANDIDATES_MAX];
    struct thread thread[THREADS_MAX];
    struct outside outside[OUTSIDE_MAX];
    struct cell overflow[OVERFLOW_CELLS];
    struct object object[OBJECT_SLOTS];
};

#define S ((struct state *)STATE_BASE)
#define SELF (&S->thread[S->current])

/* ---- fibre.c: stacks and switching ---- */
void fibre_prepare(uint32_t thread);
void fibre_run_main(void);             /* controller → fibre 0; returns when the run has ended */
void fibre_switch_to(uint32_t thread); /* from the current fibre */
_Noreturn void fibre_leave(void);      /* to the controller */
bool fibre_tls_survey(void);           /* false: the thread-local memory is laid out in a way we do not know */

/* ---- schedule.c ---- */
enum resume decide(const struct wait *wait);
void decide_freely(uint16_t call, uintptr_t pc);         /* a decision before an operation that never waits */
void decide_before_release(uint16_t call, uintptr_t pc); /* …that gives something back */
void step_back(void);                                    /* fairness: a turn for the others, no branch of the search */
void thread_is_busy(void);                               /* the current thread got somewhere: nobody is idle any more */
void thread_saw(uintptr_t pc, uintptr_t address, uint64_t value); /* it read this: again and again, it is idle */
uint32_t choose(uint32_t count); /* a free choice that is not a thread's turn: which waiter wakes */
bool wait_is_over(const struct thread *thread);

/* ---- livelock.c: looks end the run if it would repeat itself for ever ---- */
void livelock_look_idle(void);        /* all who can run have been idle */
void livelock_look_alone(bool alone); /* the current thread is the only one that can run */

/* ---- strategy.c ---- */
void strategy_start(void);
uint32_t strategy_choose(uint32_t count, uint32_t free, uint32_t ready, bool turn);
bool strategy_next(void); /* after a run: is there another one? */

/* ---- history.c: the current thread's ---- */
void history_add(uint64_t value);                    /* it learnt this */
void history_use(struct object *object, bool write); /* it uses an object: ordered with all uses that matter to it */
void history_use_memory(uintptr_t address, size_t size, bool write);
void history_follow(uint32_t thread, uint32_t leader); /* what `thread` does next depends on what `leader` did */
bool history_is_known(bool goes_on); /* has a run been here, with as many deviations left?  From now on one has. */

/* ---- race.c ---- */
void clock_join(struct clock *into, const struct clock *from);
void clock_acquire(const struct clock *from);
void clock_release(struct clock *into); /* joins ours into it and starts our next epoch */
void access_check(uintptr_t address, size_t size, bool write, bool atomic, uintptr_t pc);
void access_object(uintptr_t address, size_t size, enum use_of_object use, uintptr_t pc);
void access_freed(uintptr_t address, size_t size, uintptr_t pc);
bool access_is_first(uintptr_t address);
void access_fresh(uintptr_t address, size_t size); /* a new block: nobody has used it yet */
void access_forget_stack(uint32_t thread);
bool address_is_ours(uintptr_t address, size_t size);

/* ---- objects.c ---- */
struct object *object_at(const volatile void *address);
struct object *object_use(const volatile void *address, enum object_kind kind, uintptr_t pc);
void object_begin(const volatile void *address, enum object_kind kind, uintptr_t pc);
void object_end(const volatile void *address, enum object_kind kind, uintptr_t pc);

/* ---- finding.c: each ends the run ---- */
_Noreturn void find_at(enum explore_finding finding, uintptr_t pc, uint16_t call, const struct object *object,
                       uint32_t other, uintptr_t other_pc);
/* The access `now` of `size` bytes at `address`, and `before` with which it meets in the eight bytes at `cell`. */
_Noreturn void find_race(const struct record *before, const struct record *now, uintptr_t address, size_t size,
                         uintptr_t cell);
void find_text(const char *format, ...); /* the words that go with the next find_at */
_Noreturn void find_words(enum explore_finding finding, uintptr_t pc, const char *format, ...);
_Noreturn void find_stuck(void);
_Noreturn void run_known(void);              /* the rest has been explored from here already */
_Noreturn void run_limit(const char *words); /* there is no going on with this program */
_Noreturn void run_cut(const char *words);   /* …with this run; another may be shorter */
_Noreturn void run_refused(const char *words);
_Noreturn void run_exit(int status, uintptr_t pc);
void run_at_exit(void); /* library.c: what is to be done before */
void step_finish_write(void);
uint32_t step_record(enum event_kind kind, uint16_t call, uintptr_t pc, uintptr_t address, uint64_t value,
                     uint32_t size, uint32_t other, int result);

/* ---- memory.c, output.c, run.c ---- */
void memory_begin_run(void);
void memory_map(void);
void outside_survey(void);
void outside_begin_run(void);
struct cell *outside_cell(uintptr_t address); /* NULL: memory that is nobody's concern here */
void outside_check_write(uintptr_t address, size_t size, uintptr_t pc);
void output_begin_run(void);
void output_add(const char *bytes, size_t size);
void output_complain(const char *bytes, size_t size); /* to standard error */
uint64_t memory_hash(void);
void memory_note_state(void);
void explore(int argc, char **argv, char **environment);
uintptr_t thread_enter(uint32_t thread);           /* threads.c: what a fresh fibre does */
bool signal_is_there(const struct thread *thread); /* signals.c: one that it waits for */
bool cancel_is_due(const struct thread *thread);   /* cancel.c: it ends at its next cancellation point */

int real_main(int argc, char **argv, char **environment) __asm__("__real_main");

#endif
