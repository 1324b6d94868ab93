/* wrong: wrong-exit; lesson: a trylock that fails is no error of the program: somebody else is just in there */
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int added[2];

static void *add(void *slot)
{
    if (pthread_mutex_trylock(&lock) == 0) {
        *(int *)slot = 1;
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void)
{
    pthread_t one, other;
    pthread_create(&one, NULL, add, &added[0]);
    pthread_create(&other, NULL, add, &added[1]);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return added[0] + added[1] == 2 ? 0 : 3;
}
