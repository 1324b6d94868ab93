/* One operating system on the bare machine: limited direct execution as the lecture has it, seven steps a call.
 *
 * Replaceable at link: exercise 11 is this module. */
#ifndef LDE_OS_H
#define LDE_OS_H

#include "lde-model/lde.h"
#include "lde-model/run_queue.h"
#include "lde-model/trap_table.h"

struct os_process {
    struct context context;  /* where it runs */
    struct trap_frame frame; /* its registers while it does not */
    struct turn turn;
    bool returns;                /* its call is done but for steps 5 to 7 */
    uint64_t resumed_ns;         /* real time when it was last let run */
    uint64_t left_ns;            /* real time when the CPU went to another; 0: it never did */
    struct lde_program *program; /* NULL for a forked one */
    char name[BOOT_NAME_MAX];
    char path[4096]; /* of its program */
};

struct os {
    struct lde *lde;
    struct memory memory;
    struct trap_table table;
    struct run_queue queue;                 /* of process indices */
    struct os_process process[BOOT_SPACES]; /* TickOS's tick_processes say the rest about each */
    struct registers cpu; /* the CPU's registers: as the last trap left them, then as the next process gets them */
    struct trap trap;
    int running; /* index of the process that had the CPU last; −1: none */
};

#define OS_LANE EVENT_LANE(LANE_OS, 0)
#define OS_PROCESS_LANE(index) EVENT_LANE(LANE_PROCESS, (index) + 1)

/* The two halves of the machine's life.  next: gives the CPU to a process until it traps; NULL when none is left,
 * or none can ever run again.  handle: does what the trap asks for. */
const struct trap *os_next_trap(struct os *os);
void os_handle(struct os *os, const struct trap *trap);

/* ---- support/bare_machine.c: the machine around the OS ---- */

/* Boots on a machine with memory: fills the trap table.  One OS a program run, as TickOS has one process table. */
void os_boot(struct os *os, struct lde *lde);

/* Makes a process of the program that lies in space `index`.  Returns 0 or −1 with a line in `error`. */
int os_start(struct os *os, unsigned index, const struct boot_program *boot, struct lde_program *program,
             char error[256]);

/* The process has been returned to from a call: counts it, and the time that it took. */
void os_count_call(struct os *os, struct os_process *process);

/* The CPU goes from the running process to `next`: counts and shows it; the time a process is away is not what its call
 * costs. */
void os_count_switch(struct os *os, unsigned next);

/* What the trace says of the running process's trap, in the words of its OS: the call's name, what it points to. */
void os_show_trap(struct os *os, const struct trap *trap);
const char *os_call_name(const struct tick_call *call);
uint64_t os_handler_address(const struct tick_call *call);

/* A number with no row: says so, and returns the result. */
int64_t os_no_such_call(struct os *os, uint64_t number);

/* The running process faulted or was killed: says how, and returns its status as wait4 reports it. */
int os_explain_death(struct os *os, const struct trap *trap);

/* Process `index` is over and TickOS knows it: takes its machine away, and its place in the queue. */
void os_remove(struct os *os, unsigned index);

/* Nobody can run before `alarm`. */
void os_idle(struct os *os, uint64_t alarm);

/* Ends what is still there. */
void os_halt(struct os *os);

#endif
