/* What the parts of birth share: one run and its threads.  For tests/harness/birth*.c only. */
#ifndef TESTS_HARNESS_BIRTH_RUN_H
#define TESTS_HARNESS_BIRTH_RUN_H

#include "tests/harness/birth.h"
#include "tests/harness/traced.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/types.h>

/* A thread of the program.  `main` is the first one, number 0. */
enum task_state {
    TASK_HELD,    /* born, has not run yet */
    TASK_READY,   /* stopped by us, could go on */
    TASK_RUNNING, /* at most one */
    TASK_WAITING, /* stopped by us before a futex wait that would block */
    TASK_LEAVING, /* stopped by us before its end, until somebody waits for that */
    TASK_GONE,
};

struct task {
    pid_t tid;
    enum task_state state;
    uint64_t exit_word; /* where the kernel writes 0 once the thread has ended: pthread_join waits on it */
    uint64_t stack, stack_size;
    uint64_t futex;       /* WAITING: the word waited on … */
    uint32_t futex_value; /* … which must differ from this before the task can go on */
    bool timed;           /* WAITING: with a timeout */
    bool awaited;         /* somebody has waited for its end */
};

enum { JOINED_BEFORE_MAX = BIRTH_THREADS_MAX };

struct run {
    const struct birth_options *options;
    struct birth_result *result;
    struct traced traced; /* started, limited, its output */
    pid_t pid;
    int memory;  /* /proc/PID/mem */
    int pagemap; /* /proc/PID/pagemap, −1 if not to be had */
    struct task tasks[BIRTH_THREADS_MAX + 1];
    unsigned count; /* tasks[0 … count−1]; a thread's place is its number */
    struct task *running;
    struct task *yielded;                      /* asked that another run first */
    pid_t early;                               /* a newborn that was reported before its creator's clone; 0 if none */
    struct task newborn;                       /* what the clone call now being made says about its thread */
    uint64_t joined_before[JOINED_BEFORE_MAX]; /* pthread_t values of threads already joined */
    unsigned joined_before_count;
    uint32_t machine; /* AUDIT_ARCH of the program's calls */
    bool started;     /* the program itself runs, exec is behind us */
    bool ending;      /* killed, or on its way out */
    int leader_status;
    struct rusage used; /* by the thread reported last: at the end, by the whole program */
    bool leader_reaped;
    FILE *history;
    size_t history_size;
    unsigned history_events;
    const char *history_verb; /* of the latest event */
    unsigned idle_turns;      /* turns of a thread that asked for others to go first, when there was none */
};

/* What becomes of a thread that is about to make a call. */
enum call_action { CALL_GO_ON, CALL_STOP_HERE, CALL_REFUSE };

/* Looks at a call about to be made (the thread is stopped at its entry), changes the task's state if it is to stop, and
 * writes why in result->refused if it is refused. */
enum call_action birth_call(struct run *run, struct task *task, const struct __ptrace_syscall_info *info);

/* Chooses who runs next, or NULL if nobody can. */
struct task *birth_choose(struct run *run);

/* Can a waiting task go on: has the word changed? */
bool birth_can_go_on(const struct run *run, const struct task *task);

/* The thread that ends when this word becomes 0; NULL if the word is something else. */
struct task *birth_whose_end(struct run *run, uint64_t word);

/* Appends to the history: "run", 3.  A verb that comes again is not repeated: "run 3 2 1".  The first events only. */
void birth_note(struct run *run, const char *verb, const struct task *about);

/* Reads and writes the program's memory; false if it is not all there. */
bool birth_peek(const struct run *run, uint64_t address, void *bytes, size_t size);
bool birth_poke(const struct run *run, uint64_t address, const void *bytes, size_t size);

/* Overwrites what there is of a dead thread's stack. */
void birth_scorch(const struct run *run, const struct task *task);

/* The calls by which birth_marks.c, inside the program, tells of pthread calls that the kernel does not see. */
enum { BIRTH_MARK = 0x62697274, BIRTH_MARK_CREATED = 1, BIRTH_MARK_JOIN, BIRTH_MARK_DETACH };

#endif
