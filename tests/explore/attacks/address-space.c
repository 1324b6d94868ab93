/* Reaches the variable through another address space, where the compiler puts no hooks. */
#include <pthread.h>

#ifdef __clang__
#define OTHER __attribute__((address_space(1)))
#elif defined __SEG_GS
#define OTHER __seg_gs
#else
#define OTHER
#endif
static int count;

static void *add(void *unused)
{
    (*(OTHER int *)(unsigned long)&count)++;
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    (*(OTHER int *)(unsigned long)&count)++;
    pthread_join(thread, NULL);
    return 0;
}
