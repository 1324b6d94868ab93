/* CPUs of the host, and the one signal that gives each of them back to the hypervisor thread.  Knows processes by
 * their pid; refuses to know whose turn it is, or how long a turn lasts. */
#include "lde-model/engine/seats.h"

#include "lde-model/engine/host.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct host_cpu {
    unsigned number; /* as the host counts */
    timer_t timer;
    volatile sig_atomic_t pid;  /* who runs here; 0: nobody */
    volatile sig_atomic_t rang; /* since a guest last stopped for that */
} seats[SEATS_MAX];
static volatile sig_atomic_t seat_count, stop_signal;

/* Runs on the hypervisor thread, which is the tracer: so it may stop the guest itself, and no alarm is lost
 * between a look at a flag and the wait. */
static void on_alarm(int signo, siginfo_t *info, void *context)
{
    int error = errno;
    (void)context;
    if (signo != SIGALRM)
        stop_signal = signo;
    for (int i = 0; i < seat_count; i++) {
        if (info->si_code == SI_TIMER && info->si_value.sival_int != i)
            continue; /* another seat's timer; what somebody sends is for all */
        seats[i].rang = 1;
        if (seats[i].pid != 0)
            ptrace(PTRACE_INTERRUPT, (pid_t)seats[i].pid, NULL, NULL);
    }
    errno = error;
}

/* Hypervisor thread and guests share these CPUs: with one, as in the lecture, and a wake-up across CPUs costs five
 * times a trap. */
static int choose_cpus(unsigned count)
{
    cpu_set_t ours, chosen;
    CPU_ZERO(&chosen);
    if (sched_getaffinity(0, sizeof ours, &ours) != 0)
        return -1;
    if (count > SEATS_MAX || (unsigned)CPU_COUNT(&ours) < count) {
        errno = EINVAL;
        return -1;
    }
    const unsigned here = (unsigned)sched_getcpu();
    for (unsigned i = 0, seat = 0; seat < count; i++) {
        const unsigned cpu = (here + i) % CPU_SETSIZE;
        if (!CPU_ISSET(cpu, &ours))
            continue;
        seats[seat++].number = cpu;
        CPU_SET(cpu, &chosen);
    }
    return sched_setaffinity(0, sizeof chosen, &chosen);
}

int seats_create(unsigned count)
{
    struct sigaction action = {.sa_sigaction = on_alarm,
                               .sa_flags = SA_SIGINFO}; /* no SA_RESTART: waits end with EINTR */
    sigemptyset(&action.sa_mask);
    if (choose_cpus(count) != 0 || sigaction(SIGALRM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0 ||
        sigaction(SIGTERM, &action, NULL) != 0)
        return -1;
    for (unsigned i = 0; i < count; i++) {
        struct sigevent event = {
            .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM, .sigev_value.sival_int = (int)i};
        event._sigev_un._tid = (pid_t)syscall(SYS_gettid); /* to this thread, whatever others there may be */
        if (timer_create(CLOCK_MONOTONIC, &event, &seats[i].timer) != 0)
            return -1;
        seat_count++;
    }
    return 0;
}

void seats_destroy(void)
{
    while (seat_count > 0)
        timer_delete(seats[--seat_count].timer);
}

void seats_place(unsigned seat, pid_t pid)
{
    cpu_set_t one;
    if (seat_count < 2)
        return;
    CPU_ZERO(&one);
    CPU_SET(seats[seat].number, &one);
    sched_setaffinity(pid, sizeof one, &one); /* fails only if the guest is gone, and then it does not matter */
}

void seats_alarm_target(unsigned seat, pid_t pid)
{
    seats[seat].pid = pid;
    if (seats[seat].rang && pid != 0)
        host_ptrace(PTRACE_INTERRUPT, pid, 0, NULL);
}

void seats_alarm_seen(unsigned seat)
{
    seats[seat].rang = 0;
    if (stop_signal != 0)
        seats[seat].rang = 1; /* that one nobody has heeded yet */
}

static struct timespec timespec_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

void seats_alarm_set(unsigned seat, uint64_t ns, uint64_t again_ns)
{
    /* 0 would disarm */
    struct itimerspec when = {.it_value = timespec_of(ns == 0 ? 1 : ns), .it_interval = timespec_of(again_ns)};
    timer_settime(seats[seat].timer, 0, &when, NULL);
}

int seats_stop_asked(void)
{
    return stop_signal;
}
