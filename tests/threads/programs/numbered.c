/* Two mutexes that are no variables: they are allocated. */
#include <pthread.h>
#include <stdlib.h>

int main(void)
{
    pthread_mutex_t *locks = calloc(2, sizeof *locks);
    if (locks == NULL)
        return 1;
    for (int i = 0; i < 2; i++)
        pthread_mutex_init(&locks[i], NULL);
    for (int i = 1; i >= 0; i--)
        pthread_mutex_lock(&locks[i]);
    return 0;
}
