/* Joins a program that runs already, all its threads, and leaves it running when told to stop recording.
 *
 * A thread that is traced makes only threads that are traced, too; one that is not yet may make others while we
 * look.  So we look again until a look finds no new one.
 */
#include "tracer/record/record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

/* No EXITKILL: the program was here before us and will be after us. */
enum {
    OPTIONS =
        PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC
};

size_t attach_read_file(pid_t pid, const char *file, char *text, size_t size)
{
    char path[64];
    ssize_t got = -1;
    int fd;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        got = read(fd, text, size - 1);
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
    return got > 0 ? (size_t)got : 0;
}

static int explain_refusal(pid_t pid, int number)
{
    const char *name = strerrorname_np(number);
    int tracer = launch_tracer_of(pid);

    if (tracer != 0)
        fprintf(stderr, "trapflow: cannot record process %d: process %d (gdb, strace, trapflow?) traces it already\n",
                (int)pid, tracer);
    else
        fprintf(stderr, "trapflow: cannot record process %d: %s (%s); %s\n", (int)pid, strerror(number),
                name ? name : "?",
                number == ESRCH ? "is it still there?" : "is it yours, and may it be traced? make doctor says more");
    return -1;
}

static void welcome(struct recorder *recorder, pid_t tid, pid_t pid)
{
    struct tracee *tracee = tracee_add(recorder, tid, pid);
    size_t length = attach_read_file(pid, "comm", tracee->name, sizeof tracee->name);

    if (length > 0)
        tracee->name[length - 1] = '\0'; /* its newline */
    process_join(tracee, tid == pid ? NULL : tracee_find(recorder, pid));
    emit_birth(recorder, tracee, tid == pid ? NULL : tracee_find(recorder, pid), EVENT_CLONE);
    ptrace(PTRACE_INTERRUPT, tid, 0, 0); /* the loop meets it at this stop */
}

/* One look at the threads; returns how many are new, or −1 after one line on stderr. */
static int seize_new_threads(struct recorder *recorder, DIR *threads, pid_t pid)
{
    int found = 0;

    rewinddir(threads);
    for (struct dirent *entry; (entry = readdir(threads)) != NULL;) {
        pid_t tid = (pid_t)atoi(entry->d_name);

        if (tid <= 0 || tracee_find(recorder, tid) != NULL)
            continue;
        if (ptrace(PTRACE_SEIZE, tid, 0, OPTIONS) == 0) {
            welcome(recorder, tid, pid);
            found++;
        } else if (tid == pid) /* another thread may have ended, or be traced by us since its birth */
            return explain_refusal(pid, errno);
    }
    return found;
}

int attach_process(struct recorder *recorder, pid_t pid)
{
    char path[64];
    DIR *threads;
    int found;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    threads = opendir(path);
    if (threads == NULL)
        return explain_refusal(pid, ESRCH);
    recorder->leader = pid;
    do
        found = seize_new_threads(recorder, threads, pid);
    while (found > 0);
    closedir(threads);
    return found;
}
