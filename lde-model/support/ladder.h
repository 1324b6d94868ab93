/* The model's events: what `--trace` writes.  Thin shorthand over tracer/log.h; a run without a trace pays one
 * comparison an event. */
#ifndef LDE_LADDER_H
#define LDE_LADDER_H

#include "lde-model/support/clock.h"
#include "lde-model/support/stacks.h"
#include "tracer/arch/registers.h"
#include "tracer/log.h"

struct ladder {
    bool on;
    struct log log;
    struct log_writer writer;
    const struct clock *clock;
    uint32_t tid;       /* host process of the guest that events are about, until changed */
    uint16_t vm;        /* its VM, from 1; 0 in mode bare */
    uint64_t moment_ns; /* real time of what the next event tells, if it was before the event could be put; 0: now */
    struct ladder_stacks {
        bool on;
        /* whose trap is being handled, and in which lane that is done */
        uint32_t lane, own_lane;
        const struct registers *registers;
        const struct memory_space *space;
        /* taken at event number `about` and not written yet, for its name comes first */
        uint32_t about;
        unsigned guest_frames, own_frames; /* 0: nothing to write */
        uint64_t guest[STACKS_FRAMES], own[STACKS_FRAMES];
        uint64_t values[REGISTER_COUNT]; /* the guest's registers, with its stack */
    } stacks;
    uint32_t code_lane; /* whose code is being told of */
};

/* Starts a trace at `path`; `program` is the command as one would type it.  Returns 0 or −1 with a line in `error`. */
int ladder_start(struct ladder *ladder, const struct clock *clock, const char *path, const char *program,
                 char error[LOG_ERROR_MAX]);
void ladder_stop(struct ladder *ladder);

/* One event; step 0 if it is none of the lecture's.  The privilege mode follows from the lane's class.  Returns the
 * event, so that ladder_name can name it, or NULL if it was not recorded. */
const struct event *ladder_put(struct ladder *ladder, enum event_kind kind, unsigned step, uint32_t lane,
                               const void *payload, size_t size);

/* ladder_put with the payload struct written out: LADDER(l, EVENT_SWITCH, 0, lane, switch, .from_lane = a). */
#define LADDER(ladder, kind, step, lane, type, ...)                                                                    \
    ladder_put(ladder, kind, step, lane, &(const struct event_##type){__VA_ARGS__}, sizeof(struct event_##type))

/* Whose trap is being handled, and in which lane that is done: whose stacks `--stacks` shows with the next events. */
void ladder_code(struct ladder *ladder, uint32_t lane, uint32_t own_lane, const struct registers *registers,
                 const struct memory_space *space);

/* The name that belongs to an event; does nothing if the event is NULL. */
void ladder_name(struct ladder *ladder, const struct event *event, const char *name);

/* The bytes that argument `index` of a call pointed to. */
void ladder_argument(struct ladder *ladder, const struct event *event, unsigned index, const void *bytes, size_t size);

/* Names a lane, the child of another (or of itself). */
void ladder_lane(struct ladder *ladder, uint32_t lane, uint32_t parent, const char *name);

/* With --stacks: which ELF file the code in a guest's lane is from; NULL: it is our own. */
void ladder_file(struct ladder *ladder, uint32_t lane, const char *path);

#endif
