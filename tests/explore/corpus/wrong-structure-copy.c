/* wrong: data-race; lesson: to copy a structure is to read all of it */
#include <pthread.h>

struct big {
    int v[500];
};

static struct big shared;

static void *w(void *a)
{
    struct big copy = shared;
    return copy.v[3] ? a : 0;
}

int main(void)
{
    pthread_t t;
    pthread_create(&t, 0, w, 0);
    shared.v[499] = 7;
    pthread_join(t, 0);
    return 0;
}
