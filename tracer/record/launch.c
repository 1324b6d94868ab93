/* Starts the program so that nothing of it is missed: the child waits on a pipe until it is traced, and what it
 * does before its execve is ours and not recorded.
 *
 *   recorder:  fork … SEIZE, INTERRUPT, wait for the stop … "go" … loop.c takes over
 *   child:     wait for "go" … execve, or tell why not
 */
#include "tracer/record/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* Read by the recorder once the program is gone: an errno if execve failed, nothing otherwise. */
static int exec_failure_fd = -1;

enum {
    OPTIONS = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
              PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC
};

static int complain(const char *what, int number, const char *advice)
{
    const char *name = strerrorname_np(number);

    fprintf(stderr, "trapflow: cannot %s: %s (%s)%s\n", what, strerror(number), name ? name : "?", advice);
    return -1;
}

/* In the child; never returns. */
static void become_program(int go, int failure_fd, const char *path, char **argv)
{
    int failure;
    char word;

    /* Until EXITKILL holds us, dying with the recorder is up to this. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (read(go, &word, 1) == 1) {
        prctl(PR_SET_PDEATHSIG, 0);
        execv(path, argv);
        failure = errno;
        if (write(failure_fd, &failure, sizeof failure) < 0)
            _exit(126);
    }
    _exit(127);
}

int launch_tracer_of(pid_t pid)
{
    char path[64], line[256];
    int tracer = 0;
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    status = fopen(path, "re");
    if (status == NULL)
        return 0;
    while (fgets(line, sizeof line, status) != NULL && sscanf(line, "TracerPid: %d", &tracer) != 1)
        continue;
    fclose(status);
    return tracer;
}

static int explain_refusal(pid_t child, int number)
{
    int tracer = launch_tracer_of(child);

    if (tracer == 0)
        return complain("trace a program", number, "; this machine or container forbids ptrace: make doctor says more");
    fprintf(stderr,
            "trapflow: cannot record inside another tracer: process %d (gdb, strace, trapflow?) traces us already; "
            "run trapflow outside of it\n",
            tracer);
    return -1;
}

/* Attaches, and stops the child where the loop will find it. */
static int attach(struct recorder *recorder, pid_t child, const char *path)
{
    struct tracee *tracee;
    int status, signal;

    if (ptrace(PTRACE_SEIZE, child, 0, OPTIONS) != 0)
        return explain_refusal(child, errno);
    if (ptrace(PTRACE_INTERRUPT, child, 0, 0) != 0 || waitpid(child, &status, __WALL) != child || !WIFSTOPPED(status))
        return complain("stop the program before it starts", errno, "");
    /* A signal may have come first: then it is passed on, and our own stop is still to come. */
    signal = (unsigned)status >> 16 == 0 ? WSTOPSIG(status) : 0;
    tracee = tracee_add(recorder, child, child);
    tracee->launching = true;
    process_join(tracee, NULL);
    snprintf(tracee->name, sizeof tracee->name, "%s", program_base_name(path));
    recorder->leader = child;
    pin_together(recorder, tracee);
    if (ptrace(recorder->syscalls ? PTRACE_SYSCALL : PTRACE_CONT, child, 0, (long)signal) != 0)
        return complain("start the program", errno, "");
    return 0;
}

int launch(struct recorder *recorder, const char *path, char **argv)
{
    int go[2], failure[2];
    pid_t child;

    if (pipe2(go, O_CLOEXEC) != 0)
        return complain("make a pipe", errno, "");
    if (pipe2(failure, O_CLOEXEC) != 0) {
        close(go[0]), close(go[1]);
        return complain("make a pipe", errno, "");
    }
    child = fork();
    if (child == 0) {
        close(go[1]); /* so that the read ends if the recorder dies */
        become_program(go[0], failure[1], path, argv);
    }
    close(go[0]);
    close(failure[1]);
    exec_failure_fd = failure[0];
    if (child < 0 || attach(recorder, child, path) != 0 || write(go[1], "!", 1) != 1) {
        if (child < 0)
            complain("start a process", errno, "");
        close(go[1]);
        if (child > 0) {
            kill(child, SIGKILL);
            waitpid(child, NULL, __WALL);
        }
        return -1;
    }
    close(go[1]);
    return 0;
}

int launch_failure(void)
{
    int failure = 0;

    if (read(exec_failure_fd, &failure, sizeof failure) != (ssize_t)sizeof failure)
        failure = 0;
    close(exec_failure_fd);
    return failure;
}
