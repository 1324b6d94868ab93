/* Runs a program of processes, signals and timers in virtual time, and tells what they did.
 *
 * The program runs under ptrace, one thread of it at a time.  Its timers never run: what it arms is written down, and
 * the alarm strikes when we say that the time has come.  Time passes only where the program says that it computes
 * (timed_marks.h: burn), where it sleeps, or where all of it waits: then it jumps to the next alarm.  To the program
 * this is a machine like any other, only a very even one; two runs are alike, however busy the real machine is.
 * SIGSTOP, SIGCONT, fork, wait and handlers are the kernel's own.
 *
 * The one CPU goes to the first process whenever it can run (a scheduler is prompt), then to the eldest child that can.
 *
 * Only a program of processes, threads, signals and output runs here: one that asks for more is killed and reported. */
#ifndef TESTS_HARNESS_TIMED_H
#define TESTS_HARNESS_TIMED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timed_options {
    const char *program;          /* path of the executable; it gets a bare environment */
    const char *const *arguments; /* words after its name, NULL-terminated; may be NULL */
    unsigned strike_at;           /* 0, or: at this moment (see below) the armed SIGALRM strikes, due or not */
    unsigned kill_at;             /* 0, or: at this moment the first process is killed by SIGKILL */
    bool children_first;          /* a newborn process runs before its parent goes on */
    unsigned fork_fails_at;       /* 0, or: the so-manieth fork fails with EAGAIN */
};

/* A moment is a return of the first process from a system call, between the marks watch and watch_end. */

enum timed_kind {
    TIMED_SAY,       /* the mark `say`: word, value */
    TIMED_UNSAFE,    /* `word` was called inside a handler, which is not async-signal-safe */
    TIMED_RAN,       /* computed for `value` µs; `other`: bit n is set if process n could have run as well */
    TIMED_IDLE,      /* nobody could run for `value` µs */
    TIMED_SLEEP,     /* asked to sleep for `value` µs */
    TIMED_ARM,       /* a timer was set to `value` µs (0: disarmed), again every `other` µs */
    TIMED_STRIKE,    /* a timer has run out: signal `value` was sent */
    TIMED_HANDLER,   /* sigaction: signal `value`; `other`: 0 default, 1 ignore, 2 a handler */
    TIMED_MASK,      /* the blocked signals changed; `value`: bit n−1 is signal n */
    TIMED_SIGNAL,    /* signal `value` went to a handler */
    TIMED_RETURN,    /* a handler has returned */
    TIMED_FORK,      /* process `value` was born */
    TIMED_KILL,      /* sent signal `value` to process `other` (−1: none of the program's) */
    TIMED_STOPPED,   /* was stopped by a signal */
    TIMED_CONTINUED, /* … and continued */
    TIMED_WAIT,      /* waits in the kernel */
    TIMED_ENDED,     /* ended; `value`: as from waitpid */
    TIMED_REAPED,    /* the parent has learned of the end */
};

struct timed_event {
    uint64_t at; /* µs of virtual time */
    enum timed_kind kind;
    unsigned who; /* 0: the first process; its children in the order of their birth */
    long value, other;
    char word[32];
};

enum timed_end {
    TIMED_EXITED,      /* status: as from waitpid, of the first process */
    TIMED_SIGNALLED,   /* likewise */
    TIMED_DEADLOCK,    /* all wait, no timer is armed: found by looking, not by a clock */
    TIMED_SPINS,       /* it computes, in a loop that nothing can end any more: counted in instructions */
    TIMED_REFUSED,     /* `refused` says what it asked the kernel for */
    TIMED_TOO_MUCH,    /* more than TIMED_EVENTS_MAX events, TIMED_OUTPUT_MAX bytes, or TIMED_VIRTUAL_SECONDS */
    TIMED_OUT_OF_TIME, /* it used TIMED_CPU_SECONDS of CPU time: a limit, not a finding */
    TIMED_NO_ANSWER,   /* TIMED_DEADLINE_SECONDS passed, by the clock on the wall: likewise */
};

enum {
    TIMED_TASKS_MAX = 64,
    TIMED_EVENTS_MAX = 20000,
    TIMED_OUTPUT_MAX = 1 << 20,
    TIMED_VIRTUAL_SECONDS = 20,
    TIMED_CPU_SECONDS = 10, /* these two × $TRAPBOOK_PATIENCE */
    TIMED_DEADLINE_SECONDS = 120,
};

struct timed_result {
    enum timed_end end;
    int status;
    char *out; /* standard output, terminated by a 0 */
    struct timed_event *events;
    size_t count;
    unsigned moments, armed_moments; /* of the first process; those with a SIGALRM armed: what strike_at counts */
    unsigned processes;              /* the first one not counted */
    unsigned zombies;                /* ended, and not waited for when the first process was gone */
    unsigned left_running;           /* still there, and able to run, when the first process was gone … */
    unsigned left_stopped;           /* … or stopped, or waiting */
    char refused[160];
};

/* Runs the program to its end.  Returns 0, or an errno if it could not be run or traced here (EPERM: this machine does
 * not let us; no result then).  Not from two threads at once; the caller must have no other children.  Nothing of the
 * program is left when it returns.  Free with timed_free. */
int timed_run(const struct timed_options *options, struct timed_result *result);
void timed_free(struct timed_result *result);

/* The value of the last `say` of that word; −1 if there was none (or that was said). */
long timed_said(const struct timed_result *result, const char *word);

/* How often the word was said. */
unsigned timed_said_times(const struct timed_result *result, const char *word);

/* The events from `from` on in words, at most `limit` of them: the witness of a failure.  Lasts as long as the process.
 */
char *timed_story(const struct timed_result *result, size_t from, size_t limit);

#endif
