/* wrong: killed-by-signal; lesson: what sigwait waits for must be blocked: it may come when nobody is waiting yet */
#include <pthread.h>
#include <signal.h>

static sigset_t ours;

static void *dispatch(void *unused)
{
    int signo;
    sched_yield();
    sigwait(&ours, &signo);
    return unused;
}

int main(void)
{
    pthread_t dispatcher;
    sigemptyset(&ours);
    sigaddset(&ours, SIGUSR1);
    pthread_create(&dispatcher, NULL, dispatch, NULL);
    pthread_kill(dispatcher, SIGUSR1);
    pthread_join(dispatcher, NULL);
    return 0;
}
