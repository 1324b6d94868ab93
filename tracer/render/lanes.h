/* The lanes of a flow: which there are, in what order they stand, and what they are called. */
#ifndef TRACER_RENDER_LANES_H
#define TRACER_RENDER_LANES_H

#include "tracer/render/flow.h"

/* Fills flow->lanes and flow->control, and turns every row's lane from its number in the log into its column.
 * Returns 0, or −1 when memory is short. */
int lanes_read(struct flow *flow);

#endif
