/* Host calls, counted, and the one signal that gives the hypervisor thread its CPU back.  Refuses to know what a
 * stop means. */
#include "lde-model/engine/host.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct host_counts host_counts;
void (*host_observer)(unsigned, uint64_t, uint64_t, uint64_t);

long host_ptrace(int request, pid_t pid, uintptr_t address, void *data)
{
    host_counts.calls++;
    long result = ptrace((enum __ptrace_request)request, pid, (void *)address, data);
    if (host_observer != NULL)
        host_observer(SYS_ptrace, (uint64_t)request, (uint64_t)pid, address);
    return result;
}

pid_t host_wait(pid_t pid, int *status)
{
    host_counts.calls++;
    pid_t who = waitpid(pid, status, __WALL);
    if (who > 0)
        host_counts.guest_entries++;
    if (host_observer != NULL)
        host_observer(SYS_wait4, (uint64_t)pid, (uint64_t)*status, __WALL);
    return who;
}

static timer_t alarm_timer;
static volatile sig_atomic_t alarm_pid, alarm_rang, stop_signal;

void host_alarm_target(pid_t pid)
{
    alarm_pid = pid;
    if (alarm_rang && pid != 0)
        host_ptrace(PTRACE_INTERRUPT, pid, 0, NULL);
}

int host_stop_asked(void)
{
    return stop_signal;
}

void host_alarm_seen(void)
{
    alarm_rang = 0;
}

/* Runs on the hypervisor thread, which is the tracer: so it may stop the guest itself, and no alarm is lost
 * between a look at a flag and the wait. */
static void on_alarm(int signo)
{
    int error = errno;
    if (signo != SIGALRM)
        stop_signal = signo;
    alarm_rang = 1;
    if (alarm_pid != 0)
        ptrace(PTRACE_INTERRUPT, (pid_t)alarm_pid, NULL, NULL);
    errno = error;
}

int host_alarm_create(void)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART: waits end with EINTR */
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGALRM, &action, NULL) != 0 || sigaction(SIGINT, &action, NULL) != 0 ||
        sigaction(SIGTERM, &action, NULL) != 0)
        return -1;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
    event._sigev_un._tid = (pid_t)syscall(SYS_gettid); /* to this thread, whatever others there may be */
    return timer_create(CLOCK_MONOTONIC, &event, &alarm_timer);
}

static struct timespec timespec_of(uint64_t ns)
{
    return (struct timespec){.tv_sec = (time_t)(ns / 1000000000), .tv_nsec = (long)(ns % 1000000000)};
}

void host_alarm_set(uint64_t ns, uint64_t again_ns)
{
    /* 0 would disarm */
    struct itimerspec when = {.it_value = timespec_of(ns == 0 ? 1 : ns), .it_interval = timespec_of(again_ns)};
    timer_settime(alarm_timer, 0, &when, NULL);
}

void host_alarm_destroy(void)
{
    timer_delete(alarm_timer);
}
