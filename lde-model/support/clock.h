/* Time: what guests are told, how long a turn on the CPU lasts, and the alarm that ends it.
 *
 * Real time: a turn lasts so many ns of the guest's own CPU time, and SIGALRM ends it.  Virtual time: a turn lasts
 * so many traps, each trap takes 10 µs, and nothing that the host does can change the order of events.  Only a guest
 * that makes no trap for long (a second, if not told) forces the real alarm on a virtual run, which then is not
 * repeatable. */
#ifndef LDE_CLOCK_H
#define LDE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_TRAP_NS = 10000 }; /* of virtual time */

struct clock {
    bool is_virtual;
    bool repeatable;      /* virtual, and real time never had to step in */
    uint64_t slice_ns;    /* length of a turn in real time */
    uint64_t slice_traps; /* length of a turn in virtual time */
    uint64_t patience_ns; /* CPU time without a trap that a guest may use in virtual time */
    unsigned last_slice;  /* the run ends when a guest has used up so many; 0: it does not end by that */
    bool over;            /* one has, or somebody asked us to stop */
    uint64_t start_ns;    /* real time at the start */
    uint64_t now_ns;      /* virtual time */
};

/* One guest's turns. */
struct turn {
    uint64_t cpu_start_ns;             /* its CPU time when this turn began */
    int64_t allowance_ns;              /* what it may use in this turn */
    int64_t overdrawn_ns;              /* what it used beyond that in its last turn: less in the next */
    bool begun;                        /* it has the CPU, or had to stop in the midst of its turn */
    unsigned slices;                   /* that it has used up */
    unsigned seat;                     /* the CPU that it has, or had last */
    uint64_t traps;                    /* in this turn */
    uint64_t watched_traps, all_traps; /* the watchdog: its traps in all, when the alarm rang last and now, */
    uint64_t watched_cpu_ns;           /* and its CPU time then */
};

/* One of the lengths is 0: that of the other kind of time.  Makes the `seats` and their alarms, too (engine/seats.h).
 * Returns −1 with errno if it cannot. */
int clock_start(struct clock *clock, uint64_t slice_ns, uint64_t slice_traps, uint64_t patience_ns, unsigned seats);
void clock_stop(void);

/* Real time, whatever guests are told. */
uint64_t clock_real_ns(void);

/* ns since the start, as guests and the log see it. */
uint64_t clock_now(const struct clock *clock);

/* A guest with so much CPU time behind it gets the CPU of turn->seat. */
void clock_begin_turn(struct clock *clock, struct turn *turn, uint64_t cpu_ns);

/* A guest trapped.  True if that used up its turn: only in virtual time. */
bool clock_count_trap(struct clock *clock, struct turn *turn);

/* The alarm stopped the guest.  True if its turn is over; if not, it rang for nothing, or the host had given the
 * CPU to others meanwhile, and it is set again.  If it was another signal than SIGALRM that did, it cannot go on: the
 * turn is lost, though its time passes, and no other run will be like this one. */
bool clock_alarm(struct clock *clock, struct turn *turn, uint64_t cpu_ns, int signo);

/* The guest's turn is over.  `used_up`: it did not give the CPU away by itself. */
void clock_end_turn(struct clock *clock, struct turn *turn, bool used_up);

/* Nobody can run before `until_ns`: sleeps, or jumps there. */
void clock_idle(struct clock *clock, uint64_t until_ns);

/* The same where others run on: the idle CPU's own alarm wakes us then.  Not in virtual time, which only traps move. */
void clock_wake_seat(const struct clock *clock, unsigned seat, uint64_t until_ns);

#endif
