/* right: a block changes hands through a join: one thread allocates and fills it, the other frees it */
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

static void *compute(void *argument)
{
    int *input = argument, *result = malloc(sizeof *result);
    *result = *input * 2;
    free(input);
    return result;
}

int main(void)
{
    pthread_t thread[2];
    for (int i = 0; i < 2; i++) {
        int *input = malloc(sizeof *input);
        *input = i + 1;
        pthread_create(&thread[i], NULL, compute, input);
    }
    for (int i = 0; i < 2; i++) {
        void *result;
        pthread_join(thread[i], &result);
        assert(*(int *)result == 2 * (i + 1));
        free(result);
    }
    return 0;
}
