/* What a reflected call costs at least on this machine: two traced processes, one that makes system calls and one that
 * faults, and nothing else.  For each call one stop of the first and as many of the second as a guest kernel's
 * privileged instructions make on this CPU; at each stop one wait, one reading and one writing of registers, and one
 * resumption.  No hypervisor can do it with less over ptrace.  Then the model's own reflected call in the same run,
 * interleaved, and the quotient of the medians.
 *
 * usage: lde-floor [--json] [CALLS]    run from anywhere; lde must lie in the same folder */
#include "lde-model/arch/floor.h"

#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPETITIONS = 7, REGISTER_BYTES = 1024 };

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "lde-floor: cannot %s: %s (%s)\n", what, strerror(errno), strerrorname_np(errno));
    exit(2);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void caller(void)
{
    for (;;)
        syscall(SYS_getppid);
}

static void faulter(void)
{
    for (;;)
        __asm__ volatile(ARCH_PRIVILEGED_INSTRUCTION);
}

/* A traced process that runs `body`, stopped. */
static pid_t start(void (*body)(void))
{
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        raise(SIGSTOP);
        body();
    }
    if (pid < 0 || waitpid(pid, &status, WUNTRACED) != pid)
        die("start a process");
    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_EXITKILL) != 0 || ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) != 0)
        die("trace a process");
    kill(pid, SIGCONT);
    while (waitpid(pid, &status, __WALL) == pid && status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP)
        ptrace(PTRACE_CONT, pid, NULL, NULL);
    return pid;
}

struct guest {
    pid_t pid;
    char registers[REGISTER_BYTES];
    struct iovec area;
};

/* One stop: resume, wait, read; the registers written were read at the last stop. */
static void hop(struct guest *guest)
{
    int status;
    ptrace(PTRACE_SETREGSET, guest->pid, NT_PRSTATUS, &guest->area);
    ptrace(PTRACE_SYSEMU, guest->pid, NULL, NULL);
    waitpid(guest->pid, &status, __WALL);
    ptrace(PTRACE_GETREGSET, guest->pid, NT_PRSTATUS, &guest->area);
}

static void make(struct guest *guest, void (*body)(void))
{
    guest->pid = start(body);
    guest->area = (struct iovec){.iov_base = guest->registers, .iov_len = REGISTER_BYTES};
    if (ptrace(PTRACE_GETREGSET, guest->pid, NT_PRSTATUS, &guest->area) != 0)
        die("read registers");
    for (int i = 0; i < 10; i++)
        hop(guest); /* what is left of its start */
}

static double measure_floor(unsigned long calls)
{
    static struct guest process, kernel;
    make(&process, caller);
    make(&kernel, faulter);
    const uint64_t start_ns = now_ns();
    for (unsigned long i = 0; i < calls; i++) {
        hop(&process);
        for (int stop = 0; stop < ARCH_KERNEL_STOPS; stop++)
            hop(&kernel);
    }
    const double ns = (double)(now_ns() - start_ns) / (double)calls;
    for (struct guest *guest = &process; guest != NULL; guest = guest == &process ? &kernel : NULL) {
        kill(guest->pid, SIGKILL);
        waitpid(guest->pid, NULL, __WALL);
    }
    return ns;
}

static double measure_model(unsigned long calls)
{
    char folder[1024], command[1200], line[4096] = "";
    const ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[length < 0 ? 0 : length] = '\0';
    *strrchr(folder, '/') = '\0';
    snprintf(command, sizeof command, "'%s/lde' run --stats --json --vm 'tickos:getppid-loop %lu'", folder, calls);
    FILE *model = popen(command, "re");
    if (model == NULL || fgets(line, sizeof line, model) == NULL || pclose(model) != 0)
        die("run lde");
    const char *figure = strstr(line, "\"ns_per_reflected_call\":");
    return figure == NULL ? 0 : strtod(strchr(figure, ':') + 1, NULL);
}

static int by_size(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    const bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    const unsigned long asked = argc > 1 + json ? strtoul(argv[1 + json], NULL, 10) : 0;
    const unsigned long calls = asked == 0 ? 20000 : asked;
    double floor_ns[REPETITIONS], model_ns[REPETITIONS];
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((unsigned)sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one);
    for (int i = 0; i < REPETITIONS; i++) {
        floor_ns[i] = measure_floor(calls);
        model_ns[i] = measure_model(calls);
    }
    qsort(floor_ns, REPETITIONS, sizeof *floor_ns, by_size);
    qsort(model_ns, REPETITIONS, sizeof *model_ns, by_size);
    const double floor = floor_ns[REPETITIONS / 2], model = model_ns[REPETITIONS / 2];
    printf(json ? "{\"floor_ns\":%.0f,\"stops\":%d,\"reflected_call_ns\":%.0f,\"ratio\":%.3f}\n"
                : "floor           %8.0f ns a reflected call, by %d stops\nlde, mode trap  %8.0f ns, %.3f times the "
                  "floor\n",
           floor, 1 + ARCH_KERNEL_STOPS, model, model / floor);
    return 0;
}
