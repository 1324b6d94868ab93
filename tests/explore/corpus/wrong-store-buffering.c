/* wrong: data-race; lesson: two plain flags are no lock: neither the compiler nor the CPU keeps their order */
#include <pthread.h>

static int x, y, seen_x, seen_y;

static void *left(void *unused)
{
    (void)unused;
    x = 1;
    seen_y = y;
    return NULL;
}

static void *right(void *unused)
{
    (void)unused;
    y = 1;
    seen_x = x;
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, left, NULL);
    pthread_create(&other, NULL, right, NULL);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return 0;
}
