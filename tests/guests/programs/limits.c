/* A guest program for the suites: more of everything than TickOS has, and what it does not do although Linux would. */
#include "lde-model/guests/arch/call.h"
#include "lde-model/guests/programs/guest.h"

#include <asm/unistd.h>

static char buffer[16];

static void say(const char *what, long result)
{
    struct guest_line line = {0};
    line_text(&line, what);
    line_text(&line, " ");
    line_number(&line, result);
    line_text(&line, "\n");
    line_print(&line);
}

#define SAY(what, name, a, b, c) say(what, guest_call(__NR_##name, (long)(a), (long)(b), (long)(c), 0))

static void fork_until_there_is_no_more(const char *what)
{
    int gate[2], status; /* a pipe that holds the children until we close it */
    long child = 1, made = 0, ended = 0;
    guest_pipe(gate);
    while (child > 0 && made < 100) {
        child = guest_fork();
        if (child == 0) {
            guest_close(gate[1]);
            guest_exit((int)guest_read(gate[0], buffer, 1));
        }
        made += child > 0;
    }
    guest_print(what);
    say(": one too many", child);
    say("until then", made);
    SAY("wait: but not long", wait4, -1, 0, 1);
    guest_close(gate[0]);
    guest_close(gate[1]);
    while (guest_wait(&status) > 0)
        ended += status == 0;
    say("ended well", ended);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    int ends[2];
    long opened = 0, pipes = 0;
    fork_until_there_is_no_more("fork");
    fork_until_there_is_no_more("again");
    SAY("a thread", clone, 0x50f00, 0, 0);
    SAY("a child with a stack of its own", clone, 17, buffer, 0);
    SAY("the time of a CPU", clock_gettime, 2, buffer, 0);
    SAY("a file to write", openat, -100, "motto.txt", 1);
    SAY("a new file", openat, -100, "new.txt", 0x40);
    while (guest_open("motto.txt") >= 0)
        opened++;
    SAY("open: one too many", openat, -100, "motto.txt", 0);
    say("until then", opened);
    for (int number = 3; number < 12; number++)
        guest_close(number);
    while (guest_pipe(ends) == 0)
        pipes++;
    say("pipes in one process", pipes);
    return 0;
}
