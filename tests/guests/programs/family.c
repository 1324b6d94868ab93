/* A guest program for the suites: what processes share after a fork and what they do not, whom wait4 finds, and in
 * which order. */
#include "lde-model/guests/arch/call.h"
#include "lde-model/guests/programs/guest.h"

#include <asm/unistd.h>

static void say(const char *what, long number)
{
    struct guest_line line = {0};
    line_text(&line, what);
    line_text(&line, " ");
    line_number(&line, number);
    line_text(&line, "\n");
    line_print(&line);
}

static long wait4(long whom, int *status, long options)
{
    return guest_call(__NR_wait4, whom, (long)status, options, 0);
}

/* One open file, two descriptors after the fork: one place in it. */
static void share_an_open_file(void)
{
    char bytes[16] = "";
    int status;
    const long file = guest_open("motto.txt");
    if (guest_fork() == 0) {
        guest_read((int)file, bytes, 9);
        guest_exit(0);
    }
    guest_wait(&status);
    say("the child read on for us", guest_read((int)file, bytes, 9));
    bytes[9] = '\0';
    guest_print(bytes);
    guest_print("\n");
    guest_close((int)file);
}

static int shared_by_nobody = 1;

static void keep_memory_apart(void)
{
    int status;
    if (guest_fork() == 0) {
        shared_by_nobody = 2;
        guest_exit(0);
    }
    guest_wait(&status);
    say("our memory is ours", shared_by_nobody);
}

static void end_in_other_ways(void)
{
    static const int code[] = {0, 1, 255, 256, -1, 1000};
    for (unsigned i = 0; i < sizeof code / sizeof *code; i++) {
        int status = -1;
        if (guest_fork() == 0)
            guest_exit(code[i]);
        guest_wait(&status);
        say("exit", code[i]);
        say("status", status);
    }
}

/* Two that have ended wait to be asked for; a third has not. */
static void be_found(void)
{
    int gate[2], status;
    long child[3], grandchild;
    guest_pipe(gate);
    for (int i = 0; i < 3; i++) {
        child[i] = guest_fork();
        if (child[i] == 0) {
            char byte;
            guest_close(gate[1]);
            guest_exit(i < 2 ? i : (int)guest_read(gate[0], &byte, 1));
        }
    }
    say("by its number", wait4(child[1], &status, 0) - child[1]);
    say("again", wait4(child[1], &status, 0));
    say("by the group", wait4(0, &status, 0) - child[0]);
    say("none has ended", wait4(-1, &status, 1));
    say("not ours", wait4(1000000, &status, 0));
    say("odd options", wait4(-1, &status, 0x10));
    say("nobody stops", wait4(-1, &status, 1 | 2 | 8));
    guest_close(gate[0]);
    guest_close(gate[1]);
    say("at the end", wait4(-1, 0, 0) - child[2]);
    say("nobody is left", wait4(-1, (int *)8, 0));
    grandchild = guest_fork();
    if (grandchild == 0) {
        if (guest_fork() == 0)
            guest_exit(7);
        guest_exit(5);
    }
    say("a child", wait4(-1, &status, 0) - grandchild);
    say("not its child", wait4(-1, &status, 0));
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    share_an_open_file();
    keep_memory_apart();
    end_in_other_ways();
    be_found();
    return 0;
}
