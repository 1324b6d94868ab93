/* Three threads that wait for ever, and a first one that says "ready", answers each byte of its input with "heard",
 * and ends with status 6 when there is no more. */
#include <pthread.h>
#include <unistd.h>

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return unused;
}

int main(void)
{
    pthread_t thread;
    char byte;

    for (int i = 0; i < 3; i++)
        if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
            return 3;
    if (write(1, "ready\n", 6) != 6)
        return 4;
    while (read(0, &byte, 1) == 1)
        if (write(1, "heard\n", 6) != 6)
            return 5;
    return 6;
}
