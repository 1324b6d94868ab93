/* orphans N: threads start processes without end, and while they do, another becomes `orphans N−1` by exec; the last
 * one says so and ends the process, in the middle of that, too.  Whose maker was killed before it could tell of them
 * must live all the same. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAKERS = 2, MADE_BEFORE = 4 };
static const char *myself;
static int generation;
static int made[2]; /* a pipe: a byte for each process that was made */

static void *make(void *unused)
{
    for (;;) {
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        if (child > 0 && (write(made[1], "!", 1) != 1 || waitpid(child, NULL, 0) != child))
            _exit(3);
    }
    return unused;
}

static void *go_on(void *unused)
{
    char number[16], byte;

    for (int i = 0; i < MADE_BEFORE + generation % 3; i++)
        if (read(made[0], &byte, 1) != 1)
            _exit(4);
    if (generation <= 0) {
        puts("the last one");
        exit(0);
    }
    snprintf(number, sizeof number, "%d", generation - 1);
    execl(myself, myself, number, (char *)NULL);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    myself = argv[0];
    generation = argc > 1 ? atoi(argv[1]) : 0;
    if (pipe(made) != 0 || fcntl(made[0], F_SETFD, FD_CLOEXEC) != 0 || fcntl(made[1], F_SETFD, FD_CLOEXEC) != 0 ||
        pthread_create(&thread, NULL, go_on, NULL) != 0)
        return 1;
    for (int i = 0; i < MAKERS; i++)
        if (pthread_create(&thread, NULL, make, NULL) != 0)
            return 1;
    make(NULL);
    return 2;
}
