/* Names a variable of its own like the mark by which the runtime knows where the globals end. */
#include <pthread.h>

char _end[8];
static int count;

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
    return _end[0];
}
