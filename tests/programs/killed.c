/* kill -9 at moments that nobody chose: of the recorder, of the program, of a program that was only joined.
 *
 * Whatever the moment, the log is readable, and the program is dead or alive as the README says.  The moments are drawn
 * from a fixed seed, so a run differs from the next only by what the scheduler did.
 */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 25, LONGEST_US = 30000 };

static unsigned state = 20261122;

/* Anything up to the longest: early ones fall into the start, late ones into the midst. */
static void any_moment(void)
{
    state = state * 1103515245u + 12345u;
    long us = (long)((state >> 8) % LONGEST_US) * (long)run_patience();
    struct timespec pause = {us / 1000000, us % 1000000 * 1000};

    nanosleep(&pause, NULL);
}

/* A process whose standard output is a pipe of ours. */
struct child {
    pid_t pid;
    int output;
};

static struct child start(const char *const *argv)
{
    struct child child;
    int out[2];

    cr_assert(pipe2(out, O_CLOEXEC) == 0);
    child.pid = fork();
    if (child.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives a test that fails */
        dup2(out[1], 1);
        execvp(argv[0], (char *const *)argv);
        _exit(126);
    }
    close(out[1]);
    child.output = out[0];
    return child;
}

/* Reads to the end of the pipe, which comes when nobody is left who could write. */
static void drain(int fd)
{
    char bytes[4096];

    while (read(fd, bytes, sizeof bytes) > 0)
        continue;
    close(fd);
}

/* Readable, or so young that there is not yet anything to read. */
static void assert_readable(const char *log, int round)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    enum log_status status = log_view_open(&view, log, error);

    cr_assert(status == LOG_OK || status == LOG_UNREADABLE || (status == LOG_FOREIGN && view.count == 0),
              "round %d: cannot %s", round, error);
    log_view_free(&view);
}

/* Processes, threads, output, and no end. */
static const char restless[] = "while :; do echo a b c | cat; (exit 3); ls / ; done";

static struct child start_recording(const char *log)
{
    return start((const char *const[]){check_built("trapflow"), "record", "-o", log, "--", "sh", "-c", restless, NULL});
}

Test(programs, the_recorder_killed_at_any_moment)
{
    const char *log = check_path("k.trap");
    int status;

    alarm(100 * run_patience());
    for (int round = 0; round < ROUNDS; round++) {
        unlink(log);
        struct child recorder = start_recording(log);
        any_moment();
        kill(recorder.pid, SIGKILL);
        cr_assert(waitpid(recorder.pid, &status, 0) == recorder.pid && WIFSIGNALED(status));
        drain(recorder.output); /* returns only once the whole family is dead */
        assert_readable(log, round);
    }
}

/* The first child of a process, asked of /proc; 0: none yet. */
static pid_t child_of(pid_t pid)
{
    char path[64];
    size_t size;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
    char *text = check_read(path, &size);
    pid_t child = text != NULL ? (pid_t)atoi(text) : 0;
    free(text);
    return child;
}

Test(programs, the_program_killed_at_any_moment)
{
    const char *log = check_path("k.trap");
    int status;

    alarm(100 * run_patience());
    for (int round = 0; round < ROUNDS; round++) {
        struct child recorder = start_recording(log);
        struct pollfd said = {.fd = recorder.output, .events = POLLIN};
        pid_t program;

        /* Its first word shows that it is past its launch; then its recorder must die of what it dies of. */
        cr_assert(poll(&said, 1, -1) == 1 && (program = child_of(recorder.pid)) > 0);
        any_moment();
        kill(program, SIGKILL);
        /* Its own children go on a little, since they are nobody's now: the recorder waits for them. */
        drain(recorder.output);
        cr_assert(waitpid(recorder.pid, &status, 0) == recorder.pid);
        cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "round %d: the recorder's status is %x", round,
                  (unsigned)status);
        assert_readable(log, round);
    }
}

/* ---- joined with -p: it was here before the recorder, and stays ---- */

static long long count_from(int fd)
{
    char bytes[32] = "";

    for (size_t used = 0; used + 1 < sizeof bytes && read(fd, bytes + used, 1) == 1 && bytes[used] != '\n'; used++)
        continue;
    return atoll(bytes);
}

Test(programs, who_was_joined_survives_its_recorder)
{
    static const char counting[] = "i=0; while :; do i=$((i+1)); echo $i; done";
    const char *log = check_path("k.trap");
    struct child counter = start((const char *const[]){"sh", "-c", counting, NULL});
    char number[16];
    long long last = 0;
    int status;

    alarm(100 * run_patience());
    snprintf(number, sizeof number, "%d", (int)counter.pid);
    for (int round = 0; round < ROUNDS; round++) {
        struct child recorder =
            start((const char *const[]){check_built("trapflow"), "record", "-o", log, "-p", number, NULL});
        any_moment();
        kill(recorder.pid, SIGKILL);
        cr_assert(waitpid(recorder.pid, &status, 0) == recorder.pid && WIFSIGNALED(status));
        close(recorder.output);
        for (int i = 0; i < 100; i++) { /* it counts on, and leaves no number out */
            long long next = count_from(counter.output);
            cr_assert(next == last + 1, "round %d: after %lld came %lld", round, last, next);
            last = next;
        }
        assert_readable(log, round);
        unlink(log);
    }
    kill(counter.pid, SIGKILL);
    waitpid(counter.pid, &status, 0);
}
