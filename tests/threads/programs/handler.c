/* A signal handler that posts a semaphore, as it may, while the program is busy with a lock: it will often come in the
 * middle of what is recorded.  Prints how often it posted. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>

enum { ALARMS = 100 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sem_t posted;
static volatile sig_atomic_t posts;

static void post(int signo)
{
    int before = errno;

    (void)signo;
    sem_post(&posted);
    posts++;
    errno = before;
}

int main(void)
{
    struct sigaction action = {.sa_handler = post};
    struct itimerval often = {{0, 100}, {0, 100}}, never = {{0, 0}, {0, 0}};

    sem_init(&posted, 0, 0);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (posts < ALARMS) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
    setitimer(ITIMER_REAL, &never, NULL);
    printf("%d\n", (int)posts);
    return 0;
}
