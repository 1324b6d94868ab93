/* Job control, sessions and time limits: programs that stop each other, and tell their children's fate apart. */
#include "tests/harness/check.h"
#include "tests/programs/both.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Test(programs, pipelines_with_job_control)
{
    need_program("bash", "bash");
    assert_same_script("bash", "set -m; exec 2>/dev/null\n"
                               "printf '%s\\n' c b a | sort | tr a-z A-Z\n"
                               "{ sleep 0; exit 4; } & wait $!; echo first $?\n"
                               "(exit 3) | (exit 5) | true; echo ${PIPESTATUS[*]}\n"
                               "coproc cat; echo through >&${COPROC[1]}; read -u ${COPROC[0]} word; echo $word\n"
                               "kill $COPROC_PID; wait $COPROC_PID 2>/dev/null; echo ended $?\n");
}

/* The shell waits until the job is stopped, says so, lets it go on, and waits for its end.  `read` holds the job until
 * the shell has closed its end: nothing here hangs on time. */
Test(programs, a_job_stopped_and_continued)
{
    need_program("bash", "bash");
    assert_same_script("bash", "set -m; exec 2>/dev/null\n" /* when the shell tells of its jobs is chance */
                               "mkfifo=$(mktemp -u); mkfifo $mkfifo\n"
                               "sh -c 'kill -STOP $$; read line; echo got $line; exit 7' <$mkfifo &\n"
                               "exec 9>$mkfifo; rm $mkfifo\n"
                               "until jobs -s | grep -q Stopped; do :; done; echo stopped\n"
                               "echo word >&9; bg %1 >/dev/null; wait %1; echo $?\n");
}

Test(programs, a_stopped_group)
{
    need_program("python3", "python3");
    assert_same_words("python3", "-c",
                      "import os, signal\n"
                      "r, w = os.pipe()\n"
                      "child = os.fork()\n"
                      "if child == 0:\n"
                      "    os.setpgid(0, 0)\n"
                      "    if os.fork() == 0: os.read(r, 1); os._exit(0)\n"
                      "    os.read(r, 1); os._exit(6)\n"
                      "try: os.setpgid(child, child)\n"
                      "except OSError: pass\n"
                      "for round in range(5):\n"
                      "    os.killpg(child, (signal.SIGSTOP, signal.SIGTSTP)[round % 2])\n"
                      "    status = os.waitpid(child, os.WUNTRACED)[1]\n"
                      "    print(os.WIFSTOPPED(status), os.WSTOPSIG(status))\n"
                      "    os.killpg(child, signal.SIGCONT)\n"
                      "    print(os.WIFCONTINUED(os.waitpid(child, os.WCONTINUED)[1]))\n"
                      "os.write(w, b'ab')\n"
                      "print(os.WEXITSTATUS(os.waitpid(child, 0)[1]))\n",
                      NULL);
}

Test(programs, killed_while_stopped)
{
    /* The shell says "Killed" or not, as the end came before or within its wait. */
    assert_same_script(
        "sh", "exec 2>/dev/null; sh -c 'kill -STOP $$' & until grep -q '^State:.[tT]' /proc/$!/status; do :; done\n"
              "kill -KILL $!; wait $!; echo $?");
}

Test(programs, timeout_and_setsid)
{
    assert_same_script("sh", "timeout 0.05 sleep 1000; echo $?\n"
                             "timeout -s KILL 0.05 sleep 1000; echo $?\n"
                             "timeout 1000 sh -c 'exit 9'; echo $?\n");
    need_program("setsid", "util-linux");
    assert_same_script("sh", "setsid -w sh -c 'exit 8'; echo $?; setsid sh -c 'echo apart' | cat");
}

/* ---- joining a program that is at work ---- */

static pid_t start_reading_from(int from, int to, const char *const *argv)
{
    pid_t pid = fork();

    if (pid == 0) {
        dup2(from, 0), dup2(to, 1);
        close(from), close(to);
        execvp(argv[0], (char *const *)argv);
        _exit(126);
    }
    close(from), close(to);
    return pid;
}

/* A log that has begun shows that the recorder is there; until then there is nothing to end. */
static void record_for_a_while(pid_t pid, const char *log)
{
    char number[16], error[LOG_ERROR_MAX];
    struct log_view view;
    int status;
    size_t events = 0;

    unlink(log); /* of the time before */
    snprintf(number, sizeof number, "%d", (int)pid);
    const char *command = check_built("trapflow");
    pid_t recorder = fork();
    if (recorder == 0) {
        execl(command, "trapflow", "record", "-o", log, "-p", number, (char *)NULL);
        _exit(126);
    }
    while (events == 0 && waitpid(recorder, &status, WNOHANG) == 0) {
        events = log_view_open(&view, log, error) == LOG_OK ? view.count : 0;
        log_view_free(&view);
    }
    kill(recorder, SIGTERM);
    cr_assert(events > 0 && waitpid(recorder, &status, 0) == recorder && status == 0, "the recorder: status %x",
              (unsigned)status);
}

/* Joined and left five times while it compresses: every byte must come through. */
Test(programs, attaching_and_letting_go_harms_no_compressor)
{
    enum { PIECES = 5, PIECE_BYTES = 1 << 19 };
    static char text[PIECE_BYTES];
    const char *packed = check_path("packed.xz"), *log = check_path("p.trap");
    int pipe_to[2], status;
    struct run_result result;

    need_program("xz", "xz-utils");
    alarm(60 * run_patience());
    FILE *out = fopen(packed, "we");
    cr_assert(out != NULL && pipe(pipe_to) == 0);
    int dup_out = dup(fileno(out)), keep = dup(pipe_to[1]);
    close(pipe_to[1]);
    fcntl(keep, F_SETFD, FD_CLOEXEC);
    pid_t pid = start_reading_from(pipe_to[0], dup_out, (const char *const[]){"xz", "-1", "-T2", "-c", NULL});
    for (int piece = 0; piece < PIECES; piece++) {
        memset(text, 'a' + piece, sizeof text);
        cr_assert(write(keep, text, sizeof text / 2) == (ssize_t)sizeof text / 2);
        record_for_a_while(pid, log);
        cr_assert(write(keep, text, sizeof text / 2) == (ssize_t)sizeof text / 2);
    }
    close(keep);
    cr_assert(waitpid(pid, &status, 0) == pid && status == 0, "xz: status %x", (unsigned)status);
    fclose(out);
    cr_assert(run_words(&result, "xz", "-dc", packed, NULL) == 0 && run_exit_code(&result) == 0);
    cr_assert(result.out_size == (size_t)PIECES * PIECE_BYTES, "%zu bytes came through", result.out_size);
    for (size_t i = 0; i < result.out_size; i++)
        cr_assert(result.out[i] == (char)('a' + i / PIECE_BYTES), "byte %zu", i);
    run_free(&result);
}
