/* What a graded program's scenarios tell the tracer, which the kernel would not see: a prctl that changes nothing. */
#ifndef TESTS_HARNESS_TIMED_MARKS_H
#define TESTS_HARNESS_TIMED_MARKS_H

/* The caller computes for so many µs of virtual time: alarms that are due meanwhile strike now. */
void burn(unsigned long microseconds);

/* A result, for the suite: timed_said(…, word). */
void say(const char *word, long value);

/* From here, and to here, the first process's returns from system calls are counted as moments. */
void watch(void);
void watch_end(void);

#endif
