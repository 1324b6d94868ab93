/* attack: creates threads as long as there are any to be had */
#include <pthread.h>
#include <unistd.h>

static void *stay(void *unused)
{
    pause();
    return unused;
}

int main(void)
{
    pthread_t thread;
    while (pthread_create(&thread, NULL, stay, NULL) == 0)
        ;
    return 0;
}
