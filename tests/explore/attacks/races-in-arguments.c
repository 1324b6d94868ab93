/* The race is in memory that is neither global nor allocated: the program's own name. */
#include <pthread.h>

static void *add(void *name)
{
    (*(char *)name)++;
    return NULL;
}

int main(int argc, char **argv)
{
    (void)argc;
    pthread_t thread;
    pthread_create(&thread, NULL, add, argv[0]);
    argv[0][0]++;
    pthread_join(thread, NULL);
    return 0;
}
