/* Makes as many threads as told, one after the other was made, and joins them all: threads N. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *work(void *arg)
{
    return arg;
}

int main(int argc, char **argv)
{
    enum { MOST = 1024 };
    static pthread_t threads[MOST];
    int count = argc > 1 ? atoi(argv[1]) : 64;

    if (count < 0 || count > MOST)
        return 2;
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 3;
    for (int i = 0; i < count; i++)
        if (pthread_join(threads[i], NULL) != 0)
            return 4;
    printf("joined %d\n", count);
    return 0;
}
