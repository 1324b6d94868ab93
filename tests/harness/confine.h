/* Keeps a graded program that nobody traces to what calls.h calls harmless, and to threads, signals and sleep of its
 * own.  A filter of the kernel's (man 2 seccomp), so however the program asks: by a library's function, by `syscall`,
 * in assembly, before main. */
#ifndef TESTS_HARNESS_CONFINE_H
#define TESTS_HARNESS_CONFINE_H

enum {
    CONFINE_SIGNAL = 31, /* SIGSYS: what kills a program that asks for more */
    CONFINE_MEMORY_GIB = 4,
};

/* For run_options.before_exec, where another program judges: it keeps no descriptor of ours but the first three. */
int confine_descriptors(const char *program);

/* For run_options.before_exec: confines the calling process, for good, to becoming `program` and to what a program of
 * threads needs.  No descriptor but the first three, no other process, no file to write (EACCES), no signal to anybody
 * else; CONFINE_MEMORY_GIB of memory, no core file.  Returns 0, or an errno if this kernel cannot. */
int confine_program(const char *program);

#endif
