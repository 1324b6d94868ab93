/* takeover N: a thread that is not the first becomes `takeover N−1` by exec, while others make system calls without end
 * and one is being born; the last one says so. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { OTHERS = 3 };
static const char *myself;
static int generation;

static void *busy(void *unused)
{
    for (;;)
        getppid();
    return unused;
}

static void *become_next(void *unused)
{
    char number[16];
    pthread_t newborn;

    snprintf(number, sizeof number, "%d", generation - 1);
    pthread_create(&newborn, NULL, busy, NULL);
    execl(myself, myself, number, (char *)NULL);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    myself = argv[0];
    generation = argc > 1 ? atoi(argv[1]) : 0;
    if (generation <= 0) {
        printf("the last one is process %s\n", getpid() > 0 ? "itself" : "?");
        return 0;
    }
    for (int i = 0; i < OTHERS; i++)
        if (pthread_create(&thread, NULL, busy, NULL) != 0)
            return 3;
    if (pthread_create(&thread, NULL, become_next, NULL) != 0)
        return 3;
    busy(NULL);
    return 4;
}
