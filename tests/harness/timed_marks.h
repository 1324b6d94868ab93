/* What a graded program's scenarios tell the tracer, which the kernel would not see: a system call that there is not.
 * A submission may not make it, nor name what makes it ("refuse" in its rubric): results are the scenarios' to tell. */
#ifndef TESTS_HARNESS_TIMED_MARKS_H
#define TESTS_HARNESS_TIMED_MARKS_H

/* Short in scenarios, long for the linker: a submission may have a function `say` of its own. */
#define burn timed_mark_burn
#define say timed_mark_say
#define watch timed_mark_watch
#define watch_end timed_mark_watch_end

/* The caller computes for so many µs of virtual time: alarms that are due meanwhile strike now. */
void burn(unsigned long microseconds);

/* A result, for the suite: timed_said(…, word). */
void say(const char *word, long value);

/* From here, and to here, the first process's returns from system calls are counted as moments. */
void watch(void);
void watch_end(void);

#endif
