/* What a guest program may call: thin wrappers around the trap instruction, and a little printing.  Built once for
 * TickOS (Linux's numbers, so that the same file runs natively) and once, with YIELDOS defined, for YieldOS. */
#ifndef LDE_GUEST_H
#define LDE_GUEST_H

#include <stddef.h>

int main(int argc, char **argv);

/* Output by one system call each, to descriptor 1. */
void guest_print(const char *text);
/* Builds a line from pieces, so that it is one call: numbers and strings by turns, ended by NULL. */
struct guest_line {
    size_t used;
    char text[160];
};
void line_text(struct guest_line *line, const char *text);
void line_number(struct guest_line *line, long number);
void line_print(struct guest_line *line);

/* The number that the text begins with; `otherwise` if there is no text. */
long guest_number(const char *text, long otherwise);

_Noreturn void guest_exit(int status);
long guest_who_am_i(void); /* a call that does next to nothing, for measuring: getppid, or YieldOS's own */
long guest_give_way(void); /* sched_yield, or YieldOS's own */

#ifndef YIELDOS
/* As their namesakes in Linux, but −errno instead of −1 and errno. */
long guest_write(int descriptor, const void *bytes, size_t size);
long guest_read(int descriptor, void *bytes, size_t size);
long guest_open(const char *path);
long guest_close(int descriptor);
long guest_pipe(int ends[2]);
long guest_fork(void);
long guest_wait(int *status);
long guest_sleep_ms(long ms);
long guest_clock_ms(void);
#endif

#endif
