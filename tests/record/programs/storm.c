/* Four threads start programs by vfork and exec, as fast as they can: storm N starts N in all, and prints how many
 * ended well. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4 };
static _Atomic int left, good;

static void *start_programs(void *unused)
{
    (void)unused;
    while (atomic_fetch_sub(&left, 1) > 0) {
        int status = -1;
        pid_t child = vfork();

        if (child == 0) {
            execl("/bin/true", "true", (char *)NULL);
            _exit(127);
        }
        if (child > 0 && waitpid(child, &status, 0) == child && status == 0)
            atomic_fetch_add(&good, 1);
    }
    return NULL;
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
    printf("good %d\n", atomic_load(&good));
    return 0;
}
