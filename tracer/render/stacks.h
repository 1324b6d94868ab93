/* The stacks of a log, found by the event that they are about, with names. */
#ifndef TRACER_RENDER_STACKS_H
#define TRACER_RENDER_STACKS_H

#include "tracer/log.h"
#include "tracer/render/words.h"

struct stacks;

/* Indexes every STACK of the view.  NULL when memory is short.  Valid as long as the view. */
struct stacks *stacks_read(const struct log_view *view);
void stacks_free(struct stacks *stacks);

struct stacks_frame {
    uint32_t lane;    /* whose stack: of a trap in the model each party has one */
    unsigned depth;   /* 0: innermost */
    const char *name; /* `middle (chain.c:11)`, clean words */
};

/* True if any event has a stack. */
bool stacks_any(const struct stacks *stacks);

/* Frame `number`, from 0, of the stacks of entry number `entry`: party by party, innermost first.  False if there is
 * none of that number. */
bool stacks_frame(struct stacks *stacks, size_t entry, size_t number, struct stacks_frame *frame);

/* The name of frame `depth`, at address `pc`, of the STACK record at entry `record`: looked up once for each address
 * of a process, remembered, and valid as long as `stacks`. */
const char *stacks_name(struct stacks *stacks, size_t record, uint64_t pc, unsigned depth);

#endif
