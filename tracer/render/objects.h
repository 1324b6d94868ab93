/* Names of the mutexes, conditions and so on that pthread calls are about, where they are variables of the program. */
#ifndef TRACER_RENDER_OBJECTS_H
#define TRACER_RENDER_OBJECTS_H

#include "tracer/log.h"

struct objects;

/* Nothing is looked up before it is asked for.  NULL when memory is short.  Valid as long as the view. */
struct objects *objects_open(const struct log_view *view);
void objects_close(struct objects *objects);

/* "lock", "queue.filled": the object of the pthread event at entry `entry`; NULL if it has no name, or the event no
 * object.  Valid until objects_close. */
const char *objects_name(struct objects *objects, size_t entry);

/* What it is called instead: the 1st, 2nd, … of its kind without a name, in the order of the log.  0 if it has a name,
 * or the event no object. */
unsigned objects_number(struct objects *objects, size_t entry);

#endif
