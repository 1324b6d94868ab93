/* Starts and ends an lde in the background; order comes from what it writes and from pidfds, never from sleeping. */
#include "tests/lde/background.h"

#include "tests/harness/check.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void find_guests(struct background *background)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", background->lde, background->lde);
    FILE *children = fopen(path, "r");
    for (int pid; children != NULL && background->guests < BACKGROUND_GUESTS && fscanf(children, "%d", &pid) == 1;) {
        background->guest[background->guests] = pid;
        background->handle[background->guests++] = (int)syscall(SYS_pidfd_open, pid, 0);
    }
    if (children != NULL)
        fclose(children);
}

/* An emulated CPU takes longer. */
static int deadline(int ms)
{
    return ms * (int)run_patience();
}

bool background_says(struct background *background, const char *text)
{
    struct pollfd said = {.fd = background->out, .events = POLLIN};
    size_t found = 0;
    char byte;
    while (text[found] != '\0') {
        if (poll(&said, 1, deadline(20000)) != 1 || read(background->out, &byte, 1) != 1)
            return false;
        found = byte == text[found] ? found + 1 : byte == text[0];
    }
    return true;
}

/* In ticks of a hundredth of a second; −1 if it is gone. */
static long cpu_time(pid_t pid)
{
    long user = -1, system = 0;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "r");
    if (stat == NULL)
        return -1;
    if (fscanf(stat, "%*d %*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) != 2)
        user = -1;
    fclose(stat);
    return user < 0 ? -1 : user + system;
}

bool background_computes(pid_t guest)
{
    const long before = cpu_time(guest);
    for (int look = 0; look < 200000; look++) {
        if (cpu_time(guest) > before)
            return before >= 0;
        sched_yield();
    }
    return false;
}

int background_start(struct background *background, const char *const words[])
{
    int out[2], err[2];
    *background = (struct background){0};
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
        return -1;
    background->lde = fork();
    if (background->lde == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails half-way leaves nothing behind */
        dup2(out[1], 1);
        dup2(err[1], 2);
        execv(check_built("lde"), (char *const *)(uintptr_t)words);
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    background->out = out[0];
    background->err = err[0];
    if (!background_says(background, "\n")) {
        background_end(background, SIGKILL);
        return -1;
    }
    find_guests(background);
    return 0;
}

int background_wait(struct background *background)
{
    int status = 0;
    struct pollfd ended = {.fd = (int)syscall(SYS_pidfd_open, background->lde, 0), .events = POLLIN};
    if (poll(&ended, 1, deadline(20000)) != 1)
        kill(background->lde, SIGKILL);
    close(ended.fd);
    waitpid(background->lde, &status, 0);
    return status;
}

int background_end(struct background *background, int signo)
{
    int status = 0;
    kill(background->lde, signo);
    waitpid(background->lde, &status, 0);
    return status;
}

unsigned background_survivors(struct background *background)
{
    unsigned alive = 0;
    for (unsigned i = 0; i < background->guests; i++) {
        struct pollfd dead = {.fd = background->handle[i], .events = POLLIN};
        alive += dead.fd >= 0 && poll(&dead, 1, deadline(10000)) != 1; /* no handle: it was dead already */
        close(dead.fd);
    }
    return alive;
}

int background_kill(const char *const words[], unsigned times)
{
    int survivors = 0;
    for (unsigned i = 0; i < times; i++) {
        struct background background;
        if (background_start(&background, words) != 0 || background.guests < 2)
            return -1;
        background_end(&background, SIGKILL);
        survivors += (int)background_survivors(&background);
        close(background.out);
        close(background.err);
    }
    return survivors;
}

const char *background_rest(int stream)
{
    static char text[1 << 16];
    size_t used = 0;
    ssize_t got;
    while (used < sizeof text - 1 && (got = read(stream, text + used, sizeof text - 1 - used)) > 0)
        used += (size_t)got;
    text[used] = '\0';
    return text;
}
