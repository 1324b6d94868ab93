/* A guest program for the suites: primes through a chain of processes, each of which has found one and lets pass to the
 * next, through a pipe, only what it does not divide. */
#include "lde-model/guests/programs/guest.h"

enum { LAST = 17 }; /* seven primes, and a pipe each, and one to begin with */

static void say(long number)
{
    struct guest_line line = {0};
    line_number(&line, number);
    line_text(&line, " is prime\n");
    line_print(&line);
}

/* Passes on to `to` what is no multiple of this prime, until no more comes; then waits for who reads there. */
static void filter(int prime, int from, int to)
{
    int number, status = 1;
    while (guest_read(from, &number, sizeof number) == sizeof number) {
        if (number % prime != 0)
            guest_write(to, &number, sizeof number);
    }
    guest_close(to);
    guest_wait(&status);
    guest_exit(status >> 8);
}

/* The first number that comes is a prime; a process of its own looks at the rest. */
static void chain(int from)
{
    int prime, ends[2];
    while (guest_read(from, &prime, sizeof prime) == sizeof prime) {
        say(prime);
        if (guest_pipe(ends) != 0)
            guest_exit(1);
        if (guest_fork() != 0) {
            guest_close(ends[0]);
            filter(prime, from, ends[1]);
        }
        guest_close(from);
        guest_close(ends[1]);
        from = ends[0];
    }
    guest_exit(0);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    int ends[2], status = 1;
    if (guest_pipe(ends) != 0)
        return 1;
    if (guest_fork() == 0) {
        guest_close(ends[1]);
        chain(ends[0]);
    }
    guest_close(ends[0]);
    for (int number = 2; number <= LAST; number++)
        guest_write(ends[1], &number, sizeof number);
    guest_close(ends[1]);
    guest_wait(&status);
    return status >> 8;
}
