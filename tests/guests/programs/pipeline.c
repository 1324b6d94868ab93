/* A guest program for the suites: what a shell does for `count | filter | sum`, and for a pipeline whose last process
 * ends first.  Says how every process ended. */
#include "lde-model/guests/programs/guest.h"

enum { NUMBERS = 400 };

static void say(const char *what, long number)
{
    struct guest_line line = {0};
    line_text(&line, what);
    line_text(&line, " ");
    line_number(&line, number);
    line_text(&line, "\n");
    line_print(&line);
}

/* Reads until it has so many bytes, or no more come. */
static long read_all(int from, void *to, long size)
{
    long have = 0, got;
    while (have < size && (got = guest_read(from, (char *)to + have, (size_t)(size - have))) > 0)
        have += got;
    return have;
}

static void count(int to)
{
    int numbers[NUMBERS];
    for (int i = 0; i < NUMBERS; i++)
        numbers[i] = i;
    /* more than any pipe of TickOS holds: all of it, all the same */
    guest_exit(guest_write(to, numbers, sizeof numbers) == sizeof numbers ? 0 : 1);
}

static void filter(int from, int to)
{
    int number;
    while (read_all(from, &number, sizeof number) == sizeof number) {
        if (number % 3 == 0)
            guest_write(to, &number, sizeof number);
    }
    guest_exit(300); /* 300 & 255: what wait4 tells of it */
}

static void sum(int from)
{
    int number;
    long total = 0;
    while (read_all(from, &number, sizeof number) == sizeof number)
        total += number;
    say("sum", total);
    guest_exit(0);
}

static void endless(int to)
{
    while (guest_write(to, "y\n", 2) == 2)
        ;
    guest_exit(1);
}

static void first(int from)
{
    char bytes[2];
    say("first", read_all(from, bytes, sizeof bytes));
    guest_exit(0);
}

/* Forks `body` with the two ends, and no other descriptor of these pipes. */
#define STAGE(body, ...)                                                                                               \
    do {                                                                                                               \
        if (guest_fork() == 0)                                                                                         \
            body(__VA_ARGS__);                                                                                         \
    } while (0)

static long statuses(int processes)
{
    long sum_of_all = 0;
    int status = 0;
    for (int i = 0; i < processes; i++) {
        if (guest_wait(&status) < 0)
            return -1;
        sum_of_all += status;
    }
    return sum_of_all;
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    int a[2], b[2];
    if (guest_pipe(a) != 0)
        return 1;
    STAGE(count, a[1]);
    guest_close(a[1]);
    if (guest_pipe(b) != 0)
        return 1;
    STAGE(filter, a[0], b[1]);
    guest_close(a[0]);
    guest_close(b[1]);
    STAGE(sum, b[0]);
    guest_close(b[0]);
    say("statuses", statuses(3));

    guest_pipe(a);
    if (guest_fork() == 0) {
        guest_close(a[0]);
        endless(a[1]);
    }
    guest_close(a[1]);
    STAGE(first, a[0]);
    guest_close(a[0]);
    say("statuses, one of them of a broken pipe,", statuses(2));
    return 0;
}
