/* Keeps the variable of the race in a section of its own, beside those that are watched. */
#include <pthread.h>

__attribute__((section("hidden"))) int count = 1;

static void *add(void *unused)
{
    count++;
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    count++;
    pthread_join(thread, NULL);
    return 0;
}
