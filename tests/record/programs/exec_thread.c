/* A thread that is not the first calls exec while others wait: the new program takes over the process. */
#include <pthread.h>
#include <unistd.h>

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void *become_another(void *unused)
{
    execl("/bin/echo", "echo", "taken over", (char *)NULL);
    return unused;
}

int main(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0 ||
        pthread_create(&thread, NULL, become_another, NULL) != 0)
        return 3;
    wait_for_ever(NULL);
    return 4;
}
