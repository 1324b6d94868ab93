/* wrong: lost-wakeup; lesson: a signal that is pending already is merged with the next: signals are no counters */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t ours;

static void *count(void *unused)
{
    for (int i = 0; i < 2; i++) {
        int signo;
        sigwait(&ours, &signo);
    }
    return unused;
}

int main(void)
{
    pthread_t counter;
    sigemptyset(&ours);
    sigaddset(&ours, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    pthread_create(&counter, NULL, count, NULL);
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    pthread_join(counter, NULL);
    return 0;
}
