/* Four threads start programs by vfork and exec, as fast as they can: storm N starts N in all, half of them by a name
 * that is nowhere, and prints how each kind ended. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4, NOT_FOUND = 127 };
static _Atomic int left, good, missing;

static void start_one(const char *program)
{
    int status = -1;
    pid_t child = vfork();

    if (child == 0) {
        execl(program, program, (char *)NULL);
        _exit(NOT_FOUND);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return;
    atomic_fetch_add(&good, status == 0);
    atomic_fetch_add(&missing, WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND);
}

static void *start_programs(void *unused)
{
    for (int number; (number = atomic_fetch_sub(&left, 1)) > 0;)
        start_one(number % 2 ? "/bin/true" : "/no/such/program");
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];

    atomic_store(&left, argc > 1 ? atoi(argv[1]) : 200);
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, start_programs, NULL) != 0)
            return 3;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("good %d, missing %d\n", atomic_load(&good), atomic_load(&missing));
    return 0;
}
