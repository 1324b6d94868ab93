/* Sleeps and waits that a timer's signal ends, each in its own way: a call that fails, one that the kernel restarts,
 * one that goes on with what is left. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t rung;

static void ring(int signo)
{
    (void)signo;
    rung++;
}

static void arm(int flags)
{
    struct sigaction action = {.sa_handler = ring, .sa_flags = flags};
    struct itimerval timer = {.it_value = {.tv_usec = 2000}};

    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
}

int main(void)
{
    struct timespec an_hour = {3600, 0}, a_moment = {0, 20000000};
    int ends[2];
    char byte;

    arm(0);
    pause();
    arm(0);
    if (nanosleep(&an_hour, NULL) == 0 || errno != EINTR)
        return 3;
    if (pipe(ends) != 0)
        return 4;
    arm(0);
    if (read(ends[0], &byte, 1) != -1 || errno != EINTR)
        return 5;
    arm(SA_RESTART);
    nanosleep(&a_moment, NULL);
    printf("rung %d times\n", (int)rung);
    return 0;
}
