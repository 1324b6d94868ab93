/* wrong: destroyed; lesson: between unlocking and waking it, the thread may have ended and been joined */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>

static sigset_t ours;
static pthread_t dispatcher;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool stopped;

static void *dispatch(void *unused)
{
    int signo;
    sigwait(&ours, &signo);
    while (sigtimedwait(&ours, NULL, &(struct timespec){0, 0}) > 0)
        continue;
    return unused;
}

static void *ask(void *unused)
{
    pthread_mutex_lock(&lock);
    const bool refused = stopped;
    pthread_mutex_unlock(&lock);
    if (!refused)
        pthread_kill(dispatcher, SIGUSR1); /* is it still there? */
    return unused;
}

int main(void)
{
    pthread_t asker;
    sigemptyset(&ours);
    sigaddset(&ours, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &ours, NULL);
    pthread_create(&dispatcher, NULL, dispatch, NULL);
    pthread_create(&asker, NULL, ask, NULL);
    pthread_mutex_lock(&lock);
    stopped = true;
    pthread_mutex_unlock(&lock);
    pthread_kill(dispatcher, SIGUSR1);
    pthread_join(dispatcher, NULL);
    pthread_join(asker, NULL);
    return 0;
}
