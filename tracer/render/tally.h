/* The sums behind the trap graph: states, how often each was entered and how long it lasted, and the crossings. */
#ifndef TRACER_RENDER_TALLY_H
#define TRACER_RENDER_TALLY_H

#include "tracer/render/flow.h"

enum { PARTIES_MOST = 12, STATES_MOST = PARTIES_MOST * MODE_END, CAUSES_MOST = 64, STATE_NONE = -1 };

/* One lane, or the threads that share a name where they are too many to stand alone. */
struct party {
    char name[FLOW_LANE_NAME];
    unsigned lane_class, members;
};

struct cause {
    uint64_t key, count;
    char words[48];
};

/* From one state to another. */
struct crossing {
    uint64_t count, ns;
    uint64_t *times; /* of each, where it has one */
    size_t timed, room;
    struct cause causes[CAUSES_MOST]; /* the last takes in all further ones */
    unsigned cause_count;
};

struct state {
    uint64_t events, ns;
};

/* What a thread, or the one CPU, did last. */
struct moment {
    int state; /* STATE_NONE: nothing yet */
    uint64_t t_ns;
};

/* State number = party × MODE_END + mode. */
struct tally {
    const struct flow *flow;
    struct party parties[PARTIES_MOST];
    unsigned party_count;
    unsigned *party_of; /* by column */
    struct state states[STATES_MOST];
    struct crossing *crossings[STATES_MOST][STATES_MOST]; /* from, to; NULL: never */
    struct moment *moments;                               /* of threads: by column */
    uint64_t ns;                                          /* of all hops */
    bool failed;                                          /* memory was short */
};

/* Adds up the window of an unfolded flow.  NULL when memory is short. */
struct tally *tally_read(const struct flow *flow, const struct flow_window *window);
void tally_free(struct tally *tally);

#endif
