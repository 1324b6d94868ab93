/* wrong: lost-wakeup; lesson: who waits for items hears nothing on the condition of those who wait
 * for room */
#include <pthread.h>

static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ne = PTHREAD_COND_INITIALIZER, nf = PTHREAD_COND_INITIALIZER;
static int n;

static void *prod(void *a)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&m);
        while (n == 1)
            pthread_cond_wait(&nf, &m);
        n++;
        pthread_cond_signal(&nf);
        pthread_mutex_unlock(&m);
    }
    return a;
}

static void *cons(void *a)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&m);
        while (n == 0)
            pthread_cond_wait(&ne, &m);
        n--;
        pthread_cond_signal(&nf);
        pthread_mutex_unlock(&m);
    }
    return a;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, 0, prod, 0);
    pthread_create(&b, 0, cons, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
