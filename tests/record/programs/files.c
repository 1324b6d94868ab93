/* Reads two files under one descriptor number, has a pipe and a child, and sleeps: files FIRST SECOND. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COPY = 9, CHILD_STATUS = 7 };

static void must(int good)
{
    if (!good)
        _exit(99);
}

static void read_twice(const char *path)
{
    char bytes[100];
    int file = open(path, O_RDONLY);

    must(file >= 0 && dup2(file, COPY) == COPY);
    must(read(file, bytes, 4) == 4);
    must(close(file) == 0);
    must(read(COPY, bytes, sizeof bytes) > 0);
}

int main(int argc, char **argv)
{
    int pipes[2], status;
    char word[8];

    must(argc == 3);
    read_twice(argv[1]);
    read_twice(argv[2]);
    must(pipe(pipes) == 0);
    if (fork() == 0) {
        must(write(pipes[1], "child\n", 6) == 6);
        _exit(CHILD_STATUS);
    }
    must(read(pipes[0], word, sizeof word) == 6);
    must(wait4(-1, &status, 0, NULL) > 0 && WEXITSTATUS(status) == CHILD_STATUS);
    must(nanosleep(&(struct timespec){.tv_nsec = 1250000}, NULL) == 0);
    must(getcwd(word, 2) == NULL); /* too small: refused, so that nothing was received */
    return 0;
}
