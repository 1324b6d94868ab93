/* Questions that the suites ask of a model's trace. */
#ifndef TESTS_LDE_TRACE_H
#define TESTS_LDE_TRACE_H

#include "tracer/log.h"

/* Everything in the trace that must not change from run to run, one event a line: kind, lane, step, mode, arguments,
 * names; no time, address or tid.  Free it.  NULL if the log cannot be read. */
char *trace_fingerprint(const char *path);

/* The steps of the call number `nth`, from 0, that process lane `lane` made with number `number`: each written as
 * "STEP lane", in order, joined by ", ": from its TRAP up to its RESUME, events of step 0 left out.  In static
 * storage. */
const char *trace_steps(const char *path, const char *lane, unsigned number, unsigned nth);

/* How many events of this kind the trace has. */
unsigned trace_count(const char *path, enum event_kind kind);

/* Of the resumptions in a trace with the host's lane: how many do not follow at once the request that resumes. */
unsigned trace_unasked_resumptions(const char *path);

/* Of the resumptions in a trace in real time: how many took longer to come about, from the event before, than the guest
 * then took until its next trap, with the host's switch to it and back. */
unsigned trace_slow_resumptions(const char *path);

#endif
