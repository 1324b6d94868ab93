/* TickOS's processes and system calls: Linux's numbers and meanings, in their simplest form.  Plain C above
 * machine.h; the same file serves the guest kernel and mode bare. */
#ifndef TICKOS_CALLS_H
#define TICKOS_CALLS_H

#include "lde-model/guests/boot.h"

#include <stdbool.h>
#include <stdint.h>

enum { TICK_PROCESSES = BOOT_SPACES, TICK_DESCRIPTORS = 12, TICK_ORPHAN = -1 };

/* A call's result when it cannot be had yet: the process waits, and the call is tried again. */
#define TICK_WAIT INT64_MIN

enum tick_state { TICK_FREE, TICK_READY, TICK_WAITING, TICK_ENDED };

enum tick_open { TICK_CONSOLE, TICK_FILE, TICK_PIPE_READ, TICK_PIPE_WRITE };

struct tick_process;
struct opened; /* what a descriptor leads to: calls.c */
typedef int64_t tick_body(struct tick_process *self, const uint64_t argument[6]);

struct tick_process {
    enum tick_state state;
    int pid, parent;                             /* parent 0: started at boot; TICK_ORPHAN */
    int status;                                  /* TICK_ENDED: as wait4 reports it */
    int signal;                                  /* it ends by this one when it would next run; 0: it does not */
    bool gives_way;                              /* it called sched_yield: the next one's turn */
    uint64_t wake_ns;                            /* nanosleep: when; 0: does not sleep */
    uint64_t written;                            /* of what it writes to a pipe, so far */
    tick_body *waits_in;                         /* TICK_WAITING: the call to try again, */
    uint64_t argument[6];                        /* with these arguments */
    struct opened *descriptor[TICK_DESCRIPTORS]; /* 0: closed */
};

/* Indexed as the machine's spaces are. */
extern struct tick_process tick_processes[TICK_PROCESSES];
/* Those that began at boot and did not end by exit(0). */
extern unsigned tick_failures;

struct tick_call {
    unsigned number;
    const char *name;
    tick_body *body;
};
extern const struct tick_call tick_calls[];
extern const unsigned tick_call_count;

/* Begins process `index` at boot. */
void tick_start(unsigned index);

/* Does one call for a READY process.  Returns its result, or TICK_WAIT with the process WAITING; the process may
 * also have ENDED. */
int64_t tick_do(struct tick_process *self, tick_body *body, const uint64_t argument[6]);

/* Tries what process `self` waits for once more: true if the call is done, with its result, and it is READY. */
bool tick_try_again(struct tick_process *self, int64_t *result);

/* Ends a process, by its own wish (status = code << 8) or for a fault (status = a signal's number). */
void tick_end(struct tick_process *self, int status);

/* To be asked of a process that would run next: true if a signal has ended it instead. */
bool tick_take_signal(struct tick_process *self);

/* When the first sleeper wants to wake, in ns since boot; UINT64_MAX if nobody sleeps. */
uint64_t tick_next_wake(void);

#endif
