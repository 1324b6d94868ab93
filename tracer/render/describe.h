/* What happened, in words: one line for a row, a second one with the particulars, a few for a hop. */
#ifndef TRACER_RENDER_DESCRIBE_H
#define TRACER_RENDER_DESCRIBE_H

#include "tracer/render/flow.h"

struct description {
    char label[WORDS_MAX];  /* what a reader needs: `write(1, "hi\n", 3) = 3` */
    char detail[WORDS_MAX]; /* what a curious reader asks next, may be empty: `syscall at 0x401027` */
};

/* Clean, printable words about a row of the flow, a folded one included. */
void describe_row(const struct flow *flow, size_t row, struct description *said);

/* The words on an arrow into this row from another lane, `trap  4.9 µs`; empty if there is nothing to say. */
void describe_hop(const struct flow *flow, size_t row, char out[WORDS_MAX]);

/* What was recorded, how much, what it cost: two lines for the caption of every picture. */
void describe_recording(const struct flow *flow, const char *title, struct description *said);

/* Why nothing is to be seen, and where something would be. */
void describe_nothing(const struct log_view *view, char out[WORDS_MAX]);

/* "process exits with 3", "killed by SIGSEGV": from a wait status. */
void describe_status(struct words *words, int status);

#endif
