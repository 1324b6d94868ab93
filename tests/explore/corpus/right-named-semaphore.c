/* right: a semaphore with a name, as one has it where sem_init is missing: the same name, the same semaphore */
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

static int count;

static void *add(void *unused)
{
    sem_t *turn = sem_open("/trapbook-turn", 0);
    assert(turn != SEM_FAILED);
    sem_wait(turn);
    count++;
    sem_post(turn);
    sem_close(turn);
    return unused;
}

int main(void)
{
    pthread_t adder[2];
    sem_unlink("/trapbook-turn");
    sem_t *turn = sem_open("/trapbook-turn", O_CREAT | O_EXCL, 0600, 1);
    if (turn == SEM_FAILED)
        abort();
    for (int i = 0; i < 2; i++)
        pthread_create(&adder[i], NULL, add, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(adder[i], NULL);
    assert(count == 2);
    sem_close(turn);
    assert(sem_unlink("/trapbook-turn") == 0);
    return 0;
}
