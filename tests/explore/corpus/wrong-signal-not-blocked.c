/* wrong: killed-by-signal; lesson: a thread inherits its mask when it is created, so block signals before */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t ours;

static void *dispatch(void *unused)
{
    int signo;
    sigwait(&ours, &signo);
    return unused;
}

static void *work(void *unused)
{
    sched_yield();
    return unused;
}

int main(void)
{
    pthread_t dispatcher, worker;
    sigemptyset(&ours);
    sigaddset(&ours, SIGUSR1);
    pthread_create(&worker, NULL, work, NULL); /* too early: it does not block SIGUSR1 */
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    pthread_create(&dispatcher, NULL, dispatch, NULL);
    kill(getpid(), SIGUSR1);
    pthread_join(dispatcher, NULL);
    pthread_join(worker, NULL);
    return 0;
}
