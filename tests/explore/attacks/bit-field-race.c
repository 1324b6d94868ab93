/* The race is in bits that share a byte. */
#include <pthread.h>

static struct {
    unsigned one : 3, other : 5;
} flags;

static void *set(void *unused)
{
    flags.one = 1;
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, set, NULL);
    flags.other = 1;
    pthread_join(thread, NULL);
    return 0;
}
