/* fork, vfork and exec, by the first thread and by another one; each process takes a lock of its own before and after.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOCKS = 1000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void take(int times)
{
    for (int i = 0; i < times; i++) {
        pthread_mutex_lock(&lock);
        pthread_mutex_unlock(&lock);
    }
}

static void *take_in_thread(void *argument)
{
    take(LOCKS);
    return argument;
}

static void child(char *program)
{
    pthread_t thread;

    take(LOCKS);
    pthread_create(&thread, NULL, take_in_thread, NULL);
    pthread_join(thread, NULL);
    execl(program, program, "again", (char *)NULL);
    _exit(1);
}

static void *fork_and_go_on(void *argument)
{
    pid_t pid;
    int status;

    take(LOCKS);
    pid = fork();
    if (pid == 0)
        child(argument);
    take(LOCKS);
    if (waitpid(pid, &status, 0) != pid || status != 0)
        exit(1);
    pid = vfork();
    if (pid == 0) {
        execl(argument, argument, "again", (char *)NULL);
        _exit(1);
    }
    if (waitpid(pid, &status, 0) != pid || status != 0)
        exit(1);
    take(LOCKS);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    take(LOCKS);
    if (argc > 1) /* the program that was exec'd */
        return 0;
    fork_and_go_on(argv[0]);
    pthread_create(&thread, NULL, fork_and_go_on, argv[0]);
    pthread_join(thread, NULL);
    return 0;
}
