/* wrong: data-race; lesson: all threads get a pointer to one variable, and the loop goes on changing it */
#include <pthread.h>

static int seen[2];

static void *note(void *index)
{
    seen[*(int *)index % 2] = 1;
    return NULL;
}

int main(void)
{
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, note, &i);
    for (int j = 0; j < 2; j++)
        pthread_join(thread[j], NULL);
    return 0;
}
