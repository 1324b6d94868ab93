/* What the parts of timed share: one run, its tasks, its clocks.  For tests/harness/timed*.c only. */
#ifndef TESTS_HARNESS_TIMED_RUN_H
#define TESTS_HARNESS_TIMED_RUN_H

#include "tests/harness/timed.h"
#include "tests/harness/traced.h"

#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/types.h>

enum task_state {
    TASK_READY,   /* stopped by us, could go on */
    TASK_RUNNING, /* at most one in its own code */
    TASK_ASLEEP,  /* waits in the kernel */
    TASK_NAPPING, /* stopped by us before a sleep, until the virtual clock shows `wake` */
    TASK_STOPPED, /* by a signal, until SIGCONT */
    TASK_ENDED,   /* its parent does not know yet */
    TASK_GONE,
};

enum { CLOCKS_MAX = 8, SIGNALS = 65 };

/* A timer of a process: number 0 is setitimer's, the others are timer_create's. */
struct clockwork {
    bool used, armed, posix;
    int signal;
    uint64_t deadline, interval; /* µs */
};

/* What a call that we answer ourselves brings its caller: a result, and perhaps some bytes. */
struct answer {
    bool given, retry;
    long result;
    uint64_t address;
    unsigned char bytes[32];
    size_t size;
};

struct task {
    pid_t tid;
    enum task_state state;
    struct task *process; /* the task that holds the clocks and handlers: itself, if it is not a further thread */
    struct task *parent;
    uint64_t number, argument[6]; /* the call being made */
    struct answer answer;
    bool in_call;         /* between a call's entry and its exit */
    bool poked;           /* has a signal to take before anybody goes on */
    bool newborn;         /* has not waited, computed or stopped yet */
    bool stopped;         /* by a signal, and not continued since */
    bool spinning;        /* computes without a word, and was interrupted */
    bool interrupted;     /* by us, to see whether it spins */
    int inject;           /* the signal to deliver when it goes on */
    unsigned inside;      /* handlers entered and not left */
    uint64_t burn;        /* µs still to compute before it goes on */
    unsigned burn_inside; /* … in as many handlers */
    uint64_t wake;        /* NAPPING: until when */
    uint64_t mask;        /* the blocked signals, as last seen */
    unsigned spins;       /* how often it was found spinning, since it last made a call */
    unsigned calls;       /* that it made since time passed last */
    struct clockwork clocks[CLOCKS_MAX];
    unsigned char handlers[SIGNALS]; /* 0 default, 1 ignored, 2 a handler */
};

struct run {
    const struct timed_options *options;
    struct timed_result *result;
    struct traced traced; /* started, limited, its output */
    pid_t pid;
    struct task tasks[TIMED_TASKS_MAX];
    unsigned count;
    struct task *running;
    pid_t early;    /* a newborn that was reported before its parent's fork; 0 if none */
    bool as_thread; /* the birth under way is a thread's */
    unsigned forks; /* asked for so far */
    uint64_t now;   /* µs of virtual time */
    bool started, ending, watching;
    unsigned barren;  /* alarms in a row that changed nothing */
    uint32_t machine; /* AUDIT_ARCH of the program's calls */
    int status;       /* of the first process */
    size_t capacity;
};

enum call_action { CALL_GO_ON, CALL_ANSWER, CALL_HOLD, CALL_REFUSE };

/* timed_calls.c: a call about to be made, with its number and arguments in the task; and one that has returned. */
enum call_action timed_call(struct run *run, struct task *task);
void timed_returned(struct run *run, struct task *task, long result);
bool timed_call_waits(uint64_t number);

/* timed_clock.c: setitimer and its kin; time that passes. */
enum call_action timed_clock_call(struct run *run, struct task *task);
bool timed_clock_knows(uint64_t number);
bool timed_pass(struct run *run); /* lets time pass; false if that would change nothing */
bool timed_armed(const struct task *process, int signo);
void timed_strike(struct run *run, struct task *process, int signo); /* due or not */

/* timed_order.c: who goes on, NULL if nobody can before time has passed; who computes meanwhile. */
struct task *timed_choose(struct run *run);
struct task *timed_burner(struct run *run);
struct task *timed_spinner(struct run *run);

/* timed_memory.c */
void timed_note(struct run *run, enum timed_kind kind, const struct task *who, long value, long other);
void timed_note_word(struct run *run, enum timed_kind kind, const struct task *who, uint64_t word, long value);
bool timed_peek(const struct task *task, uint64_t address, void *bytes, size_t size);
bool timed_poke(const struct task *task, uint64_t address, const void *bytes, size_t size);
char timed_state_of(const struct task *task); /* 'S' from /proc/PID/stat */
bool timed_asleep(const struct task *task);
uint64_t timed_mask_of(const struct task *task, const char *of); /* "SigBlk" from /proc/PID/status */
struct task *timed_task(struct run *run, pid_t tid);
void timed_hide_vdso(struct task *task, uint64_t stack_pointer);

/* timed.c */
void timed_end_run(struct run *run, enum timed_end end);
enum call_action timed_refuse(struct run *run, const char *what);

/* The calls by which timed_marks.c, inside the program, tells of what the kernel does not see. */
enum {
    TIMED_MARK = 30000, /* no kernel has so many */
    TIMED_MARK_BURN = 1,
    TIMED_MARK_SAY,
    TIMED_MARK_UNSAFE,
    TIMED_MARK_WATCH,
    TIMED_MARK_WATCH_END
};

#endif
