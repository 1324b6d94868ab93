/* right: what must not be left half done is done while cancellation is disabled */
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>

static sem_t turn;
static int from = 10, to, cleaned;

static void note(void *unused)
{
    (void)unused;
    cleaned++;
}

static void *move(void *unused)
{
    int old;
    pthread_cleanup_push(note, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
        from--;
        sem_wait(&turn); /* no cancellation point now */
        to++;
        sem_post(&turn);
        pthread_setcancelstate(old, NULL);
        pthread_testcancel();
    }
    pthread_cleanup_pop(1);
    return unused;
}

int main(void)
{
    pthread_t mover;
    void *result;
    sem_init(&turn, 0, 1);
    pthread_create(&mover, NULL, move, NULL);
    pthread_cancel(mover);
    pthread_join(mover, &result);
    assert(from + to == 10);
    assert(cleaned == 1);
    assert(result == NULL || result == PTHREAD_CANCELED);
    sem_destroy(&turn);
    return 0;
}
