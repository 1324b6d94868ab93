/* Adds up the numbers that it reads, in two threads: right only if every run reads the whole input. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int sum;

static void *add(void *unused)
{
    int number;
    pthread_mutex_lock(&lock);
    if (scanf("%d", &number) == 1)
        sum += number;
    pthread_mutex_unlock(&lock);
    return unused;
}

int main(void)
{
    pthread_t adder[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&adder[i], NULL, add, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(adder[i], NULL);
    printf("%d\n", sum);
    return sum == 7 ? 0 : 1;
}
