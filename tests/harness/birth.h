/* Runs a threaded program one thread at a time, in an order that we choose, and tells what its threads did.
 *
 * The program runs under ptrace.  Each new thread is held at its birth, before its first instruction, until the
 * thread that created it has to wait: so how many threads a program really has at once can be counted without a
 * clock, and every order in which they might end can be had at will.  A thread that would wait is not resumed until
 * what it waits for has happened; to the program this is a scheduler like any other, only a strict one, and two runs
 * are alike.
 *
 * Only a program of threads runs here: one that asks the kernel for more than memory, threads and output (another
 * process, a file to write, a signal to somebody else) is killed and reported as refused.
 */
#ifndef TESTS_HARNESS_BIRTH_H
#define TESTS_HARNESS_BIRTH_H

#include <stdbool.h>
#include <stddef.h>

enum birth_order {
    BIRTH_AT_ONCE,        /* each thread runs to its end before its creator goes on: the kindest order */
    BIRTH_AS_JOINED,      /* a thread runs, and ends, only when somebody waits for its end: every join is seen */
    BIRTH_ELDEST_FIRST,   /* once the main thread waits, all run, in the order of their creation … */
    BIRTH_YOUNGEST_FIRST, /* … or the other way round */
    BIRTH_INSIDE_OUT,     /* … or beginning in the middle */
};

struct birth_options {
    const char *program;      /* path of the executable; it gets a bare environment */
    const char *arguments[2]; /* at most two; NULL: none (or no more) */
    enum birth_order order;
    bool never_run;     /* threads are never released: each join is told that its thread has ended */
    bool scorch_stacks; /* the moment a thread has ended, its stack is overwritten with BIRTH_SCORCH */
};

enum { BIRTH_SCORCH = 0xa5 }; /* as an int: −1515870811 */

enum birth_end {
    BIRTH_EXITED,      /* status: as from waitpid */
    BIRTH_SIGNALLED,   /* likewise */
    BIRTH_DEADLOCK,    /* every thread waited for another: found by looking, not by a clock */
    BIRTH_REFUSED,     /* `refused` says what it asked the kernel for */
    BIRTH_TOO_MUCH,    /* it wrote more than BIRTH_OUTPUT_MAX bytes */
    BIRTH_OUT_OF_TIME, /* it used BIRTH_CPU_SECONDS × run_patience() of CPU time: no finding */
    BIRTH_NO_ANSWER,   /* BIRTH_DEADLINE_SECONDS × run_patience() by the clock on the wall: likewise */
};

enum {
    BIRTH_THREADS_MAX = 256,
    BIRTH_OUTPUT_MAX = 1 << 20,
    BIRTH_CPU_SECONDS = 1,
    BIRTH_DEADLINE_SECONDS = 120,
};

struct birth_result {
    enum birth_end end;
    int status;
    char *out; /* standard output, terminated by a 0 that the size does not count */
    size_t out_size;
    unsigned created;       /* threads, the first one not counted */
    unsigned alive_at_most; /* of those, at one time */
    unsigned joined;        /* threads whose end somebody was seen to wait for; exact with BIRTH_AS_JOINED */
    unsigned joined_again;  /* calls of pthread_join for a thread that was joined already */
    unsigned detached;      /* calls of pthread_detach */
    unsigned alive_at_exit; /* threads that had not ended when the program did */
    char refused[160];      /* "to send a signal to process 1" */
    char *history;          /* the first events in words: "create 1, create 2, join 1: run 1, …" */
};

/* Runs the program to its end.  Returns 0, or an errno if it could not be run or traced here (EPERM: this machine does
 * not let us; no result then).  Must not be called from two threads at once; the caller must have no other children,
 * since they may be reaped.  Nothing of the program is left when it returns.  Free with birth_free. */
int birth_run(const struct birth_options *options, struct birth_result *result);
void birth_free(struct birth_result *result);

#endif
