/* How a graded program is started under ptrace, stopped at its limits, and what it leaves when it has ended.
 *
 * The program shares one CPU with us, for a wake-up across CPUs costs five times as much as the whole stop.  It gets a
 * bare environment, no input, its own process group, the same addresses in each run, and no descriptor but its standard
 * output, TRACED_MEMORY_GIB of memory, no core file.  It does not outlive us.  The stops in between, and what they
 * mean, are the tracers' business (birth.h, timed.h); so is reaping what the program has made. */
#ifndef TESTS_HARNESS_TRACED_H
#define TESTS_HARNESS_TRACED_H

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { TRACED_ARGUMENTS_MAX = 20, TRACED_MEMORY_GIB = 4 };

struct traced_options {
    const char *program;          /* path of the executable */
    const char *const *arguments; /* words after its name, NULL-terminated, the first 20 count; may be NULL */
    unsigned cpu_seconds;         /* of CPU time, × run_patience(): then SIGXCPU stops it; twice as much kills it */
    unsigned output_max;          /* bytes of standard output; likewise */
    unsigned tick_ms;             /* how often a wait of ours is interrupted (EINTR), so that limits can be looked at */
};

/* A run under way. */
struct traced {
    pid_t pid; /* of the program's first thread: traced, about to exec (PTRACE_EVENT_EXEC comes) */
    unsigned tick_ms, cpu_seconds;
    int out;
    cpu_set_t cpus;          /* ours, before … */
    struct sigaction action; /* … and what SIGALRM did */
};

/* Starts the program: seized, with every birth and exec of its threads and processes reported.  Returns 0; or an errno,
 * and then nothing is left of it (EPERM: this machine does not let us trace).  Until traced_finish, SIGALRM is ours.
 * One run at a time, from one thread. */
int traced_start(struct traced *run, const struct traced_options *options);

/* Has the run taken longer than so many seconds × run_patience(), by the clock on the wall? */
bool traced_past(const struct traced *run, unsigned seconds);

/* Has the clock ticked since traced_start? */
bool traced_ticked(void);

/* CPU time that a living process has used, in ms; 0 if it has gone. */
long long traced_cpu_ms(pid_t pid);

/* Which limit ended the program, by the status and the CPU time (ms) that were reported at its end. */
enum traced_limit { TRACED_NO_LIMIT, TRACED_OUTPUT, TRACED_CPU };
enum traced_limit traced_limit(const struct traced *run, int status, long used_ms);

/* Once all is reaped: no tick comes any more, CPUs and SIGALRM are as before.  Returns what the program wrote,
 * terminated by a 0 that the size does not count; to be freed. */
char *traced_finish(struct traced *run, size_t *size);

#endif
