/* Threads that end in another way each time; before, each has taken a lock so often that it has filled a chunk or two.
 * usage: ends return|exit|cancel|_exit|kill|main */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 3, LOCKS = 5000 };

static const char *way;
static pthread_mutex_t lock[THREADS];
static sem_t done, never;

static void *work(void *argument)
{
    pthread_mutex_t *own = argument;

    for (int i = 0; i < LOCKS; i++) {
        pthread_mutex_lock(own);
        pthread_mutex_unlock(own);
    }
    sem_post(&done);
    if (strcmp(way, "exit") == 0)
        pthread_exit(argument);
    while (strcmp(way, "return") != 0 && strcmp(way, "main") != 0) /* spurious wake-ups or not */
        sem_wait(&never);
    return argument;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];

    if (argc != 2)
        return 2;
    way = argv[1];
    sem_init(&done, 0, 0);
    sem_init(&never, 0, 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_mutex_init(&lock[i], NULL);
        pthread_create(&threads[i], NULL, work, &lock[i]);
    }
    for (int i = 0; i < THREADS; i++)
        sem_wait(&done);
    if (strcmp(way, "_exit") == 0)
        _exit(3);
    if (strcmp(way, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(way, "main") == 0)
        pthread_exit(NULL);
    for (int i = 0; i < THREADS; i++) {
        if (strcmp(way, "cancel") == 0)
            pthread_cancel(threads[i]);
        pthread_join(threads[i], NULL);
    }
    puts(way);
    return 0;
}
