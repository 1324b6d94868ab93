/* What comes from outside while a recording runs: kill -9, signals, and attaching to what runs already. */
#include "tests/harness/check.h"
#include "tests/record/seen.h"

#include <criterion/criterion.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 20 };

/* A program with its input and output in our hands. */
struct started {
    pid_t pid;
    int input, output;
};

static void expect(const struct started *started, const char *line)
{
    char word[16] = "";
    size_t length = strlen(line), got = 0;

    while (got < length) {
        ssize_t more = read(started->output, word + got, length - got);
        cr_assert(more > 0, "expected %s", line);
        got += (size_t)more;
    }
    cr_assert(strcmp(word, line) == 0, "saw %s, expected %s", word, line);
}

/* Starts a program that says "ready\n"; returns once it has said so. */
static struct started start(char *const argv[])
{
    struct started started;
    int in[2], out[2];

    alarm(PATIENCE_S * run_patience()); /* a test that hangs fails */
    cr_assert(pipe(in) == 0 && pipe(out) == 0);
    started.pid = fork();
    if (started.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives a test that fails */
        dup2(in[0], 0), dup2(out[1], 1);
        close(in[0]), close(in[1]), close(out[0]), close(out[1]);
        execv(argv[0], argv);
        _exit(126);
    }
    close(in[0]), close(out[1]);
    started.input = in[1];
    started.output = out[0];
    expect(&started, "ready\n");
    return started;
}

static struct started start_recording(const char *log, const char *script)
{
    return start((char *[]){(char *)check_built("trapflow"), "record", "-o", (char *)log, "--", "sh", "-c",
                            (char *)script, NULL});
}

Test(record, a_killed_recorder_takes_the_program_with_it)
{
    const char *log = check_path("k.trap");
    struct log_view view;
    char error[LOG_ERROR_MAX], word;
    struct started recorder = start_recording(log, "echo ready; read never");
    int status;

    kill(recorder.pid, SIGKILL);
    cr_assert(waitpid(recorder.pid, &status, 0) == recorder.pid && WIFSIGNALED(status));
    /* Its end of the pipe closes when the program is dead. */
    cr_assert(read(recorder.output, &word, 1) == 0);
    cr_assert(log_view_open(&view, log, error) == LOG_OK, "cannot %s", error);
    cr_assert(view.header->closed == 0 && count_kind(&view, EVENT_START) == 1);
    assert_call(&view, "write(1, \"ready\\n\", 6)", NULL);
    log_view_free(&view);
}

Test(record, a_signal_to_the_recorder_is_the_programs)
{
    /* Not `read`: between a look for signals and that, the shell can take one down and wait all the same. */
    struct started recorder =
        start_recording(check_path("s.trap"), "trap 'exit 9' TERM; echo ready; while :; do :; done");
    int status;

    kill(recorder.pid, SIGTERM);
    cr_assert(waitpid(recorder.pid, &status, 0) == recorder.pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 9, "status %x", (unsigned)status);
}

/* ---- attaching ---- */

/* How many lanes a log has by now; it may be read while it is written. */
static size_t lanes_of(const char *log)
{
    struct log_view view;
    char error[LOG_ERROR_MAX];
    size_t lanes = log_view_open(&view, log, error) == LOG_OK ? count_kind(&view, EVENT_LANE) : 0;

    log_view_free(&view);
    return lanes;
}

/* Who traces this thread of the process; -1: no such thread. */
static int tracer_of(pid_t pid)
{
    char path[64];
    int tracer = -1;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    char *status = check_read(path, &(size_t){0});
    const char *line = status != NULL ? strstr(status, "TracerPid:") : NULL;
    if (line != NULL)
        tracer = atoi(line + strlen("TracerPid:"));
    free(status);
    return tracer;
}

/* Returns once all `threads` of the process are traced, so that it can do nothing unseen. */
static pid_t attach_to(pid_t pid, const char *log, size_t threads)
{
    char number[16];
    pid_t recorder;

    snprintf(number, sizeof number, "%d", (int)pid);
    const char *command = check_built("trapflow");
    recorder = fork();
    if (recorder == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* nothing outlives a test that fails */
        execl(command, "trapflow", "record", "-o", log, "-p", number, (char *)NULL);
        _exit(126);
    }
    while (lanes_of(log) < threads)
        sched_yield();
    return recorder;
}

Test(record, attaches_to_a_running_process_and_lets_it_go)
{
    static char path[512];
    const char *log = check_path("p.trap");
    struct started program;
    struct log_view view;
    char error[LOG_ERROR_MAX];
    int status;

    snprintf(path, sizeof path, "%s", check_built("tests/record/programs/waiting"));
    program = start((char *[]){path, NULL});
    pid_t recorder = attach_to(program.pid, log, 4);
    cr_assert(write(program.input, "a", 1) == 1);
    expect(&program, "heard\n");
    kill(recorder, SIGTERM); /* ^C would do, but whoever runs tests in the background ignores it */
    cr_assert(waitpid(recorder, &status, 0) == recorder && status == 0, "the recorder: status %x", (unsigned)status);

    cr_assert(tracer_of(program.pid) == 0);
    cr_assert(write(program.input, "b", 1) == 1);
    expect(&program, "heard\n");
    close(program.input);
    cr_assert(waitpid(program.pid, &status, 0) == program.pid && WIFEXITED(status) && WEXITSTATUS(status) == 6,
              "the program: status %x", (unsigned)status);

    cr_assert(log_view_open(&view, log, error) == LOG_OK, "cannot %s", error);
    cr_assert(count_kind(&view, EVENT_LANE) == 4 && view.header->closed == 1, "saw %zu lanes",
              count_kind(&view, EVENT_LANE));
    assert_call(&view, "write(1, \"heard\\n\", 6)", NULL);
    log_view_free(&view);
}
