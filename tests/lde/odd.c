/* A guest program for the suites: system calls with arguments that no good program would pass.  Says what each
 * returned; knows nothing of what it should. */
#include "lde-model/guests/arch/call.h"
#include "lde-model/guests/boot.h"
#include "lde-model/guests/programs/guest.h"

#include <asm/unistd.h>

static char buffer[700];
static int ends[2];

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

static void pointers(void)
{
    const long code = BOOT_USER_BASE, last = BOOT_USER_END - 1, kernel = BOOT_KERNEL_BASE;
    SAY("write: endless", write, 1, buffer, -1);
    SAY("write: round the address space", write, 1, -8, 16);
    SAY("write: from the kernel", write, 1, kernel, 16);
    SAY("write: beyond the end", write, 1, last, 2);
    SAY("write: nothing from nowhere", write, 1, 0, 0);
    SAY("read: into code", read, 0, code, 10);
    SAY("pipe: into code", pipe2, code, 0, 0);
    SAY("open: a name that runs out of memory", openat, -100, last, 0);
    SAY("wait: into the kernel", wait4, -1, kernel, 0);
    SAY("sleep: for a time in the kernel", nanosleep, kernel, 0, 0);
    SAY("clock: misaligned", clock_gettime, 1, buffer + 1, 0);
}

static void descriptors(void)
{
    SAY("write: to -1", write, -1, buffer, 3);
    SAY("write: to 2^32 + 1", write, 0x100000001, buffer, 3);
    SAY("close: what is not open", close, 11, 0, 0);
    SAY("pipe", pipe2, ends, 0, 0);
    SAY("pipe: read nothing", read, ends[0], buffer, 0);
    SAY("pipe: more than it holds", write, ends[1], buffer, sizeof buffer);
    SAY("pipe: write to the wrong end", write, ends[0], buffer, 1);
    SAY("pipe: read from the wrong end", read, ends[1], buffer, 1);
    SAY("pipe: nobody reads", close, ends[0], 0, 0);
    SAY("pipe: so it is broken", write, ends[1], buffer, 1);
    for (int i = 0; i < 8; i++)
        guest_open("motto.txt");
    SAY("open: one too many", openat, -100, "motto.txt", 0);
}

static void children(void)
{
    int gate[2]; /* that holds the children until we are gone */
    guest_pipe(gate);
    SAY("wait: for nobody", wait4, -1, 0, 0);
    SAY("fork: a thread", clone, 0x50f00, 0, 0);
    long child = 1, made = 0;
    while (child > 0 && made < 100) {
        child = guest_fork();
        if (child == 0) {
            guest_close(gate[1]);
            guest_exit((int)guest_read(gate[0], buffer, 1));
        }
        made += child > 0;
    }
    say("fork: one too many", child);
    SAY("wait: but not long", wait4, -1, 0, 1);
    say("fork: until then", made);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    pointers();
    children();
    descriptors();
    return 0;
}
