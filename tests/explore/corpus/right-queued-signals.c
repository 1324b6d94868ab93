/* right: the lowest real-time signal first, each one queued with its value; whichever of two waiters takes which */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t ours;
static int sums[2];

static void *take(void *where)
{
    siginfo_t info;
    assert(sigwaitinfo(&ours, &info) == SIGRTMIN && info.si_code == SI_QUEUE);
    *(int *)where = info.si_value.sival_int;
    return NULL;
}

int main(void)
{
    pthread_t takers[2];
    const struct timespec soon = {0, 1000};
    siginfo_t info;
    sigemptyset(&ours);
    sigaddset(&ours, SIGRTMIN);
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    for (int i = 0; i < 2; i++)
        pthread_create(&takers[i], NULL, take, &sums[i]);
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1});
    sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 2});
    for (int i = 0; i < 2; i++)
        pthread_join(takers[i], NULL);
    assert(sums[0] + sums[1] == 3);
    assert(sigtimedwait(&ours, &info, &soon) == -1);
    return 0;
}
