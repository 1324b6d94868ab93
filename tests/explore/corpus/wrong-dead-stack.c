/* wrong: dead-stack; lesson: a result on the thread's own stack is gone when the thread is */
#include <pthread.h>

static void *compute(void *unused)
{
    int result = 42;
    int *escaped = &result;
    (void)unused;
    return escaped;
}

int main(void)
{
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, compute, NULL);
    pthread_join(thread, &result);
    return *(int *)result == 42 ? 0 : 1;
}
