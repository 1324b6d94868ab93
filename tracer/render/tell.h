/* One row on its way into words: what describe.c shares with the files that know the families of kinds. */
#ifndef TRACER_RENDER_TELL_H
#define TRACER_RENDER_TELL_H

#include "tracer/render/describe.h"

struct telling {
    const struct flow *flow;
    const struct row *row;
    const struct event *event;
    size_t entry;
    struct words label, detail;
};

/* Pieces of a sentence. */
/* The event's own name from the log, or `otherwise` (may be NULL); true if it has one. */
bool tell_name(struct telling *telling, struct words *words, const char *otherwise);
void tell_lane(const struct telling *telling, struct words *words, uint32_t column);
void tell_signo(struct words *words, int signo);
/* `write(1, "hi\n", 3)`, with the strings that belong to entry number `entry`. */
void tell_call(struct telling *telling, const struct event_syscall *call, size_t entry);

/* Whole sentences, one function a family of kinds.  In tell_program.c: what a recorded program did. */
void tell_syscall(struct telling *telling);
void tell_sysret(struct telling *telling);
void tell_life(struct telling *telling);
void tell_signal(struct telling *telling);
void tell_sync(struct telling *telling);
void tell_access(struct telling *telling);
void tell_choice(struct telling *telling);

/* In tell_model.c: what happened to a guest, its OS and its hypervisor. */
void tell_trap(struct telling *telling);
void tell_handler(struct telling *telling);
void tell_step(struct telling *telling);
void tell_privileged(struct telling *telling);
void tell_interrupt(struct telling *telling);
void tell_switch(struct telling *telling);
void tell_other_call(struct telling *telling);

#endif
