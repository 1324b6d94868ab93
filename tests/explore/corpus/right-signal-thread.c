/* right: the shape of the hypervisor thread; lesson: blocked before any thread exists, taken by one that waits */
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static sigset_t ours;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int ticks;

static void *dispatch(void *unused)
{
    for (;;) {
        int signo;
        sigwait(&ours, &signo);
        if (signo == SIGTERM)
            return unused;
        pthread_mutex_lock(&lock);
        ticks++;
        pthread_mutex_unlock(&lock);
    }
}

static void *work(void *unused)
{
    kill(getpid(), SIGALRM);
    pthread_mutex_lock(&lock);
    assert(ticks <= 2);
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t dispatcher, worker;
    sigemptyset(&ours);
    sigaddset(&ours, SIGALRM);
    sigaddset(&ours, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    pthread_create(&dispatcher, NULL, dispatch, NULL);
    pthread_create(&worker, NULL, work, NULL);
    kill(getpid(), SIGALRM);
    pthread_join(worker, NULL);
    pthread_kill(dispatcher, SIGTERM);
    pthread_join(dispatcher, NULL);
    assert(ticks <= 2); /* one, where the second came while the first was pending; none, where SIGTERM overtook both */
    return 0;
}
