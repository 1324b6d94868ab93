/* Switches the instrumentation off where the race is. */
#include <pthread.h>

static int count;

__attribute__((no_sanitize_thread)) static void *add(void *unused)
{
    count++;
    return unused;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, add, NULL);
    pthread_create(&other, NULL, add, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
