/* A guest program for the suites: system calls with arguments that no good program would pass.  Says what each
 * returned; knows nothing of what it should. */
#include "lde-model/guests/arch/call.h"
#include "lde-model/guests/boot.h"
#include "lde-model/guests/programs/guest.h"

#include <asm/unistd.h>
#include <linux/time_types.h>

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
    const long code = BOOT_USER_BASE, last = BOOT_USER_END - 1, kernel = BOOT_KERNEL_BASE, low = 8;
    SAY("write: endless", write, 1, buffer, -1);
    SAY("write: round the address space", write, 1, -8, 16);
    SAY("write: from the kernel", write, 1, kernel, 16);
    SAY("write: half of it there", write, 1, last, 1 << 20);
    SAY("write: nothing from nowhere", write, 1, 0, 0);
    SAY("pipe: into code", pipe2, code, 0, 0);
    SAY("pipe: nowhere", pipe2, 0, 0, 0);
    SAY("open: nowhere", openat, -100, 0, 0);
    SAY("open: in the kernel", openat, -100, kernel, 0);
    SAY("open: no name", openat, -100, "", 0);
    SAY("open: a long name", openat, -100,
        "a-name-that-is-longer-than-any-that-a-table-of-a-small-system-is-likely-to-hold", 0);
    SAY("sleep: nowhere", nanosleep, low, 0, 0);
    SAY("sleep: for a time in the kernel", nanosleep, kernel, 0, 0);
    SAY("clock: into code", clock_gettime, 1, code, 0);
    SAY("clock: misaligned", clock_gettime, 1, buffer + 1, 0);
}

static void times(void)
{
    struct __kernel_timespec length = {.tv_sec = 0, .tv_nsec = 1000000000};
    SAY("sleep: a second too many", nanosleep, &length, 0, 0);
    length.tv_nsec = -1;
    SAY("sleep: less than nothing", nanosleep, &length, 0, 0);
    length = (struct __kernel_timespec){.tv_sec = -1};
    SAY("sleep: in the past", nanosleep, &length, 0, 0);
    length = (struct __kernel_timespec){.tv_sec = 0};
    SAY("sleep: no time", nanosleep, &length, 0, 0);
    SAY("clock: unknown", clock_gettime, 99, buffer, 0);
    SAY("clock: unknown, and nowhere", clock_gettime, 99, 0, 0);
    SAY("clock: of the machine", clock_gettime, 7, buffer, 0);
}

static void descriptors(void)
{
    SAY("write: to -1", write, -1, buffer, 3);
    SAY("write: to 2^32 + 1", write, 0x100000001, "yes\n", 4);
    SAY("read: from 2000000000", read, 2000000000, buffer, 3);
    SAY("close: what is not open", close, 11, 0, 0);
    SAY("close: -1", close, -1, 0, 0);
    SAY("pipe: flags of the future", pipe2, ends, 1, 0);
    SAY("pipe: bad in both ways", pipe2, 0, 1, 0);
    SAY("pipe", pipe2, ends, 0, 0);
    SAY("pipe: read nothing", read, ends[0], buffer, 0);
    SAY("pipe: write nothing", write, ends[1], buffer, 0);
    SAY("pipe: as much as it holds", write, ends[1], buffer, 512);
    SAY("pipe: into code", read, ends[0], BOOT_USER_BASE, 10);
    SAY("pipe: less than there is", read, ends[0], buffer, 500);
    SAY("pipe: more than there is", read, ends[0], buffer, sizeof buffer);
    SAY("pipe: write to the wrong end", write, ends[0], buffer, 1);
    SAY("pipe: read from the wrong end", read, ends[1], buffer, 1);
    SAY("open: in a pipe", openat, ends[0], "motto.txt", 0);
    SAY("open: in what is not open", openat, 9, "motto.txt", 0);
    SAY("close: a pipe's end", close, ends[1], 0, 0);
    SAY("pipe: nobody writes", read, ends[0], buffer, 1);
    SAY("close: the other", close, ends[0], 0, 0);
    SAY("close: again", close, ends[0], 0, 0);
    SAY("write: to a file", write, guest_open("motto.txt"), buffer, 1);
}

static void broken_pipe(void)
{
    int status = 0;
    if (guest_fork() == 0) {
        guest_pipe(ends);
        guest_close(ends[0]);
        SAY("pipe: nothing to nobody", write, ends[1], buffer, 0);
        SAY("pipe: to nobody", write, ends[1], buffer, 1);
        guest_print("that was not the end\n");
        guest_exit(1);
    }
    guest_wait(&status);
    say("status", status);
    SAY("wait: nobody is left", wait4, -1, 0, 0);
    SAY("wait: into the kernel, for nobody", wait4, -1, BOOT_KERNEL_BASE, 0);
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    pointers();
    times();
    descriptors();
    broken_pipe();
    return 0;
}
